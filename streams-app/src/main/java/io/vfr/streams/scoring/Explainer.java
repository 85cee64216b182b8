package io.vfr.streams.scoring;

import io.vfr.models.manifest.Kind;
import io.vfr.models.registry.ModelRole;
import io.vfr.models.registry.ModelSet;
import io.vfr.models.schema.FeatureSlots;
import io.vfr.schemas.AttributionMethod;
import io.vfr.schemas.ModelScore;
import io.vfr.schemas.ModelStatus;
import io.vfr.streams.features.FeatureVector;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Attributes forecasts of one model set exactly, from what made them: the vector, and the models'
 * outputs and weights as the prediction states them. Rows are gathered anew, so a forecast can be
 * explained at any time while its models are there, and its drivers are the same bits each time.
 * Never throws for what a model does. Not thread-safe.
 *
 * <p>A model over other models' outputs is attributed to those as wholes, {@code model.<id>}:
 * carrying a share on through a tree would multiply an attribution by a slope that a tree does not
 * have (docs/decisions/0010).
 */
public final class Explainer {
  private final ModelSet set;
  private final FeatureSlots slots;
  private final ExplanationUse use;
  private final ExplanationCounters counters;
  private final int volatilitySlot;
  private final DriverRanking drivers;

  /** Champions and fallbacks by id, which is theirs alone. */
  private final Map<String, ModelSet.Member> members = new HashMap<>();

  /** What was explained before, by id. */
  private final Map<String, ExplainedModel> explained = new HashMap<>();

  /** Scores of the forecast at hand by id, champions only: what models over models read. */
  private final Map<String, ModelScore> champions = new HashMap<>();

  /** An explainer for one thread; it keeps no model in memory. */
  public Explainer(
      ModelSet set, FeatureSlots slots, ExplanationUse use, ExplanationCounters counters) {
    this.set = set;
    this.slots = slots;
    this.use = use;
    this.counters = counters;
    volatilitySlot = slots.slot("volatility_20d");
    drivers = new DriverRanking(slots);
    for (ModelSet.Member member : set.members()) {
      if (member.role() != ModelRole.SHADOW) {
        members.put(member.model().manifest().id(), member);
      }
    }
  }

  /** Whether a prediction was made by this set. */
  public boolean made(String predictionId) {
    return predictionId.endsWith(BoundSet.idSuffix(set));
  }

  /**
   * Explains a forecast that this set made.
   *
   * @param scores the models as the prediction states them
   * @return null if no model can be attributed more exactly than while scoring
   */
  public @Nullable Explanation explain(FeatureVector vector, List<ModelScore> scores) {
    long started = System.nanoTime();
    Map<String, AttributionMethod> by = new LinkedHashMap<>();
    drivers.clear();
    champions.clear();
    scores.forEach(this::remember);
    for (ModelScore score : scores) {
      ModelSet.Member member = members.get(score.id());
      if (member == null
          || score.weight() == 0
          || member.model().manifest().kind() == Kind.VOLATILITY) {
        continue;
      }
      AttributionMethod method =
          explained
              .computeIfAbsent(score.id(), id -> newModel(member))
              .attribute(vector, score, vector.value(volatilitySlot), drivers);
      by.put(score.id(), method);
      counters.attributed(use, method);
    }
    boolean exact =
        by.containsValue(AttributionMethod.SHAP) || by.containsValue(AttributionMethod.OCCLUSION);
    Explanation explanation = exact ? new Explanation(drivers.largest(vector), by) : null;
    counters.explained(use, System.nanoTime() - started);
    return explanation;
  }

  private void remember(ModelScore score) {
    ModelSet.Member member = members.get(score.id());
    if (score.status() == ModelStatus.OK && member != null && member.role() == ModelRole.CHAMPION) {
      champions.put(score.id(), score);
    }
  }

  private ExplainedModel newModel(ModelSet.Member member) {
    return new ExplainedModel(member.model(), slots, use, (name, row) -> output(name));
  }

  /** A champion's output by {@code <id>} or {@code <id>.<k>}; NaN if it has none. */
  private double output(String name) {
    ModelScore whole = champions.get(name);
    if (whole != null) {
      return whole.output(0);
    }
    int dot = name.lastIndexOf('.');
    ModelScore one = dot < 0 ? null : champions.get(name.substring(0, dot));
    String k = name.substring(dot + 1);
    int output = k.length() == 1 ? k.charAt(0) - '0' : -1;
    return one != null && output >= 0 && output < one.outputLength()
        ? one.output(output)
        : Double.NaN;
  }
}
