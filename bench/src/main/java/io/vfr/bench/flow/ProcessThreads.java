package io.vfr.bench.flow;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Where Linux tells of the threads of a process, those of native libraries among them. */
final class ProcessThreads {
  private ProcessThreads() {}

  /**
   * The directories {@code /proc/<process>/task/<thread>}, whose threads may have ended; none where
   * the system does not tell, and of a process that is not there.
   */
  static List<Path> of(long process) throws IOException {
    Path tasks = Path.of("/proc", Long.toString(process), "task");
    if (!Files.isDirectory(tasks)) {
      return List.of();
    }
    try (Stream<Path> threads = Files.list(tasks)) {
      return threads.toList();
    }
  }
}
