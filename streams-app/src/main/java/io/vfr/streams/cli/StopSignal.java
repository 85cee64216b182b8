package io.vfr.streams.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The wish that this process ends (SIGTERM, SIGINT), given to a command that runs until then.
 *
 * <p>The command installs it before it starts anything, waits on it, closes what it started in the
 * ordinary way and returns. The process then ends with the command's exit code, where the JVM's own
 * would be that of a signal.
 */
public final class StopSignal {
  /** How long a command may take to close after the signal. */
  static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(60);

  private static final AtomicReference<@Nullable StopSignal> INSTALLED = new AtomicReference<>();

  private final CountDownLatch requested = new CountDownLatch(1);
  private final CountDownLatch finished = new CountDownLatch(1);
  private volatile int exitCode = Cli.FAILED;

  private StopSignal() {}

  /** Takes over what a signal does to this process; once is enough. */
  public static synchronized StopSignal install() {
    StopSignal present = INSTALLED.get();
    if (present != null) {
      return present;
    }
    StopSignal signal = new StopSignal();
    Runtime.getRuntime().addShutdownHook(new Thread(signal::stop, "vfr-stop"));
    INSTALLED.set(signal);
    return signal;
  }

  /** Waits until the process is asked to end. */
  public void await() throws InterruptedException {
    requested.await();
  }

  /**
   * Waits until the process is asked to end, or the time is over.
   *
   * @return whether it is asked to end
   */
  public boolean await(Duration timeout) throws InterruptedException {
    return requested.await(timeout.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Whether the process is asked to end. */
  public boolean isRequested() {
    return requested.getCount() == 0;
  }

  /** Tells a waiting shutdown that the command has closed what it started. */
  static void finished(int exitCode) {
    StopSignal signal = INSTALLED.get();
    if (signal != null) {
      signal.exitCode = exitCode;
      signal.finished.countDown();
    }
  }

  private void stop() {
    if (finished.getCount() == 0) {
      return;
    }
    requested.countDown();
    try {
      if (finished.await(CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
        System.out.flush();
        System.err.flush();
        Runtime.getRuntime().halt(exitCode);
      }
      System.err.println("vfr: not closed within " + CLOSE_TIMEOUT + ", ending anyway");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
