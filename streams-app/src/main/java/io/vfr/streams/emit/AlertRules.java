package io.vfr.streams.emit;

import io.vfr.models.schema.FeatureSlots;
import io.vfr.schemas.Alert;
import io.vfr.schemas.AlertState;
import io.vfr.schemas.AlertType;
import io.vfr.schemas.Consensus;
import io.vfr.schemas.Severity;
import io.vfr.schemas.Signal;
import io.vfr.streams.config.AlertsConfig;
import io.vfr.streams.config.FeaturesConfig;
import io.vfr.streams.features.FeatureVector;
import io.vfr.streams.scoring.Forecast;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.function.Supplier;

/**
 * The alert rules over one forecast. A condition is raised when its limit is reached, cleared when
 * the measure has fallen below the limit times {@code alerts.clear-ratio}, and silent in between;
 * within one bar it changes at most once, however many ticks the bar has. Pure: the memory comes in
 * and goes out.
 */
final class AlertRules {
  /**
   * Standard deviation of a day's return over its high-low range: 1 / (2 √ln 2), Parkinson (1980).
   */
  private static final double PARKINSON = 1 / (2 * Math.sqrt(Math.log(2)));

  /** For how many bars on end models must (dis)agree before it is told. */
  private static final int CONSENSUS_BARS = 5;

  private final AlertsConfig config;
  private final double fundamentalsStaleDays;
  private final double sentimentStaleMinutes;
  private final int rangeSlot;
  private final int volatilitySlot;
  private final String instance;

  AlertRules(AlertsConfig config, FeaturesConfig features, FeatureSlots slots, String instance) {
    this.config = config;
    this.instance = instance;
    fundamentalsStaleDays = features.fundamentalsStaleAfter().toMillis() / 86_400_000.0;
    sentimentStaleMinutes = features.sentimentStaleAfter().toMillis() / 60_000.0;
    rangeSlot = slots.slot("intraday_volatility");
    volatilitySlot = slots.slot("volatility_20d");
  }

  /**
   * Applies every rule.
   *
   * @param out receives the alerts that begin or end with this forecast
   * @return the memory to keep
   */
  AlertMemory apply(AlertMemory memory, Forecast forecast, List<Alert> out) {
    FeatureVector vector = forecast.vector();
    // A late price tells of a bar that is over: it neither begins nor ends what holds now.
    if (!vector.newest()) {
      return memory;
    }
    AlertMemory next = strongSignal(memory.at(vector.barEndMillis()), forecast, out);
    if (forecast.confidence() > 0) {
      next = signalFlip(next, forecast, out);
      next = lowConsensus(next, forecast, out);
    }
    next = volatilitySpike(next, forecast, out);
    return staleFeatures(next, forecast, out);
  }

  /** A strong signal belongs to a side: one of the other side ends it, however strong. */
  private AlertMemory strongSignal(AlertMemory memory, Forecast f, List<Alert> out) {
    if (memory.hasChanged(AlertType.STRONG_SIGNAL)) {
      return memory;
    }
    double limit = config.strongConfidence();
    Signal now = side(f.consensus());
    Signal raised = memory.strongSide();
    if (raised == Signal.NEUTRAL) {
      if (now == Signal.NEUTRAL || f.confidence() < limit) {
        return memory;
      }
      String message =
          f.vector().symbol() + " is " + now + " with confidence " + decimal(f.confidence(), 2);
      out.add(
          alert(
              AlertType.STRONG_SIGNAL,
              Severity.INFO,
              AlertState.RAISED,
              message,
              f.confidence(),
              limit,
              f));
      return memory.withStrong(now);
    }
    double strength = now == raised ? f.confidence() : 0;
    if (now == raised && strength >= limit * config.clearRatio()) {
      return memory;
    }
    out.add(
        alert(
            AlertType.STRONG_SIGNAL,
            Severity.INFO,
            AlertState.CLEARED,
            f.vector().symbol() + " is no longer surely " + raised,
            strength,
            limit,
            f));
    return memory.withStrong(Signal.NEUTRAL);
  }

  private AlertMemory signalFlip(AlertMemory memory, Forecast f, List<Alert> out) {
    Signal now = side(f.consensus());
    if (now == Signal.NEUTRAL || now == memory.direction()) {
      return memory;
    }
    if (memory.direction() == Signal.NEUTRAL) {
      return memory.withDirection(now);
    }
    // The direction stays what was told last, so that a flip that persists is told with the next
    // bar.
    if (memory.hasChanged(AlertType.SIGNAL_FLIP)) {
      return memory;
    }
    out.add(
        alert(
            AlertType.SIGNAL_FLIP,
            Severity.INFO,
            AlertState.RAISED,
            f.vector().symbol() + " turned from " + memory.direction() + " to " + now,
            f.consensus().score(),
            50,
            f));
    return memory.withFlip(now);
  }

