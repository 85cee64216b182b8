package io.vfr.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The scripts on a machine that has almost nothing: a PATH with a handful of commands. */
class ScriptsTest {
  private static final Path REPOSITORY = Path.of("..").toAbsolutePath().normalize();
  private static final List<String> COMMANDS =
      List.of("bash", "cat", "dirname", "find", "mkdir", "readlink", "rm", "rmdir", "sed", "touch");

  @TempDir Path dir;

  private record Run(int exitCode, String output) {}

  @BeforeEach
  void linkCommands() throws IOException {
    Path bin = Files.createDirectory(dir.resolve("bin"));
    for (String command : COMMANDS) {
      Path found =
          List.of("/usr/bin", "/bin").stream()
              .map(place -> Path.of(place, command))
              .filter(Files::isExecutable)
              .findFirst()
              .orElseThrow(() -> new AssertionError("no " + command));
      Files.createSymbolicLink(bin.resolve(command), found);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"scripts/vfr", "scripts/test", "scripts/lib.sh", ".ci/run"})
  void script_syntax_isValid(String script) throws Exception {
    Run run = run(Map.of(), "bash", "-n", REPOSITORY.resolve(script).toString());
    assertThat(run.output()).isEmpty();
    assertThat(run.exitCode()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"scripts/vfr", "scripts/test"})
  void script_withoutJdk_saysWhatToInstall(String script) throws Exception {
    Run run = run(Map.of(), REPOSITORY.resolve(script).toString());
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.output())
        .contains("no JDK 25 or newer found")
        .contains("apt-get install openjdk-25-jdk-headless")
        .contains("brew install openjdk@25")
        .contains("VFR_JAVA_HOME");
  }

  @Test
  void script_olderJdkOnly_isNotUsed() throws Exception {
    Path old = fakeJdk("old", "17.0.9");
    Run run =
        run(Map.of("JAVA_HOME", old.toString()), REPOSITORY.resolve("scripts/vfr").toString());
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.output()).contains("no JDK 25 or newer found");
  }

  @Test
  void script_askedForAnOlderJdk_saysSo() throws Exception {
    Path old = fakeJdk("old", "24.0.1");
    Run run =
        run(Map.of("VFR_JAVA_HOME", old.toString()), REPOSITORY.resolve("scripts/vfr").toString());
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.output()).contains("VFR_JAVA_HOME=" + old + " is no JDK 25 or newer");
  }

  @Test
  void script_nothingBuiltAndNoMaven_saysWhatToInstall() throws Exception {
    Path clone = Files.createDirectories(dir.resolve("clone/scripts"));
    for (String name : List.of("vfr", "lib.sh")) {
      Files.copy(REPOSITORY.resolve("scripts").resolve(name), clone.resolve(name));
    }
    Path jdk = fakeJdk("jdk", "25.0.1");
    Run run = run(Map.of("VFR_JAVA_HOME", jdk.toString()), "bash", clone.resolve("vfr").toString());
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.output()).contains("no Maven found").contains("apt-get install maven");
    // A lock that stays would block every later start.
    assertThat(dir.resolve("clone/streams-app/target/vfr-build.lock.d")).doesNotExist();
  }

  private Path fakeJdk(String name, String version) throws IOException {
    Path home = dir.resolve(name);
    Files.createDirectories(home.resolve("bin"));
    for (String command : List.of("java", "javac")) {
      Files.writeString(home.resolve("bin").resolve(command), "#!/bin/sh\n")
          .toFile()
          .setExecutable(true);
    }
    Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    return home;
  }

  private Run run(Map<String, String> environment, String... command)
      throws IOException, InterruptedException {
    Path output = dir.resolve("output");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    builder.environment().clear();
    builder.environment().put("PATH", dir.resolve("bin").toString());
    builder.environment().put("HOME", dir.toString());
    builder.environment().put("VFR_JDK_ROOTS", "");
    builder.environment().putAll(environment);
    Process process = builder.start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return new Run(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
  }
}
