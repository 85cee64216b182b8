package io.vfr.bench.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class ThroughputCommandTest {
  private static String refused(String... arguments) {
    StringWriter err = new StringWriter();
    int exitCode = Main.commandLine().setErr(new PrintWriter(err, true)).execute(arguments);
    assertThat(exitCode).as(err.toString()).isEqualTo(2);
    return err.toString();
  }

  @Test
  void unknownContender_isRefusedWithThoseThereAre() {
    assertThat(refused("throughput", "--contenders", "vfr-trees,vfr-forest"))
        .contains(
            "--contenders",
            "'vfr-forest' is none of pass-through, parse-and-write, one-day, vfr-trees, vfr-all");
  }

  /** It would write nothing, and be taken for fast. */
  @Test
  void parseAndWriteWithoutOurs_isRefused() {
    assertThat(refused("throughput", "--contenders", "parse-and-write,pass-through"))
        .contains("add vfr-trees or vfr-all");
  }
}
