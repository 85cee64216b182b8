package io.vfr.streams.ops;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tells failures for want of disk space, which another attempt does not mend, from all others. */
final class FullDisk {
  /** As the C library says it, through RocksDB and the JDK. */
  private static final List<String> SIGNS =
      List.of("No space left on device", "Disk quota exceeded", "There is not enough space");

  private FullDisk() {}

  /** Whether a failure was one. */
  static boolean isBehind(Throwable failure) {
    for (@Nullable Throwable t = failure; t != null; t = t.getCause()) {
      String message = String.valueOf(t.getMessage());
      if (SIGNS.stream().anyMatch(message::contains)) {
        return true;
      }
    }
    return false;
  }
}
