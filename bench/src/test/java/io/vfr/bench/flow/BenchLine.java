package io.vfr.bench.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;

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

  /** What is printed by what must succeed. */
  static String printed(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    // As scripts/vfr sets it: where the models are.
    String home = System.getProperty("vfr.home", "");
    System.setProperty("vfr.home", Path.of("..").toAbsolutePath().normalize().toString());
    try {
      int exitCode =
          Main.commandLine()
              .setOut(new PrintWriter(out, true))
              .setErr(new PrintWriter(err, true))
              .execute(arguments);
      assertThat(exitCode).as(err.toString()).isZero();
    } finally {
      System.setProperty("vfr.home", home);
    }
    return out.toString();
  }
}
