package io.vfr.streams.state;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/**
 * Tells damaged RocksDB files from everything else that may go wrong with a store, and knows which
 * directories are damaged. Thread-safe.
 */
final class Damage {
  private static final Set<Status.Code> CODES =
      EnumSet.of(Status.Code.Corruption, Status.Code.InvalidArgument, Status.Code.NotFound);

  /** RocksDB's code for it has no constant in Java. */
  private static final String FILE_MISSING = "No such file or directory";

  /** What a RocksDB directory that was ever closed or flushed has. */
  private static final String CURRENT = "CURRENT";

  /** Directories whose checksums were read by this process. */
  private static final Set<Path> SOUND = ConcurrentHashMap.newKeySet();

  /** Directories that turned out to be damaged while in use. */
  private static final Set<Path> FOUND = ConcurrentHashMap.newKeySet();

  private Damage() {}

  /** Whether a failure comes from the files themselves, so that deleting them mends it. */
  static boolean isBehind(@Nullable Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof RocksDBException e) {
        return isDamage(e);
      }
    }
    return false;
  }

  private static boolean isDamage(RocksDBException e) {
    Status status = e.getStatus();
    return status != null
        && (CODES.contains(status.getCode())
            || (status.getCode() == Status.Code.IOError
                && String.valueOf(e.getMessage()).contains(FILE_MISSING)));
  }

  /** Remembers that a directory in use is damaged. */
  static void found(Path directory) {
    FOUND.add(directory);
    SOUND.remove(directory);
  }

  /**
   * What is wrong with the files of a store that is closed, in words; null if nothing is. Each
   * directory is read once in a process: what is written later is checked as it is read.
   */
  static @Nullable String of(Path directory) {
    if (FOUND.remove(directory) && Files.exists(directory)) {
      return "it was damaged while in use";
    }
    if (!Files.exists(directory.resolve(CURRENT)) || SOUND.contains(directory)) {
      return null;
    }
    RocksDB.loadLibrary();
    try (Options options = new Options();
        RocksDB db = RocksDB.openReadOnly(options, directory.toString())) {
      db.verifyChecksum();
      SOUND.add(directory);
      return null;
    } catch (RocksDBException e) {
      if (!isDamage(e)) {
        // Opening it for good will say what it is.
        return null;
      }
      return String.valueOf(e.getMessage());
    }
  }
}
