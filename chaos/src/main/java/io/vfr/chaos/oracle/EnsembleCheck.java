package io.vfr.chaos.oracle;

import io.vfr.models.manifest.CalibrationData;
import io.vfr.models.manifest.Kind;
import io.vfr.models.manifest.Manifest;
import io.vfr.models.manifest.Target;
import io.vfr.models.manifest.Task;
import io.vfr.schemas.Consensus;
import io.vfr.schemas.DegradedReason;
import io.vfr.schemas.Direction;
import io.vfr.schemas.FeatureValues;
import io.vfr.schemas.ModelScore;
import io.vfr.schemas.ModelStatus;
import io.vfr.schemas.Prediction;
import io.vfr.schemas.PredictionInterval;
import io.vfr.schemas.Probability;
import io.vfr.schemas.Signal;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Computes again what a prediction makes of its models, from the outputs, weights and votes that it
 * lists: forecast, direction, confidence, consensus and status (SPEC §3 and §5). The weights
 * themselves depend on outcomes and are held against their bounds.
 */
final class EnsembleCheck {
  private static final double RELATIVE = 1e-9;
  private static final double ABSOLUTE = 1e-12;
  private static final double WEIGHT_MIN = 0.05;
  private static final double WEIGHT_MAX = 0.6;
  private static final String VOLATILITY = "volatility_20d";

  private final Map<String, Manifest> byDigest;

  /** A check against these models, by digest; bars are of a day, as their horizons are. */
  EnsembleCheck(Map<String, Manifest> byDigest) {
    this.byDigest = Map.copyOf(byDigest);
  }

  /** What is wrong, in words. */
  List<String> check(Prediction p, FeatureValues vector) {
    List<String> findings = new ArrayList<>();
    if (p.degraded() == p.degradedReasons().isEmpty()) {
      findings.add("degraded is " + p.degraded() + " with reasons " + p.degradedReasons());
    }
    checkProbability(p, findings);
    if (p.degradedReasons().contains(DegradedReason.LAST_GOOD_PREDICTION)) {
      // An earlier forecast again, which the models of this one do not tell.
      return findings;
    }
    List<ModelScore> used =
        p.models().stream().filter(model -> model.status() == ModelStatus.OK).toList();
    if (used.isEmpty()) {
      checkUnknown(p, findings);
      return findings;
    }
    checkWeights(used, findings);
    checkForecast(p, used, vector, findings);
    checkConsensus(p.consensus(), used, findings);
    return findings;
  }

  private static void checkProbability(Prediction p, List<String> findings) {
    Probability stated = p.probability();
    double sum = stated.up() + stated.neutral() + stated.down();
    if (Math.abs(sum - 1) > ABSOLUTE) {
      findings.add("probabilities sum to " + sum);
    }
    Direction direction = Direction.NEUTRAL;
    if (stated.up() > stated.neutral() && stated.up() > stated.down()) {
      direction = Direction.UP;
    } else if (stated.down() > stated.neutral() && stated.down() > stated.up()) {
      direction = Direction.DOWN;
    }
    if (p.direction() != direction) {
      findings.add("direction should be " + direction + " but is " + p.direction());
    }
  }

  /** No model had a say. */
  private static void checkUnknown(Prediction p, List<String> findings) {
    if (p.expectedReturn() != 0
        || p.confidence() != 0
        || p.interval() != null
        || !p.drivers().isEmpty()
        || p.direction() != Direction.NEUTRAL
        || Math.abs(p.probability().up() - 1.0 / 3) > RELATIVE
        || Math.abs(p.probability().down() - 1.0 / 3) > RELATIVE) {
      findings.add("a forecast without a model");
    }
    if (!p.degraded()) {
      findings.add("no model, and not degraded");
    }
  }

  private static void checkWeights(List<ModelScore> used, List<String> findings) {
    double sum = 0;
    int count = used.size();
    double least = count * WEIGHT_MIN <= 1 ? WEIGHT_MIN : 1.0 / count;
    double most = count * WEIGHT_MAX >= 1 ? WEIGHT_MAX : 1.0 / count;
    for (ModelScore model : used) {
      sum += model.weight();
      if (model.weight() < least - ABSOLUTE || model.weight() > most + ABSOLUTE) {
        findings.add(
            model.id() + " has weight " + model.weight() + ", not in " + least + ".." + most);
      }
    }
    if (Math.abs(sum - 1) > ABSOLUTE) {
      findings.add("weights sum to " + sum);
    }
  }

