package io.vfr.schemas;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One feature vector: a message of {@code vfr.features}.
 *
 * @param ts event time, epoch milliseconds
 * @param schema hash of the feature schema
 * @param names feature names, each once
 * @param values the value of each name; NaN is unknown, null in JSON
 */
public record FeatureValues(
    String symbol, long ts, String schema, List<String> names, double[] values) {
  public FeatureValues {
    Bounds.symbol(symbol);
    Bounds.timestamp("ts", ts);
    Bounds.text("schema", schema);
    names = List.copyOf(names);
    values = values.clone();
    if (names.size() != values.length) {
      throw new IllegalArgumentException(
          names.size() + " feature names cannot have " + values.length + " values");
    }
    for (int i = 0; i < values.length; i++) {
      if (Double.isInfinite(values[i])) {
        throw new InvalidMessageException(
            RejectCode.NOT_FINITE,
            "feature " + names.get(i) + " must be finite or NaN but is " + values[i]);
      }
    }
  }

  /** The values, a copy. */
  @Override
  public double[] values() {
    return values.clone();
  }

  /** One value, without a copy. */
  public double value(int index) {
    return values[index];
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof FeatureValues that
        && symbol.equals(that.symbol)
        && ts == that.ts
        && schema.equals(that.schema)
        && names.equals(that.names)
        && Arrays.equals(values, that.values);
  }

  @Override
  public int hashCode() {
    return Objects.hash(symbol, ts, schema, names, Arrays.hashCode(values));
  }

  @Override
  public String toString() {
    return "FeatureValues[" + symbol + " " + ts + " " + names.size() + " values]";
  }
}