  /** The side that the models take together; NEUTRAL if they disagree. */
  private static Signal side(Consensus consensus) {
    return consensus.lowConsensus() ? Signal.NEUTRAL : consensus.signal();
  }

  /**
   * Models disagree now and then; only what lasts for several bars begins or ends the condition.
   */
  private AlertMemory lowConsensus(AlertMemory memory, Forecast f, List<Alert> out) {
    FeatureVector vector = f.vector();
    if (vector.barEndMillis() <= memory.consensusBarEnd()) {
      return memory;
    }
    boolean low = f.consensus().lowConsensus();
    if (low == memory.isRaised(AlertType.LOW_CONSENSUS)) {
      return memory.consensusBars() == 0 ? memory : memory.withConsensus(vector.barEndMillis(), 0);
    }
    int bars = memory.consensusBars() + 1;
    if (bars < CONSENSUS_BARS) {
      return memory.withConsensus(vector.barEndMillis(), bars);
    }
    out.add(
        alert(
            AlertType.LOW_CONSENSUS,
            Severity.INFO,
            low ? AlertState.RAISED : AlertState.CLEARED,
            "the models "
                + (low ? "disagree" : "agree")
                + " about "
                + vector.symbol()
                + " since "
                + bars
                + " bars",
            bars,
            CONSENSUS_BARS,
            f));
    return memory.with(AlertType.LOW_CONSENSUS, low).withConsensus(vector.barEndMillis(), 0);
  }

  private AlertMemory volatilitySpike(AlertMemory memory, Forecast f, List<Alert> out) {
    FeatureVector vector = f.vector();
    double usual = vector.value(volatilitySlot);
    double now = vector.value(rangeSlot) * PARKINSON;
    if (!(usual > 0) || Double.isNaN(now)) {
      return memory;
    }
    return level(
        memory,
        AlertType.VOLATILITY_SPIKE,
        Severity.WARNING,
        now / usual,
        config.volatilitySpikeRatio(),
        () ->
            "the range of "
                + vector.symbol()
                + " stands for a volatility of "
                + decimal(100 * now, 2)
                + " %, "
                + decimal(now / usual, 1)
                + " times its 20-bar level",
        f,
        out);
  }

  private AlertMemory staleFeatures(AlertMemory memory, Forecast f, List<Alert> out) {
    FeatureVector vector = f.vector();
    double fundamentals = vector.fundamentalsAgeDays() / fundamentalsStaleDays;
    double sentiment = vector.sentimentAgeMinutes() / sentimentStaleMinutes;
    boolean fundamentalsAreOlder = !(sentiment > fundamentals);
    double age = fundamentalsAreOlder ? fundamentals : sentiment;
    if (Double.isNaN(age)) {
      return memory;
    }
    Supplier<String> message =
        () ->
            fundamentalsAreOlder
                ? "fundamentals of "
                    + vector.symbol()
                    + " are "
                    + decimal(vector.fundamentalsAgeDays(), 1)
                    + " days old"
                : "sentiment of "
                    + vector.symbol()
                    + " is "
                    + decimal(vector.sentimentAgeMinutes(), 0)
                    + " minutes old";
    return level(memory, AlertType.STALE_FEATURES, Severity.WARNING, age, 1, message, f, out);
  }

  /** Raises at the limit, clears below the limit times the clear ratio, once per bar. */
  private AlertMemory level(
      AlertMemory memory,
      AlertType type,
      Severity severity,
      double value,
      double limit,
      Supplier<String> message,
      Forecast f,
      List<Alert> out) {
    if (memory.hasChanged(type)) {
      return memory;
    }
    boolean raised = memory.isRaised(type);
    if (!raised && value >= limit) {
      out.add(alert(type, severity, AlertState.RAISED, message.get(), value, limit, f));
      return memory.with(type, true);
    }
    if (raised && value < limit * config.clearRatio()) {
      out.add(alert(type, Severity.INFO, AlertState.CLEARED, message.get(), value, limit, f));
      return memory.with(type, false);
    }
    return memory;
  }

  /** A value with so many decimals, without what parsing a format costs: alerts are many. */
  static String decimal(double value, int places) {
    return Double.isFinite(value)
        ? BigDecimal.valueOf(value).setScale(places, RoundingMode.HALF_UP).toPlainString()
        : Double.toString(value);
  }

  private Alert alert(
      AlertType type,
      Severity severity,
      AlertState state,
      String message,
      double value,
      double threshold,
      Forecast f) {
    return new Alert(
        type + ":" + f.id(),
        f.vector().ts(),
        type,
        severity,
        state,
        f.vector().symbol(),
        message,
        value,
        threshold,
        f.id(),
        instance);
  }
}
