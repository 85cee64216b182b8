package io.vfr.streams.steward;

import io.vfr.schemas.Alert;
import io.vfr.schemas.AlertState;
import io.vfr.schemas.AlertType;
import io.vfr.schemas.Severity;
import io.vfr.streams.scoring.ModelScores.BarScores;
import java.util.List;
import java.util.Locale;

/**
 * The share of returns that fell into their intervals over the last bars, of all partitions, and
 * whether it is what the intervals promise.
 */
final class CoverageWatch {
  /**
   * Bars after which an outcome counts half. Symbols fall together, so it takes bars and not
   * outcomes to know a coverage: this is worth some 90 of them.
   */
  static final double HALF_LIFE_BARS = 30;

  /** No judgement before so many bars, and so many outcomes as they count now. */
  private static final int BARS_MIN = 20;

  private static final double OUTCOMES_MIN = 200;
  private static final String NAME = "all";

  /**
   * What is stored.
   *
   * @param stated outcomes that had an interval, a decayed count
   * @param inside those that fell into theirs, a decayed count
   * @param firstBar the first bar that was seen, epoch milliseconds
   * @param bar the newest one
   * @param raised whether the alert stands
   */
  record State(double stated, double inside, long firstBar, long bar, boolean raised) {
    State {
      if (!(inside >= 0 && inside <= stated * (1 + 1e-9))) {
        throw new IllegalArgumentException(inside + " of " + stated + " are inside");
      }
    }
  }

  private final StewardStore store;
  private final Decay decay;
  private final double nominal;
  private final double tolerance;
  private final double clearRatio;
  private State state = new State(0, 0, Long.MAX_VALUE, Long.MIN_VALUE, false);

  CoverageWatch(
      StewardStore store, Decay decay, double nominal, double tolerance, double clearRatio) {
    this.store = store;
    this.decay = decay;
    this.nominal = nominal;
    this.tolerance = tolerance;
    this.clearRatio = clearRatio;
    byte[] known = store.get(StewardStore.COVERAGE, NAME);
    if (known != null) {
      state = StewardJson.read(known, State.class);
    }
  }

  void add(List<BarScores> bars) {
    long stated = 0;
    for (BarScores bar : bars) {
      stated += bar.stated();
      if (bar.stated() > 0) {
        add(bar);
      }
    }
    if (stated > 0) {
      store();
    }
  }

  private void add(BarScores bar) {
    long newest = Math.max(bar.bar(), state.bar());
    double old = state.stated() == 0 ? 0 : decay.retained(newest - state.bar());
    double added = decay.retained(newest - bar.bar());
    state =
        new State(
            old * state.stated() + added * bar.stated(),
            old * state.inside() + added * bar.inside(),
            Math.min(state.firstBar(), bar.bar()),
            newest,
            state.raised());
  }

  private void store() {
    store.put(StewardStore.COVERAGE, NAME, StewardJson.write(state));
  }

  /** The live coverage, 0..1; NaN before the first outcome. */
  double coverage() {
    return state.stated() > 0 ? state.inside() / state.stated() : Double.NaN;
  }

  /** Adds the alert that begins or ends now. */
  void check(StewardAlerts alerts, List<Alert> out) {
    if (state.stated() < OUTCOMES_MIN
        || state.bar() - state.firstBar() < BARS_MIN * decay.intervalMillis()) {
      return;
    }
    double distance = Math.abs(coverage() - nominal);
    boolean begins = !state.raised() && distance > tolerance;
    boolean ends = state.raised() && distance < tolerance * clearRatio;
    if (!begins && !ends) {
      return;
    }
    state = new State(state.stated(), state.inside(), state.firstBar(), state.bar(), begins);
    store();
    out.add(
        alerts.of(
            AlertType.CALIBRATION_DRIFT,
            begins ? Severity.WARNING : Severity.INFO,
            begins ? AlertState.RAISED : AlertState.CLEARED,
            "intervals",
            state.bar() + decay.intervalMillis(),
            String.format(
                Locale.ROOT,
                "%.1f %% of the returns of the last bars fell into their %.0f %% intervals",
                100 * coverage(),
                100 * nominal),
            distance,
            tolerance));
  }
}
