package io.vfr.streams.scoring;

import io.vfr.models.Direction;
import io.vfr.models.StoredFormat;
import io.vfr.models.evaluation.Judgement;
import io.vfr.schemas.Breakdown;
import io.vfr.schemas.Consensus;
import io.vfr.schemas.Probability;
import io.vfr.schemas.Signal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A prediction that waits for its return.
 *
 * @param barMillis start of the bar that it was made in, epoch milliseconds
 * @param offset offset of its price record
 * @param close the price that the return is measured from
 * @param expected the ensemble's expected return
 * @param lower lower end of the interval; NaN if none was stated
 * @param upper upper end of the interval
 * @param scale forecast volatility σ̂
 * @param usual {@code volatility_20d} or what stands for it
 * @param band half width of NEUTRAL, a return
 * @param good whether at least one model scored
 */
record PendingPrediction(
    String id,
    String symbol,
    long barMillis,
    long offset,
    double close,
    double expected,
    double lower,
    double upper,
    double scale,
    double usual,
    double band,
    Probability probability,
    double confidence,
    Consensus consensus,
    boolean good,
    List<JudgedForecast> models) {
  private static final StoredFormat FORMAT = StoredFormat.first("a pending prediction");

  /** Several in one value; builds that know single ones only take it for one, and refuse it. */
  private static final StoredFormat SEVERAL =
      new StoredFormat("a record of pending predictions", 2, 2);

  /** A bar's start and an offset. */
  private static final int PART_HEAD_BYTES = 2 * Long.BYTES;

  private static final Judgement[] JUDGEMENTS = {Judgement.SIGN, Judgement.CLASS, Judgement.SCALE};
  private static final Signal[] SIGNALS = {Signal.NEUTRAL, Signal.BULLISH, Signal.BEARISH};
  private static final Direction[] DIRECTIONS = {Direction.DOWN, Direction.NEUTRAL, Direction.UP};

  PendingPrediction {
    models = List.copyOf(models);
  }

  /**
   * What stands for it in a record and on the heap: when it was made, and all that is known of it.
   * Names of models are put into the table.
   *
   * @param spare overwritten and returned if it has the right size
   */
  byte[] part(ModelTable table, byte[] spare) {
    int size = PART_HEAD_BYTES + size();
    byte[] part = spare.length == size ? spare : new byte[size];
    write(ByteBuffer.wrap(part).putLong(barMillis).putLong(offset), table);
    return part;
  }

  /** Start of the bar that a part's prediction was made in, epoch milliseconds. */
  static long barMillisOf(byte[] part) {
    return ByteBuffer.wrap(part).getLong();
  }

  /** The prediction of a part. */
  static PendingPrediction ofPart(String symbol, byte[] part, ModelTable table) {
    ByteBuffer in = ByteBuffer.wrap(part);
    return read(symbol, in.getLong(), in.getLong(), in, table);
  }

  /** The value of a record that holds one prediction, whose key says when it was made. */
  static byte[] single(byte[] part) {
    return ByteBuffer.allocate(1 + part.length - PART_HEAD_BYTES)
        .put(FORMAT.version())
        .put(part, PART_HEAD_BYTES, part.length - PART_HEAD_BYTES)
        .array();
  }

  /**
   * The part of a record that holds one prediction.
   *
   * @throws StoredFormat.UnknownVersionException if its version is not read
   */
  static byte[] partOfSingle(long barMillis, long offset, byte[] value) {
    FORMAT.check(value[0]);
    return ByteBuffer.allocate(PART_HEAD_BYTES + value.length - 1)
        .putLong(barMillis)
        .putLong(offset)
        .put(value, 1, value.length - 1)
        .array();
  }

  /** The value of a record that several predictions of one symbol share, from their parts. */
  static byte[] shared(List<byte[]> parts) {
    int size = 2;
    for (byte[] part : parts) {
      size += part.length;
    }
    ByteBuffer out = ByteBuffer.allocate(size);
    out.put(SEVERAL.version()).put((byte) parts.size());
    for (byte[] part : parts) {
      out.put(part);
    }
    return out.array();
  }

  /**
   * The parts of a shared record, in the order in which they were given.
   *
   * @throws StoredFormat.UnknownVersionException if its version is not read
   */
  static List<byte[]> partsOfShared(String symbol, byte[] value, ModelTable table) {
    ByteBuffer in = ByteBuffer.wrap(value);
    SEVERAL.check(in.get());
    int count = in.get();
    List<byte[]> parts = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      int start = in.position();
      // A part does not say how long it is: what reads it finds out.
      read(symbol, in.getLong(), in.getLong(), in, table);
      parts.add(Arrays.copyOfRange(value, start, in.position()));
    }
    return parts;
  }

  /** How many bytes {@link #write} writes. */
  private int size() {
    int size = Short.BYTES + id.length() + 13 * Double.BYTES + 7;
    for (JudgedForecast model : models) {
      size += 6 + Double.BYTES * (1 + model.output().length);
    }
    return size;
  }

  private void write(ByteBuffer out, ModelTable table) {
    // Topics, numbers and digests: ASCII.
    out.putShort((short) id.length()).put(id.getBytes(StandardCharsets.US_ASCII));
    out.putDouble(close).putDouble(expected).putDouble(lower).putDouble(upper);
    out.putDouble(scale).putDouble(usual).putDouble(band);
    out.putDouble(probability.up()).putDouble(probability.neutral()).putDouble(probability.down());
    out.putDouble(confidence);
    write(out, consensus);
    out.put((byte) (good ? 1 : 0)).put((byte) models.size());
    for (JudgedForecast model : models) {
      out.putShort((short) table.number(model.key()));
      out.put((byte) (model.shadow() ? 1 : 0));
      out.put(code(JUDGEMENTS, model.judgement())).put(code(DIRECTIONS, model.call()));
      out.putDouble(model.expectedReturn()).put((byte) model.output().length);
      for (double value : model.output()) {
        out.putDouble(value);
      }
    }
  }

  /** Codes are places in the arrays above: state outlives releases and so the enums' order. */
  private static <E> byte code(E[] values, E value) {
    for (byte i = 0; i < values.length; i++) {
      if (values[i] == value) {
        return i;
      }
    }
    throw new IllegalStateException("no code for " + value);
  }

  private static PendingPrediction read(
      String symbol, long barMillis, long offset, ByteBuffer in, ModelTable table) {
    byte[] name = new byte[in.getShort()];
    in.get(name);
    return new PendingPrediction(
        new String(name, StandardCharsets.UTF_8),
        symbol,
        barMillis,
        offset,
        in.getDouble(),
        in.getDouble(),
        in.getDouble(),
        in.getDouble(),
        in.getDouble(),
        in.getDouble(),
        in.getDouble(),
        new Probability(in.getDouble(), in.getDouble(), in.getDouble()),
        in.getDouble(),
        readConsensus(in),
        in.get() != 0,
        readModels(in, table));
  }

  private static void write(ByteBuffer out, Consensus consensus) {
    Breakdown votes = consensus.breakdown();
    out.put(code(SIGNALS, consensus.signal()));
    out.putDouble(consensus.score()).putDouble(consensus.confidence());
    out.put((byte) (consensus.lowConsensus() ? 1 : 0));
    out.put((byte) votes.bullish()).put((byte) votes.bearish()).put((byte) votes.neutral());
  }

  private static Consensus readConsensus(ByteBuffer in) {
    return new Consensus(
        SIGNALS[in.get()],
        in.getDouble(),
        in.getDouble(),
        in.get() != 0,
        new Breakdown(in.get(), in.get(), in.get()));
  }

  private static List<JudgedForecast> readModels(ByteBuffer in, ModelTable table) {
    int count = in.get();
    List<JudgedForecast> models = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      ModelTable.Name name = table.name(in.getShort());
      boolean shadow = in.get() != 0;
      Judgement judgement = JUDGEMENTS[in.get()];
      Direction call = DIRECTIONS[in.get()];
      double expected = in.getDouble();
      double[] output = new double[in.get()];
      for (int o = 0; o < output.length; o++) {
        output[o] = in.getDouble();
      }
      models.add(
          new JudgedForecast(
              name.key(), name.id(), name.version(), shadow, judgement, expected, call, output));
    }
    return models;
  }
}
