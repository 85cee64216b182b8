package io.vfr.models.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** ONNX Runtime looks at the command line of its process, whatever its length. */
class OnnxCommandLineTest {
  private static final String SAID = "environment made";
  private static final int ARGUMENT_CHARS = 100_000;

  @Test
  void get_inAProcessWithALongCommandLine_survives() throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                EnvironmentProcess.class.getName(),
                "a".repeat(ARGUMENT_CHARS))
            .redirectErrorStream(true);
    // Each of these spares ONNX Runtime the look.
    builder.environment().remove("ORT_DISABLE_TELEMETRY");
    builder.environment().remove("ORT_RUNNING_UNIT_TESTS");
    builder.environment().remove("CI");
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(output).contains(SAID);
    assertThat(process.exitValue()).isZero();
  }

  static final class EnvironmentProcess {
    private EnvironmentProcess() {}

    public static void main(String[] args) {
      OnnxEnvironment.get();
      System.out.println(SAID);
    }
  }
}
