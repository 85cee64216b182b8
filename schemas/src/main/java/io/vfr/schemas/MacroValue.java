package io.vfr.schemas;

/**
 * One value of a macro series: a message of {@code vfr.macro}.
 *
 * @param series the series, also the record's key and the feature's name
 * @param ts when the value became known, epoch milliseconds
 * @param value the value, in the unit of the series
 */
public record MacroValue(String series, long ts, double value) {
  public MacroValue {
    Bounds.name("series", series);
    Bounds.timestamp("ts", ts);
    Bounds.finite("value", value);
    value += 0.0;
  }
}
