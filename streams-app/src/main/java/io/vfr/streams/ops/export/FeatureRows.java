package io.vfr.streams.ops.export;

import io.vfr.models.schema.FeatureSchema;
import io.vfr.schemas.FeatureValues;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The newest vector of each (symbol, bar). The values lie in a file, so that memory holds no more
 * than where each row is: about 24 bytes a row, whatever the number of features.
 */
final class FeatureRows implements AutoCloseable {
  private static final int BUFFER_BYTES = 1 << 18;

  private final FileChannel file;
  private final FeatureSchema schema = FeatureSchema.current();
  private final long intervalMillis;
  private final Map<String, Integer> slots = new HashMap<>();
  private final List<String> openNames = new ArrayList<>();
  private final Map<String, Places> places = new TreeMap<>();
  private final ByteBuffer pending = ByteBuffer.allocate(BUFFER_BYTES);
  private long flushedBytes;
  private long rows;

  /** The rows of one symbol in the order of their bars. */
  private static final class Places {
    private long[] bars = new long[16];
    private long[] ts = new long[16];
    private long[] offsets = new long[16];
    private int size;

    /** Puts a row into its place; returns whether it is the first of its bar. */
    boolean put(long bar, long rowTs, long offset) {
      int at =
          size > 0 && bar > bars[size - 1] ? -size - 1 : Arrays.binarySearch(bars, 0, size, bar);
      boolean isNew = at < 0;
      if (isNew) {
        at = -at - 1;
        makeRoom(at);
        bars[at] = bar;
      }
      ts[at] = rowTs;
      offsets[at] = offset;
      return isNew;
    }

    private void makeRoom(int at) {
      if (size == bars.length) {
        bars = Arrays.copyOf(bars, 2 * size);
        ts = Arrays.copyOf(ts, 2 * size);
        offsets = Arrays.copyOf(offsets, 2 * size);
      }
      System.arraycopy(bars, at, bars, at + 1, size - at);
      System.arraycopy(ts, at, ts, at + 1, size - at);
      System.arraycopy(offsets, at, offsets, at + 1, size - at);
      size++;
    }
  }

  /**
   * Opens an empty collection.
   *
   * @param path where to keep the values; made new
   * @param interval length of a bar
   */
  FeatureRows(Path path, Duration interval) throws IOException {
    file =
        FileChannel.open(
            path, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
    intervalMillis = interval.toMillis();
    for (int i = 0; i < schema.size(); i++) {
      slots.put(schema.names().get(i), i);
    }
  }

  /** Takes a vector; an earlier one of the same symbol and bar is forgotten. */
  void add(FeatureValues vector) throws IOException {
    double[] values = new double[slots.size() + vector.names().size()];
    Arrays.fill(values, Double.NaN);
    for (int i = 0; i < vector.names().size(); i++) {
      values[slot(vector.names().get(i))] = vector.value(i);
    }
    long offset = append(values, slots.size());
    boolean isNew =
        places
            .computeIfAbsent(vector.symbol(), symbol -> new Places())
            .put(Math.floorDiv(vector.ts(), intervalMillis), vector.ts(), offset);
    rows += isNew ? 1 : 0;
  }

  private int slot(String name) {
    Integer known = slots.get(name);
    if (known != null) {
      return known;
    }
    int slot = slots.size();
    slots.put(name, slot);
    openNames.add(name);
    return slot;
  }

  private long append(double[] values, int count) throws IOException {
    int bytes = Integer.BYTES + count * Double.BYTES;
    if (pending.remaining() < bytes) {
      flush();
    }
    long offset = flushedBytes + pending.position();
    pending.putInt(count);
    for (int i = 0; i < count; i++) {
      pending.putDouble(values[i]);
    }
    return offset;
  }

  private void flush() throws IOException {
    pending.flip();
    while (pending.hasRemaining()) {
      flushedBytes += file.write(pending);
    }
    pending.clear();
  }

  long rows() {
    return rows;
  }

  int symbols() {
    return places.size();
  }

  /** The feature columns: the schema's in its order, then the open names, sorted. */
  List<String> columns() {
    List<String> open = new ArrayList<>(openNames);
    open.sort(null);
    List<String> columns = new ArrayList<>(schema.names());
    columns.addAll(open);
    return columns;
  }

  /** Reads the rows of one symbol after the other, each in the order of its bars. */
  interface Visitor {
    /**
     * One symbol.
     *
     * @param symbol its name
     * @param rows its rows
     */
    void visit(String symbol, SymbolRows rows) throws IOException;
  }

  /** Shows every symbol to the visitor, sorted by name. */
  void forEach(Visitor visitor) throws IOException {
    flush();
    int[] slotOfColumn = columns().stream().mapToInt(slots::get).toArray();
    for (Map.Entry<String, Places> symbol : places.entrySet()) {
      visitor.visit(symbol.getKey(), new SymbolRows(symbol.getValue(), slotOfColumn));
    }
  }

  /** The rows of one symbol in the order of their bars. */
  final class SymbolRows {
    private final Places places;
    private final int[] slotOfColumn;
    private final ByteBuffer buffer;

    private SymbolRows(Places places, int[] slotOfColumn) {
      this.places = places;
      this.slotOfColumn = slotOfColumn;
      buffer = ByteBuffer.allocate(Integer.BYTES + slots.size() * Double.BYTES);
    }

    int size() {
      return places.size;
    }

    /** Event time of a row, epoch milliseconds. */
    long ts(int row) {
      return places.ts[row];
    }

    /** Start of a row's bar, epoch milliseconds. */
    long barStart(int row) {
      return places.bars[row] * intervalMillis;
    }

    /** Reads the values of a row, by column. */
    void read(int row, double[] columns) throws IOException {
      buffer.clear();
      long offset = places.offsets[row];
      // A row at the end of the file may be shorter than the buffer: stop when nothing more comes.
      while (buffer.hasRemaining() && file.read(buffer, offset + buffer.position()) > 0) {}
      int count = buffer.getInt(0);
      for (int i = 0; i < columns.length; i++) {
        int slot = slotOfColumn[i];
        columns[i] =
            slot < count ? buffer.getDouble(Integer.BYTES + slot * Double.BYTES) : Double.NaN;
      }
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
