package io.vfr.models.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.vfr.models.schema.FeatureSchema;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeLibrariesTest {
  private static final String ONNX = NativeLibraries.ONNX_RUNTIME;

  @TempDir private Path dir;

  @BeforeEach
  void onLinux() {
    assumeThat(System.getProperty("os.name")).isEqualTo("Linux");
  }

  @Test
  void unpacked_holdsWhatThisMachineLoads() throws Exception {
    NativeLibraries.main(new String[] {dir.toString()});
    for (String name :
        List.of(
            NativeLibraries.ONNX_RUNTIME,
            NativeLibraries.ONNX_RUNTIME_JNI,
            NativeLibraries.XGBOOST,
            NativeLibraries.LIGHTGBM,
            NativeLibraries.LIGHTGBM_JNI)) {
      assertThat(dir.resolve(name)).isNotEmptyFile();
    }
  }

  @Test
  void unpack_otherSystem_leavesNothing() throws Exception {
    NativeLibraries.unpack(dir, "Mac OS X", "aarch64");
    NativeLibraries.unpack(dir, "Linux", "riscv64");
    assertThat(dir).isEmptyDirectory();
  }

  @Test
  void process_loadsThemFromThereAndUnpacksNone() throws Exception {
    Path natives = dir.resolve("natives");
    NativeLibraries.main(new String[] {natives.toString()});
    assertThat(mapped(natives)).hasSize(5).allMatch(file -> file.startsWith(natives.toString()));
    assertThat(natives).as("still there").isDirectoryContaining(path -> path.endsWith(ONNX));
    assertThat(natives.toFile().list()).hasSizeGreaterThanOrEqualTo(5);
  }

  @Test
  void process_fileThatDoesNotLoad_unpacksItAsUsual() throws Exception {
    Path natives = dir.resolve("natives");
    NativeLibraries.main(new String[] {natives.toString()});
    Files.writeString(natives.resolve(NativeLibraries.XGBOOST), "no library");
    Files.delete(natives.resolve(NativeLibraries.LIGHTGBM_JNI));
    assertThat(mapped(natives))
        .hasSize(5)
        .filteredOn(file -> file.startsWith(dir.resolve("tmp").toString()))
        .hasSize(3);
  }

  @Test
  void process_directoryWithoutThem_unpacksThemAsUsual() throws Exception {
    assertThat(mapped(dir.resolve("absent")))
        .hasSize(5)
        .allMatch(file -> file.startsWith(dir.resolve("tmp").toString()));
  }

  /** The files of native libraries in a process that loads the models of the repository. */
  private List<String> mapped(Path natives) throws Exception {
    Path temporary = Files.createDirectories(dir.resolve("tmp"));
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-D" + NativeLibraries.DIRECTORY_PROPERTY + "=" + natives,
                "-Djava.io.tmpdir=" + temporary,
                "-cp",
                System.getProperty("java.class.path"),
                LoadingProcess.class.getName(),
                Path.of("registry").toAbsolutePath().toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output
        .lines()
        .filter(line -> line.startsWith(LoadingProcess.MAPPED))
        .map(line -> line.substring(LoadingProcess.MAPPED.length()))
        .toList();
  }

  static final class LoadingProcess {
    static final String MAPPED = "mapped ";

    private LoadingProcess() {}

    public static void main(String[] arguments) throws Exception {
      ModelLoader loader = new ModelLoader(FeatureSchema.current());
      try (Stream<Path> directories = Files.find(Path.of(arguments[0]), 2, (path, file) -> true)) {
        for (Path version :
            directories.filter(path -> Files.exists(path.resolve("manifest.json"))).toList()) {
          loader.load(version).close();
        }
      }
      Files.readAllLines(Path.of("/proc/self/maps")).stream()
          .filter(line -> line.contains("/"))
          .map(line -> line.substring(line.indexOf('/')))
          .filter(file -> file.matches(".*(onnxruntime|xgboost|lightgbm)[^/]*[.]so.*"))
          .distinct()
          .forEach(file -> System.out.println(MAPPED + file));
    }
  }
}