  private void checkForecast(
      Prediction p, List<ModelScore> used, FeatureValues vector, List<String> findings) {
    double expected = 0;
    for (ModelScore model : used) {
      Manifest manifest = byDigest.get(model.digest());
      if (manifest == null) {
        // Told where outputs are computed again.
        return;
      }
      expected += model.weight() * expectedReturn(manifest, model, vector);
    }
    if (differs(expected, p.expectedReturn())) {
      findings.add("expectedReturn should be " + expected + " but is " + p.expectedReturn());
    }
    Probability stated = p.probability();
    double greatest = Math.max(stated.up(), Math.max(stated.neutral(), stated.down()));
    double confidence = Math.max(0, (greatest - 1.0 / 3) * 1.5);
    if (differs(confidence, p.confidence())) {
      findings.add("confidence should be " + confidence + " but is " + p.confidence());
    }
    PredictionInterval interval = p.interval();
    if (interval == null) {
      findings.add("a forecast without an interval");
    } else if (!(interval.lower() < interval.upper())
        || differs(p.expectedReturn(), (interval.lower() + interval.upper()) / 2)) {
      findings.add("the interval " + interval + " is not around " + p.expectedReturn());
    }
  }

  /** What one model's output says of the return. */
  private static double expectedReturn(Manifest manifest, ModelScore model, FeatureValues vector) {
    if (manifest.kind() == Kind.VOLATILITY) {
      return 0;
    }
    CalibrationData calibration = manifest.calibration();
    if (calibration == null) {
      throw new IllegalStateException(manifest.key() + " forecasts without a calibration");
    }
    int at = vector.names().indexOf(VOLATILITY);
    double volatility = at < 0 ? Double.NaN : vector.value(at);
    double sigma =
        volatility > 0 && Double.isFinite(volatility) ? volatility : calibration.fallbackSigma();
    if (manifest.task() == Task.REGRESSION) {
      return manifest.target() == Target.STANDARDIZED_RETURN
          ? sigma * model.output(0)
          : model.output(0);
    }
    double[] means = calibration.classMeans();
    double standardized = 0;
    for (int k = 0; k < means.length; k++) {
      double probability =
          manifest.task() == Task.MULTICLASS
              ? model.output(k)
              : k == 1 ? model.output(0) : 1 - model.output(0);
      standardized += probability * means[k];
    }
    return sigma * standardized;
  }

  private void checkConsensus(Consensus stated, List<ModelScore> used, List<String> findings) {
    Map<Signal, Integer> votes = new EnumMap<>(Signal.class);
    Map<Signal, Double> shares = new EnumMap<>(Signal.class);
    double total = 0;
    for (ModelScore model : used) {
      Signal side = model.signal();
      if (side == null) {
        findings.add(model.id() + " has no signal");
        return;
      }
      votes.merge(side, 1, Integer::sum);
      Manifest manifest = byDigest.get(model.digest());
      if (manifest != null && manifest.kind() != Kind.VOLATILITY) {
        shares.merge(side, model.weight(), Double::sum);
        total += model.weight();
      }
    }
    if (stated.breakdown().bullish() != votes.getOrDefault(Signal.BULLISH, 0)
        || stated.breakdown().bearish() != votes.getOrDefault(Signal.BEARISH, 0)
        || stated.breakdown().neutral() != votes.getOrDefault(Signal.NEUTRAL, 0)) {
      findings.add("breakdown should be " + votes + " but is " + stated.breakdown());
    }
    if (total == 0) {
      return;
    }
    double bullish = shares.getOrDefault(Signal.BULLISH, 0.0) / total;
    double bearish = shares.getOrDefault(Signal.BEARISH, 0.0) / total;
    double neutral = shares.getOrDefault(Signal.NEUTRAL, 0.0) / total;
    double greatest = Math.max(bullish, Math.max(bearish, neutral));
    if (differs(50 + 50 * (bullish - bearish), stated.score())
        || differs(greatest, stated.confidence())
        || (Math.abs(greatest - 2.0 / 3) > ABSOLUTE
            && stated.lowConsensus() != greatest < 2.0 / 3)) {
      findings.add("consensus of shares " + shares + " is " + stated);
    }
    if (isFirst(bullish, bearish, neutral) != (stated.signal() == Signal.BULLISH)
        || isFirst(bearish, bullish, neutral) != (stated.signal() == Signal.BEARISH)) {
      findings.add("the signal of shares " + shares + " is " + stated.signal());
    }
  }

  private static boolean isFirst(double share, double second, double third) {
    return share > second && share > third;
  }

  private static boolean differs(double expected, double actual) {
    return !(Math.abs(expected - actual) <= ABSOLUTE + RELATIVE * Math.abs(expected));
  }
}
