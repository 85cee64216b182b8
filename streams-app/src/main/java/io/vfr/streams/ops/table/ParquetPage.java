package io.vfr.streams.ops.table;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The uncompressed bytes of one data page (version 1): for an optional column its definition levels
 * in the RLE encoding with their length before them, then the present values in the PLAIN encoding.
 *
 * <p>Source: apache/parquet-format, Encodings.md and README.md, "Data Pages".
 */
final class ParquetPage {
  private static final int ABSENT = 0;
  private static final int PRESENT = 1;

  /** A run takes a length of at most 5 bytes and its level. */
  private static final int RUN_BYTES_MAX = 6;

  private final int rows;
  private ByteBuffer bytes;
  private int nulls;

  ParquetPage(int rows) {
    this.rows = rows;
    bytes =
        ByteBuffer.allocate(Integer.BYTES + rows * (RUN_BYTES_MAX + Double.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The page, ready to be read. */
  ByteBuffer bytes() {
    return bytes.duplicate().flip();
  }

  int rows() {
    return rows;
  }

  /** How many values are missing. */
  int nulls() {
    return nulls;
  }

  /** A required column of texts. */
  void strings(List<String> values) {
    begin();
    for (String value : values) {
      byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
      makeRoom(Integer.BYTES + utf8.length);
      bytes.putInt(utf8.length).put(utf8);
    }
  }

  /** A required column of integers. */
  void longs(long[] values) {
    begin();
    for (int i = 0; i < rows; i++) {
      bytes.putLong(values[i]);
    }
  }

  /** An optional column of integers, missing where another one is NaN. */
  void longsWhere(long[] values, double[] presence) {
    begin();
    levels(presence);
    for (int i = 0; i < rows; i++) {
      if (!Double.isNaN(presence[i])) {
        bytes.putLong(values[i]);
      }
    }
  }

  /** An optional column of numbers, missing where NaN. */
  void doubles(double[] values) {
    begin();
    levels(values);
    for (int i = 0; i < rows; i++) {
      if (!Double.isNaN(values[i])) {
        bytes.putDouble(values[i]);
      }
    }
  }

  private void begin() {
    bytes.clear();
    nulls = 0;
  }

  private void levels(double[] values) {
    bytes.putInt(0);
    int start = 0;
    while (start < rows) {
      int level = level(values[start]);
      int end = start + 1;
      while (end < rows && level(values[end]) == level) {
        end++;
      }
      varint((end - start) << 1);
      bytes.put((byte) level);
      nulls += level == ABSENT ? end - start : 0;
      start = end;
    }
    bytes.putInt(0, bytes.position() - Integer.BYTES);
  }

  private static int level(double value) {
    return Double.isNaN(value) ? ABSENT : PRESENT;
  }

  private void varint(int value) {
    int left = value;
    while (left >= 0x80) {
      bytes.put((byte) (left | 0x80));
      left >>>= 7;
    }
    bytes.put((byte) left);
  }

  private void makeRoom(int more) {
    if (bytes.remaining() < more) {
      bytes =
          ByteBuffer.allocate(2 * (bytes.capacity() + more))
              .order(ByteOrder.LITTLE_ENDIAN)
              .put(bytes.flip());
    }
  }
}
