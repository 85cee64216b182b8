package io.vfr.streams.ops.backtest;

import io.vfr.schemas.ModelOutcome;
import io.vfr.schemas.Outcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Predictions of the window that met their horizon, in the order in which they are read, column by
 * column: about 100 bytes each and 9 for each model.
 */
final class RowCollector {
  private final Map<String, Integer> symbolIndex = new HashMap<>();
  private final List<String> symbols = new ArrayList<>();
  private final Map<String, Column> models = new TreeMap<>();
  private final Map<String, TimeSeries> usual;
  // Times and offsets are below 2^53, so that a double holds them exactly.
  private final Doubles bar = new Doubles();
  private final Doubles ts = new Doubles();
  private final Doubles offset = new Doubles();
  private final Doubles symbol = new Doubles();
  private final Doubles expected = new Doubles();
  private final Doubles realized = new Doubles();
  private final Doubles lower = new Doubles();
  private final Doubles upper = new Doubles();
  private final Doubles volatility = new Doubles();
  private final Doubles up = new Doubles();
  private final Doubles neutral = new Doubles();
  private final Doubles down = new Doubles();
  private final BitSet scored = new BitSet();
  private final BitSet saidInside = new BitSet();
  private int size;

  /** What one model said: its outputs, and whether the pipeline counted it as a hit. */
  private static final class Column {
    private final List<Doubles> outputs = new ArrayList<>();
    private final BitSet hits = new BitSet();
  }

  /**
   * Starts without rows.
   *
   * @param usual {@code volatility_20d} by symbol and event time; looked at when the rows are
   *     complete
   */
  RowCollector(Map<String, TimeSeries> usual) {
    this.usual = usual;
  }

  /** Adds a prediction and what became of it. */
  void add(MetPrediction prediction, Outcome outcome) {
    bar.add(prediction.barMillis());
    ts.add(prediction.ts());
    offset.add(prediction.offset());
    symbol.add(indexOf(prediction.symbol()));
    expected.add(prediction.expected());
    realized.add(outcome.realized());
    lower.add(prediction.lower());
    upper.add(prediction.upper());
    volatility.add(prediction.volatility());
    up.add(prediction.up());
    neutral.add(prediction.neutral());
    down.add(prediction.down());
    scored.set(size, prediction.scored());
    saidInside.set(size, Boolean.TRUE.equals(outcome.insideInterval()));
    outcome.models().forEach(this::add);
    size++;
  }

  private int indexOf(String name) {
    return symbolIndex.computeIfAbsent(
        name,
        added -> {
          symbols.add(added);
          return symbols.size() - 1;
        });
  }

  private void add(ModelOutcome model) {
    Column column = models.computeIfAbsent(model.id() + "@" + model.version(), key -> new Column());
    double[] output = model.output();
    for (int i = 0; i < output.length; i++) {
      if (i == column.outputs.size()) {
        column.outputs.add(new Doubles());
      }
      column.outputs.get(i).padTo(size);
      column.outputs.get(i).add(output[i]);
    }
    column.hits.set(size, model.hit());
  }

  int size() {
    return size;
  }

  /** The keys {@code id@version} of the models that took part, sorted. */
  List<String> modelKeys() {
    return List.copyOf(models.keySet());
  }

  /**
   * The rows in the order of bars, symbols and offsets, whatever the order in which they came.
   *
   * @param measures what the outputs of each model mean, by key
   */
  Rows sorted(Map<String, ModelMeasure> measures) {
    int[] all = IntStream.range(0, size).toArray();
    double[] bars = bar.at(all);
    double[] offsets = offset.at(all);
    int[] ranks = symbolRanks(all);
    int[] order =
        IntStream.range(0, size)
            .boxed()
            .sorted(
                Comparator.<Integer>comparingDouble(i -> bars[i])
                    .thenComparingInt(i -> ranks[i])
                    .thenComparingDouble(i -> offsets[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    double[] usualThen = usual(order);
    List<Rows.ModelRows> modelRows = new ArrayList<>();
    models.forEach((key, column) -> {
      ModelMeasure measure = measures.get(key);
      if (measure == null) {
        throw new BacktestException("outcomes name " + key + ", of which there is no manifest");
      }
      modelRows.add(model(key, column, measure, order, usualThen));
    });
    return new Rows(
        Arrays.stream(order).mapToLong(i -> (long) bars[i]).toArray(),
        Arrays.stream(order).map(i -> ranks[i]).toArray(),
        symbols.stream().sorted().toList(),
        expected.at(order),
        realized.at(order),
        lower.at(order),
        upper.at(order),
        volatility.at(order),
        usualThen,
        up.at(order),
        neutral.at(order),
        down.at(order),
        reordered(scored, order),
        reordered(saidInside, order),
        modelRows);
  }

  /** The place of each row's symbol among the sorted names. */
  private int[] symbolRanks(int[] all) {
    List<String> sorted = symbols.stream().sorted().toList();
    Map<String, Integer> rankOf = new HashMap<>();
    for (int i = 0; i < sorted.size(); i++) {
      rankOf.put(sorted.get(i), i);
    }
    int[] rankOfIndex = symbols.stream().mapToInt(rankOf::get).toArray();
    return Arrays.stream(symbol.at(all)).mapToInt(index -> rankOfIndex[(int) index]).toArray();
  }

  private double[] usual(int[] order) {
    double[] indices = symbol.at(order);
    double[] times = ts.at(order);
    double[] found = new double[order.length];
    for (int i = 0; i < order.length; i++) {
      TimeSeries series = usual.get(symbols.get((int) indices[i]));
      double value = series == null ? Double.NaN : series.get((long) times[i]);
      found[i] = value > 0 ? value : Double.NaN;
    }
    return found;
  }

  private Rows.ModelRows model(
      String key, Column column, ModelMeasure measure, int[] order, double[] usualThen) {
    double[][] outputs = new double[column.outputs.size()][];
    for (int k = 0; k < outputs.length; k++) {
      column.outputs.get(k).padTo(size);
      outputs[k] = column.outputs.get(k).at(order);
    }
    double[] forecast = new double[order.length];
    double[] row = new double[outputs.length];
    for (int i = 0; i < order.length; i++) {
      for (int k = 0; k < outputs.length; k++) {
        row[k] = outputs[k][i];
      }
      forecast[i] = Double.isNaN(row[0]) ? Double.NaN : measure.forecast(row, usualThen[i]);
    }
    return new Rows.ModelRows(
        key, measure.isVolatility(), measure.isClass(), forecast, reordered(column.hits, order));
  }

  private static BitSet reordered(BitSet bits, int[] order) {
    BitSet reordered = new BitSet(order.length);
    for (int i = 0; i < order.length; i++) {
      reordered.set(i, bits.get(order[i]));
    }
    return reordered;
  }
}
