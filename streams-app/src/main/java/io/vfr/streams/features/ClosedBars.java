package io.vfr.streams.features;

import io.vfr.models.schema.FeatureSchema;
import io.vfr.models.schema.SequencePlan;
import io.vfr.streams.features.window.Bar;
import io.vfr.streams.features.window.BarBuilder;
import io.vfr.streams.features.window.IndicatorState;
import org.jspecify.annotations.Nullable;

/**
 * All bars of a symbol before one of them, as that bar's features need them: the indicators, the
 * rows of the sequence and the newest bar. A pure function of the stored bars and the plan.
 */
final class ClosedBars {
  private final IndicatorState indicators;
  private @Nullable SequenceRing sequence;
  private long newestStartMillis = Long.MIN_VALUE;
  private double newestClose = Double.NaN;

  /**
   * Begins without rows.
   *
   * @param indicators the state of the bars
   * @param plan what the sequence keeps of the bars that follow
   */
  ClosedBars(IndicatorState indicators, SequencePlan plan) {
    this.indicators = indicators;
    sequence = plan.isNone() ? null : new SequenceRing(plan);
  }

  /** The state of the bars. */
  IndicatorState indicators() {
    return indicators;
  }

  /** How many bars there are. */
  long count() {
    return indicators.closedBars();
  }

  /** What the sequence keeps. */
  SequencePlan plan() {
    return sequence == null ? SequencePlan.NONE : sequence.plan();
  }

  /** Keeps no sequence any more. */
  void dropSequence() {
    sequence = null;
  }

  /** Start of the newest of the bars, epoch milliseconds; Long.MIN_VALUE if there is none. */
  long newestStartMillis() {
    return newestStartMillis;
  }

  /** Close of the newest of the bars; NaN if there is none. */
  double newestClose() {
    return newestClose;
  }

  /**
   * Closes a bar.
   *
   * @param scratch holds at least the schema's bar features; overwritten
   */
  void append(BarBuilder bar, double[] scratch) {
    Bar closing = bar.toBar();
    if (sequence != null) {
      indicators.compute(closing, scratch);
      sequence.push(scratch);
    }
    indicators.append(closing);
    newestIs(bar);
  }

  /** Says which bar is the newest of those that the indicators have seen. */
  void newestIs(BarBuilder bar) {
    newestStartMillis = bar.startMillis();
    newestClose = bar.close();
  }

  /**
   * The rows of the bars with the next bar's behind them, or null if the plan keeps none.
   *
   * @param vector the next bar's features by schema index
   */
  @Nullable FeatureSequence sequenceWith(double[] vector) {
    return sequence == null ? null : sequence.with(vector);
  }

  /** An array for {@link #append}. */
  static double[] scratch() {
    return new double[FeatureSchema.current().barFeatures()];
  }
}
