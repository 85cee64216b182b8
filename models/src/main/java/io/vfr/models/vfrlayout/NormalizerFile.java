package io.vfr.models.vfrlayout;

import com.fasterxml.jackson.databind.JsonNode;
import io.vfr.models.manifest.JsonFields;
import io.vfr.models.manifest.Normalizer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads normalizer.json in each of its forms: {@code mean} and {@code std} arrays, {@code mean} and
 * {@code scale} arrays, or {@code params} with {@code mean} and {@code stdDev} by name.
 */
final class NormalizerFile {
  private final JsonFields fields;
  private final List<String> inputs;
  private final List<String> notes;

  NormalizerFile(JsonFields fields, List<String> inputs, List<String> notes) {
    this.fields = fields;
    this.inputs = inputs;
    this.notes = notes;
  }

  /** The normalizer, in the order of the inputs; null after a problem. */
  @Nullable Normalizer read() {
    boolean byName = fields.optional("params") != null;
    boolean std = fields.optional("std") != null;
    boolean scale = fields.optional("scale") != null;
    if (fields.optional("fill_values") != null) {
      notes.add(
          "normalizer.json states fill_values; they are not used, a missing value stays missing");
    }
    if (byName) {
      if (std || scale || fields.optional("mean") != null) {
        fields.problem("params", "stands beside mean, std or scale; it must be one or the other");
        return null;
      }
      return byName();
    }
    if (std == scale) {
      fields.problem(
          "std",
          std
              ? "stands beside scale; it must be one or the other"
              : "is missing; there must be mean with std or scale, or params");
      return null;
    }
    String deviation = std ? "std" : "scale";
    double[] means = fields.numbers("mean", true, inputs.size(), inputs.size(), false);
    List<JsonNode> elements = fields.array(deviation, true, inputs.size(), inputs.size());
    double[] deviations = new double[elements.size()];
    for (int i = 0; i < deviations.length; i++) {
      deviations[i] =
          fields.number(deviation + "[" + i + "]", elements.get(i), 0, Double.MAX_VALUE);
    }
    return means.length == deviations.length ? new Normalizer(means, deviations) : null;
  }

  private @Nullable Normalizer byName() {
    JsonFields params = fields.object("params", true);
    if (params == null) {
      return null;
    }
    double[] means = new double[inputs.size()];
    double[] deviations = new double[inputs.size()];
    for (int i = 0; i < means.length; i++) {
      JsonFields own = params.object(inputs.get(i), true);
      if (own != null) {
        means[i] = own.number("mean", -Double.MAX_VALUE, Double.MAX_VALUE);
        deviations[i] = own.number("stdDev", 0, Double.MAX_VALUE);
      }
    }
    Set<String> others = new HashSet<>();
    for (var entry : params.node().properties()) {
      others.add(entry.getKey());
    }
    inputs.forEach(others::remove);
    if (!others.isEmpty()) {
      notes.add(
          "normalizer.json has params for "
              + others.size()
              + " names that are no inputs; they are not used");
    }
    return new Normalizer(means, deviations);
  }
}
