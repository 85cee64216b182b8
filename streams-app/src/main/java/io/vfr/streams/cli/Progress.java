package io.vfr.streams.cli;

import io.vfr.streams.ops.export.ExportProgress;
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
  static ExportProgress to(PrintWriter err) {
    return errorIsTerminal() ? new Bar() : new Lines(err);
  }

  /** Only notes: for when the output is for a script. */
  static ExportProgress notes(PrintWriter err) {
    return new Notes(err);
  }

  /** Java itself knows of standard input and output only; scripts/vfr looks and says. */
  private static boolean errorIsTerminal() {
    return Boolean.getBoolean("vfr.terminal");
  }

  private static class Notes implements ExportProgress {
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
    public void beginPhase(String label, long total) {}

    @Override
    public void advancePhase(long done) {}

    @Override
    public void endPhase(long done) {}

    @Override
    public void note(String text) {
      err.println(text);
      err.flush();
    }
  }

  private static final class Lines extends Notes {
    private static final Duration INTERVAL = Duration.ofSeconds(5);

    private String label = "";
    private long total;
    private long lastNanos;

    Lines(PrintWriter err) {
      super(err);
    }

    @Override
    public void begin(String label, long bytes) {
      beginPhase(label, bytes);
    }

    @Override
    public void advance(long bytes, long rows) {
      if (isTime()) {
        note("%s: %,d rows, %d %%".formatted(label, rows, 100 * bytes / total));
      }
    }

    @Override
    public void end(long rows) {
      note("%s: %,d rows sent".formatted(label, rows));
    }

    @Override
    public void beginPhase(String label, long total) {
      this.label = label;
      this.total = Math.max(1, total);
      lastNanos = System.nanoTime();
    }

    @Override
    public void advancePhase(long done) {
      if (isTime()) {
        note("%s: %,d of %,d".formatted(label, done, total));
      }
    }

    @Override
    public void endPhase(long done) {
      note("%s: %,d".formatted(label, done));
    }

    private boolean isTime() {
      boolean due = System.nanoTime() - lastNanos >= INTERVAL.toNanos();
      lastNanos = due ? System.nanoTime() : lastNanos;
      return due;
    }
  }

  private static final class Bar implements ExportProgress {
    private static final int WIDTH_MAX = 100;

    private final PrintStream err = System.err;
    private @Nullable ProgressBar bar;

    @Override
    public void begin(String label, long bytes) {
      bar = builder(label, bytes).setUnit(" KB", 1024).build();
    }

    private ProgressBarBuilder builder(String label, long total) {
      return new ProgressBarBuilder()
          .setTaskName(label)
          .setStyle(ProgressBarStyle.ASCII)
          .setInitialMax(total)
          .setUpdateIntervalMillis(200)
          .setConsumer(new ConsoleProgressBarConsumer(err, WIDTH_MAX));
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
    public void beginPhase(String label, long total) {
      bar = builder(label, total).build();
    }

    @Override
    public void advancePhase(long done) {
      if (bar != null) {
        bar.stepTo(done);
      }
    }

    @Override
    public void endPhase(long done) {
      advancePhase(done);
      end(done);
    }

    @Override
    public void note(String text) {
      err.println(text);
    }
  }
}
