package io.vfr.streams.cli;

import io.vfr.streams.ops.replay.ReplayProgress;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.time.Duration;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** Progress on standard error: a bar on a terminal, else a line now and then. */
final class Progress {
  private Progress() {}

  /** What suits where standard error goes. */
  static ReplayProgress to(PrintWriter err) {
    return errorIsTerminal() ? new Bar() : new Lines(err);
  }

  /** Only notes: for when the output is for a script. */
  static ReplayProgress notes(PrintWriter err) {
    return new Notes(err);
  }

  /** Java itself knows of standard input and output only; scripts/vfr looks and says. */
  private static boolean errorIsTerminal() {
    return Boolean.getBoolean("vfr.terminal");
  }

  private static class Notes implements ReplayProgress {
    final PrintWriter err;

    Notes(PrintWriter err) {
      this.err = err;
    }

    @Override
    public void begin(String label, long bytes) {}

    @Override
    public void advance(long bytes, long rows) {}

    @Override
    public void end(long rows) {}

    @Override
    public void note(String text) {
      err.println(text);
      err.flush();
    }
  }

  private static final class Lines extends Notes {
    private static final Duration INTERVAL = Duration.ofSeconds(5);

    private String label = "";
    private long bytesMax;
    private long lastNanos;

    Lines(PrintWriter err) {
      super(err);
    }

    @Override
    public void begin(String label, long bytes) {
      this.label = label;
      bytesMax = Math.max(1, bytes);
      lastNanos = System.nanoTime();
    }

    @Override
    public void advance(long bytes, long rows) {
      if (System.nanoTime() - lastNanos >= INTERVAL.toNanos()) {
        lastNanos = System.nanoTime();
        note("%s: %,d rows, %d %%".formatted(label, rows, 100 * bytes / bytesMax));
      }
    }

    @Override
    public void end(long rows) {
      note("%s: %,d rows sent".formatted(label, rows));
    }
  }

  private static final class Bar implements ReplayProgress {
    private static final int WIDTH_MAX = 100;

    private final PrintStream err = System.err;
    private @Nullable ProgressBar bar;

    @Override
    public void begin(String label, long bytes) {
      bar =
          new ProgressBarBuilder()
              .setTaskName(label)
              .setStyle(ProgressBarStyle.ASCII)
              .setUnit(" KB", 1024)
              .setInitialMax(bytes)
              .setUpdateIntervalMillis(200)
              .setConsumer(new ConsoleProgressBarConsumer(err, WIDTH_MAX))
              .build();
    }

    @Override
    public void advance(long bytes, long rows) {
      if (bar != null) {
        bar.stepTo(bytes).setExtraMessage(" %,d rows".formatted(rows));
      }
    }

    @Override
    public void end(long rows) {
      if (bar != null) {
        bar.close();
        bar = null;
      }
    }

    @Override
    public void note(String text) {
      err.println(text);
    }
  }
}
