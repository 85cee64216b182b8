package io.vfr.bench.flow;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How long stream threads were ready to run and had no core, as Linux tells it in {@code
 * /proc/<process>/task/<thread>/schedstat}: nanoseconds on a core, nanoseconds ready without one,
 * and how often. Zero where the system does not tell.
 */
final class CoreWait {
  /** Stream threads are named after the application. */
  private static final String STREAM_THREAD = "bench-";

  private CoreWait() {}

  /** What the stream threads of a process have waited so far, all together. */
  static Duration ofStreams(long process) throws IOException {
    Duration waited = Duration.ZERO;
    for (Path thread : ProcessThreads.of(process)) {
      try {
        if (Files.readString(thread.resolve("comm")).startsWith(STREAM_THREAD)) {
          waited = waited.plus(read(Files.readString(thread.resolve("schedstat"))));
        }
      } catch (IOException e) {
        // It has ended, or the kernel keeps no account.
      }
    }
    return waited;
  }

  static Duration read(String schedstat) {
    return Duration.ofNanos(Long.parseLong(schedstat.strip().split(" ", -1)[1]));
  }
}
