package io.vfr.bench.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;

/** The command line of {@code vfr bench}, in this process. */
final class BenchLine {
  private BenchLine() {}

  /** What is said about arguments that must be refused. */
  static String refused(String... arguments) {
    StringWriter err = new StringWriter();
    int exitCode = Main.commandLine().setErr(new PrintWriter(err, true)).execute(arguments);
    assertThat(exitCode).as(err.toString()).isEqualTo(2);
    return err.toString();
  }
}
