package io.vfr.streams.features;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The features of one symbol at one event time, made for one price record.
 *
 * @param ts the time as of which everything in it was known, epoch milliseconds
 * @param barEndMillis when the last bar of its windows ends, epoch milliseconds
 * @param values by slot of {@link io.vfr.models.schema.FeatureSlots}; NaN is missing. Shared, not
 *     copied: whoever holds the vector must not write
 * @param imputed names of features that stand for data that is not there
 * @param appendedAt when the broker took the price record, epoch milliseconds
 * @param topic topic of the price record
 * @param partition partition of the price record
 * @param offset offset of the price record
 * @param fundamentalsAgeDays age of the fundamentals in force, days; NaN if there are none
 * @param sentimentAgeMinutes age of the newest sentiment, minutes; NaN if there is none
 * @param barStartMillis when the last bar of its windows begins, epoch milliseconds
 * @param close close of that bar
 * @param previousBarStartMillis when the bar before it begins, epoch milliseconds; Long.MIN_VALUE
 *     if there is none
 * @param previousClose close of the bar before it, final unless late events change it; NaN if there
 *     is none
 * @param nextClose close of the bar after it if that one is closed, which happens for late prices
 *     only; else NaN
 * @param newest whether no later bar of the symbol has begun
 * @param sequence the last bars, this one included; null if no model reads sequences
 */
public record FeatureVector(
    String symbol,
    long ts,
    long barEndMillis,
    double[] values,
    List<String> imputed,
    long appendedAt,
    String topic,
    int partition,
    long offset,
    double fundamentalsAgeDays,
    double sentimentAgeMinutes,
    long barStartMillis,
    double close,
    long previousBarStartMillis,
    double previousClose,
    double nextClose,
    boolean newest,
    @Nullable FeatureSequence sequence) {
  public FeatureVector {
    imputed = List.copyOf(imputed);
  }

  /** The same with its values in another array. */
  public FeatureVector withValues(double[] same) {
    return new FeatureVector(
        symbol,
        ts,
        barEndMillis,
        same,
        imputed,
        appendedAt,
        topic,
        partition,
        offset,
        fundamentalsAgeDays,
        sentimentAgeMinutes,
        barStartMillis,
        close,
        previousBarStartMillis,
        previousClose,
        nextClose,
        newest,
        sequence);
  }

  /** The value in a slot; NaN for a slot that was assigned after the vector was made. */
  public double value(int slot) {
    return slot < values.length ? values[slot] : Double.NaN;
  }
}
