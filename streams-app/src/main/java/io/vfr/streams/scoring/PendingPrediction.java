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

  private static final Judgement[] JUDGEMENTS = {Judgement.SIGN, Judgement.CLASS, Judgement.SCALE};
  private static final Signal[] SIGNALS = {Signal.NEUTRAL, Signal.BULLISH, Signal.BEARISH};
  private static final Direction[] DIRECTIONS = {Direction.DOWN, Direction.NEUTRAL, Direction.UP};

  PendingPrediction {
    models = List.copyOf(models);
  }

  /** The value to store; names of models are put into the table. */
  byte[] bytes(ModelTable table) {
    ByteBuffer out = ByteBuffer.allocate(1 + size());
    write(out.put(FORMAT.version()), table);
    return out.array();
  }

  /** Its part of a shared record; names of models are put into the table. */
  byte[] part(ModelTable table) {
    ByteBuffer out = ByteBuffer.allocate(2 * Long.BYTES + size());
    write(out.putLong(barMillis).putLong(offset), table);
    return out.array();
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

  /**
   * The prediction that was stored.
   *
   * @throws StoredFormat.UnknownVersionException if its version is not read
   */
  static PendingPrediction read(
      String symbol, long barMillis, long offset, byte[] value, ModelTable table) {
    ByteBuffer in = ByteBuffer.wrap(value);
    FORMAT.check(in.get());
    return read(symbol, barMillis, offset, in, table);
  }

  /**
   * The predictions of a shared record, in the order in which they were given.
   *
   * @throws StoredFormat.UnknownVersionException if its version is not read
   */
  static List<PendingPrediction> readAll(String symbol, byte[] value, ModelTable table) {
    ByteBuffer in = ByteBuffer.wrap(value);
    SEVERAL.check(in.get());
    int count = in.get();
    List<PendingPrediction> predictions = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      predictions.add(read(symbol, in.getLong(), in.getLong(), in, table));
    }
    return predictions;
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
      String key = table.key(in.getShort());
      boolean shadow = in.get() != 0;
      Judgement judgement = JUDGEMENTS[in.get()];
      Direction call = DIRECTIONS[in.get()];
      double expected = in.getDouble();
      double[] output = new double[in.get()];
      for (int o = 0; o < output.length; o++) {
        output[o] = in.getDouble();
      }
      int at = key.indexOf('@');
      models.add(
          new JudgedForecast(
              key,
              key.substring(0, at),
              key.substring(at + 1),
              shadow,
              judgement,
              expected,
              call,
              output));
    }
    return models;
  }
}
