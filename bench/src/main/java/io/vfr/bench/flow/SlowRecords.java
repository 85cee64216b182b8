package io.vfr.bench.flow;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.common.utils.Utils;

/**
 * The records that took long, with the times at which they were due, were made and were read: to be
 * held against logs of the collector, of safepoints or of the broker. A slow record had been
 * waiting for the broker, for the stream thread, or for its reader.
 */
final class SlowRecords {
  private static final byte[] PRODUCED_AT = "\"producedAt\":".getBytes(StandardCharsets.UTF_8);

  private final long slowMicros;
  private final InstantSource clock = InstantSource.system();
  private final List<String> lines = new ArrayList<>();

  /**
   * Of one run.
   *
   * @param slowMillis milliseconds from which on a record is slow
   */
  SlowRecords(int slowMillis) {
    slowMicros = slowMillis * 1000L;
  }

  /** Takes note of none. */
  static SlowRecords none() {
    return new SlowRecords(Integer.MAX_VALUE);
  }

  /** Takes note of a record that was just read, if it was slow. */
  void read(int partition, long micros, ByteBuffer value) {
    if (micros < slowMicros) {
      return;
    }
    byte[] bytes = Utils.toArray(value);
    double now = clock.instant().toEpochMilli();
    lines.add(
        String.format(
            Locale.ROOT, "%d,%.0f,%d,%.0f", partition, now - micros / 1e3, producedAt(bytes), now));
  }

  /** Epoch milliseconds as a prediction of ours states them; 0 for other records. */
  static long producedAt(byte[] value) {
    int at = indexOf(value, PRODUCED_AT);
    long millis = 0;
    if (at >= 0) {
      for (int i = at + PRODUCED_AT.length; value[i] >= '0' && value[i] <= '9'; i++) {
        millis = 10 * millis + (value[i] - '0');
      }
    }
    return millis;
  }

  private static int indexOf(byte[] value, byte[] part) {
    for (int start = 0; start + part.length < value.length; start++) {
      int same = 0;
      while (same < part.length && value[start + same] == part[same]) {
        same++;
      }
      if (same == part.length) {
        return start;
      }
    }
    return -1;
  }

  /** Writes them, by the contender and the round that they are of; to be asked for at the end. */
  void append(Path file, String contender, int round) throws IOException {
    List<String> all = new ArrayList<>();
    if (Files.notExists(file)) {
      all.add("contender,round,partition,due,produced,read");
    }
    lines.forEach(line -> all.add(contender + "," + round + "," + line));
    Files.write(
        file, all, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }
}
