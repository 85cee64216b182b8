package io.vfr.streams.cli.demo;

import io.vfr.schemas.Prediction;
import java.io.PrintWriter;
import java.util.Locale;

/**
 * One line that says what the demo is doing: rewritten in place on a terminal, now and then
 * elsewhere.
 */
final class DemoProgress {
  private static final long TERMINAL_MILLIS = 250;
  private static final long PLAIN_MILLIS = 5_000;

  private final PrintWriter out;
  private final boolean terminal;
  private long nextMillis;

  DemoProgress(PrintWriter out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  void show(String phase, long sent, DemoObserver observer) {
    long now = System.currentTimeMillis();
    if (now < nextMillis) {
      return;
    }
    nextMillis = now + (terminal ? TERMINAL_MILLIS : PLAIN_MILLIS);
    Prediction newest = observer.newest();
    String line =
        String.format(
            Locale.ROOT,
            "%-11s %,9d sent  %,9d predictions  %s",
            phase,
            sent,
            observer.predictions(),
            newest == null ? "" : describe(newest));
    out.print(terminal ? "\r\u001b[K" + line : line + System.lineSeparator());
    out.flush();
  }

  private static String describe(Prediction p) {
    return String.format(
        Locale.ROOT,
        "%s %s %+.2f %% (up %.0f %%)",
        p.symbol(),
        p.direction(),
        100 * p.expectedReturn(),
        100 * p.probability().up());
  }

  /** Ends the line. */
  void done() {
    if (terminal) {
      out.print("\r\u001b[K");
      out.flush();
    }
  }
}
