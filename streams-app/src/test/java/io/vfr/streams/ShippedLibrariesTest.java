package io.vfr.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;

/**
 * The libraries on the application's class path are those that were looked at when they were taken
 * in, to the byte, and no two of them bring the same class (docs/decisions/0016).
 *
 * <p>To take in what the build resolves now, run this test with {@code -Dvfr.libraries=renew} and
 * look at what changes.
 */
class ShippedLibrariesTest {
  private static final Path CLASS_PATH = Path.of("target", "runtime-classpath");

  /** In the format of sha256sum. */
  private static final Path PINNED = Path.of("libraries.sha256");

  private static final String HOW_TO_RENEW =
      "; if that is meant: ./scripts/test -pl schemas,models,streams-app"
          + " -Dtest=ShippedLibrariesTest -Dit.test=none -Dvfr.libraries=renew";

  @Test
  void classPath_isWhatIsPinned() throws IOException {
    Map<String, String> found = new TreeMap<>();
    for (Path jar : jars()) {
      found.put(jar.getFileName().toString(), sha256(jar));
    }
    if ("renew".equals(System.getProperty("vfr.libraries"))) {
      StringBuilder lines = new StringBuilder();
      found.forEach((name, digest) -> lines.append(digest + "  " + name + '\n'));
      Files.writeString(PINNED, lines);
    }
    assertThat(differences(pinned(Files.readAllLines(PINNED)), found))
        .as("libraries other than in streams-app/" + PINNED + HOW_TO_RENEW)
        .isEmpty();
  }

  @Test
  void differences_nameWhatIsOther() {
    Map<String, String> pinned =
        pinned(List.of("aa  same-1.jar", "bb  changed-1.jar", "cc  gone-1.jar"));
    Map<String, String> found =
        new TreeMap<>(Map.of("same-1.jar", "aa", "changed-1.jar", "b0", "added-1.jar", "dd"));
    assertThat(differences(pinned, found))
        .containsExactly(
            "added-1.jar is not pinned",
            "changed-1.jar has other bytes: b0, pinned are bb",
            "gone-1.jar is pinned and not there");
  }

  @Test
  void classes_areInOneLibraryEach() throws IOException {
    Map<String, Path> owners = new HashMap<>();
    List<String> twice = new ArrayList<>();
    for (Path jar : jars()) {
      try (JarFile file = new JarFile(jar.toFile())) {
        file.stream()
            .map(ZipEntry::getName)
            .filter(name -> name.endsWith(".class") && !name.startsWith("META-INF/"))
            .filter(name -> !name.endsWith("module-info.class"))
            .forEach(name -> {
              Path other = owners.putIfAbsent(name, jar);
              if (other != null) {
                twice.add(name + " in " + other.getFileName() + " and " + jar.getFileName());
              }
            });
      }
    }
    assertThat(owners).hasSizeGreaterThan(10_000);
    assertThat(twice).isEmpty();
  }

  private static List<Path> jars() throws IOException {
    List<Path> jars = new ArrayList<>();
    for (String entry : Files.readString(CLASS_PATH).strip().split(":")) {
      Path path = Path.of(entry);
      String name = path.getFileName().toString();
      // Modules of this build are directories, or jars with names of its own.
      if (name.endsWith(".jar") && !name.startsWith("vfr-")) {
        jars.add(path);
      }
    }
    return jars;
  }

  private static Map<String, String> pinned(List<String> lines) {
    Map<String, String> pinned = new TreeMap<>();
    for (String line : lines) {
      String[] parts = line.split("  ", 2);
      pinned.put(parts[1], parts[0]);
    }
    return pinned;
  }

  private static List<String> differences(Map<String, String> pinned, Map<String, String> found) {
    Map<String, String> differences = new TreeMap<>();
    found.forEach((name, digest) -> {
      String expected = pinned.get(name);
      if (expected == null) {
        differences.put(name, name + " is not pinned");
      } else if (!expected.equals(digest)) {
        differences.put(name, name + " has other bytes: " + digest + ", pinned are " + expected);
      }
    });
    for (String name : pinned.keySet()) {
      if (!found.containsKey(name)) {
        differences.put(name, name + " is pinned and not there");
      }
    }
    return List.copyOf(differences.values());
  }

  private static String sha256(Path file) throws IOException {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
