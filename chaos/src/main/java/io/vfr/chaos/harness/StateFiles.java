package io.vfr.chaos.harness;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.kafka.common.utils.Utils;

/** What may happen to the local state of an instance that does not run. */
public final class StateFiles {
  private static final String STAMP = "vfr-state.properties";
  private static final int STRIDE = 512;

  private StateFiles() {}

  /** The RocksDB tables below a state directory, the largest first. */
  public static List<Path> tables(Path stateDir) throws IOException {
    try (Stream<Path> files = Files.walk(stateDir)) {
      return files
          .filter(file -> file.toString().endsWith(".sst"))
          .sorted(Comparator.comparingLong((Path file) -> file.toFile().length()).reversed())
          .toList();
    }
  }

  /** Turns a bit pattern over in every block of the first half of a file. */
  public static void damage(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(channel.size() / 2));
      channel.read(bytes, 0);
      for (int i = STRIDE / 4; i < bytes.position(); i += STRIDE) {
        bytes.put(i, (byte) ~bytes.get(i));
      }
      channel.write(bytes.flip(), 0);
    }
  }

  /** Deletes all state of an instance. */
  public static void delete(Path stateDir) throws IOException {
    Utils.delete(stateDir.toFile());
  }

  /** Puts a copy of one directory in the place of another. */
  public static void copy(Path from, Path to) throws IOException {
    Utils.delete(to.toFile());
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file));
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    }
  }

  /** Makes a state directory one that was last in use at this time, ISO-8601. */
  public static void lastUsed(Path stateDir, String time) throws IOException {
    try (Stream<Path> files = Files.walk(stateDir)) {
      for (Path stamp : files.filter(file -> file.endsWith(STAMP)).toList()) {
        Properties properties = new Properties();
        try (var reader = Files.newBufferedReader(stamp)) {
          properties.load(reader);
        }
        properties.setProperty("last-used", time);
        try (var writer = Files.newBufferedWriter(stamp)) {
          properties.store(writer, null);
        }
      }
    }
  }
}
