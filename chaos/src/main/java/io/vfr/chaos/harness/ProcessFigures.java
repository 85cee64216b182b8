package io.vfr.chaos.harness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** What the kernel says of a process; nothing where there is no /proc or no such process. */
public final class ProcessFigures {
  private ProcessFigures() {}

  /** What it has resident, bytes. */
  public static OptionalLong residentBytes(long pid) {
    OptionalLong kilobytes = status(pid, "VmRSS:");
    return kilobytes.isEmpty() ? kilobytes : OptionalLong.of(kilobytes.getAsLong() << 10);
  }

  /** Its threads. */
  public static OptionalLong threads(long pid) {
    return status(pid, "Threads:");
  }

  /** What it has open: files, sockets and the like. */
  public static OptionalLong openFiles(long pid) {
    try (Stream<Path> open = Files.list(Path.of("/proc/" + pid + "/fd"))) {
      return OptionalLong.of(open.count());
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }

  private static OptionalLong status(long pid, String name) {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
        if (line.startsWith(name)) {
          return OptionalLong.of(Long.parseLong(line.replaceAll("\\D", "")));
        }
      }
      return OptionalLong.empty();
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }
}
