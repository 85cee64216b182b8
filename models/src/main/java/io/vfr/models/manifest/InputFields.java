package io.vfr.models.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The part of a manifest that describes a model's inputs; {@link ManifestReader} reads the rest.
 */
final class InputFields {
  /** Begins the names of other models' outputs; no feature has such a name. */
  private static final String MODEL_PREFIX = "model.";

  private InputFields() {}

  static @Nullable Sequence sequence(JsonFields fields) {
    JsonFields sequence = fields.object("sequence", false);
    if (sequence == null) {
      return null;
    }
    int length = sequence.integer("length", 1, Sequence.LENGTH_MAX);
    List<String> features = names(sequence, "features", true, 1, ManifestReader.INPUTS_MAX);
    refuseModelOutputs(sequence, "features", features, "a sequence has features of bars only");
    if ((long) length * features.size() > ManifestReader.SEQUENCE_VALUES_MAX) {
      sequence.problem(
          "length",
          "times features is "
              + (long) length * features.size()
              + "; at most "
              + ManifestReader.SEQUENCE_VALUES_MAX);
    }
    return new Sequence(length, features);
  }

  static List<String> inputs(
      JsonFields fields, @Nullable Sequence sequence, Algorithm algorithm, Kind kind) {
    boolean hasSequence = fields.optional("sequence") != null;
    if (hasSequence && fields.optional("inputs") != null) {
      fields.problem("inputs", "stands beside sequence; a model has one or the other");
    }
    if (sequence != null && algorithm != Algorithm.ONNX) {
      fields.problem(
          "sequence", "belongs to an onnx model; " + algorithm.jsonName() + " takes inputs");
    }
    if (hasSequence) {
      return List.of();
    }
    List<String> inputs = names(fields, "inputs", true, 1, ManifestReader.INPUTS_MAX);
    if (kind != Kind.META) {
      refuseModelOutputs(
          fields,
          "inputs",
          inputs,
          "only a model of kind meta may have that, this one is " + kind.jsonName());
    }
    return inputs;
  }

  private static void refuseModelOutputs(
      JsonFields fields, String field, List<String> names, String allowed) {
    for (String name : names) {
      if (name.startsWith(MODEL_PREFIX)) {
        fields.problem(field, "names " + name + ", another model's output; " + allowed);
      }
    }
  }

  private static List<String> names(
      JsonFields fields, String field, boolean required, int min, int max) {
    List<JsonNode> elements = fields.array(field, required, min, max);
    List<String> names = new ArrayList<>(elements.size());
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < elements.size(); i++) {
      JsonNode element = elements.get(i);
      Pattern allowed = pattern(element);
      if (!element.isTextual() || !allowed.matcher(element.textValue()).matches()) {
        fields.wrong(field + "[" + i + "]", element, "text that matches " + allowed.pattern());
      } else if (!seen.add(element.textValue())) {
        fields.problem(field + "[" + i + "]", "repeats " + element + "; names must be distinct");
      } else {
        names.add(element.textValue());
      }
    }
    return names;
  }

  private static Pattern pattern(JsonNode name) {
    return name.isTextual() && name.textValue().startsWith(MODEL_PREFIX)
        ? ManifestReader.MODEL_OUTPUT
        : ManifestReader.FEATURE;
  }

  static List<String> required(JsonFields fields, List<String> inputs) {
    List<String> required = names(fields, "required", false, 0, ManifestReader.INPUTS_MAX);
    for (String name : required) {
      if (!inputs.contains(name)) {
        fields.problem("required", "names " + name + "; it must be one of the inputs");
      }
    }
    return required;
  }

  static MissingPolicy missing(JsonFields fields, List<String> inputs) {
    JsonFields missing = fields.object("missing", true);
    if (missing == null) {
      return new MissingPolicy.KeepNan();
    }
    String policy = missing.text("policy", Pattern.compile("nan|default"));
    if (!policy.equals("default")) {
      return new MissingPolicy.KeepNan();
    }
    Double value =
        missing.optional("value") == null
            ? null
            : missing.number("value", -Double.MAX_VALUE, Double.MAX_VALUE);
    Map<String, Double> values =
        numberMap(missing, "values", ManifestReader.INPUT, ManifestReader.INPUTS_MAX);
    for (String name : values.keySet()) {
      if (!inputs.contains(name)) {
        missing.problem("values", "names " + name + "; it must be one of the inputs");
      }
    }
    for (String input : inputs) {
      if (value == null && !values.containsKey(input)) {
        missing.problem("value", "is missing and values has no entry for " + input);
      }
    }
    return new MissingPolicy.Default(value, values);
  }

  static Map<String, Double> numberMap(JsonFields fields, String field, Pattern keys, int max) {
    JsonFields map = fields.object(field, false);
    Map<String, Double> values = new LinkedHashMap<>();
    if (map == null) {
      return values;
    }
    if (map.node().size() > max) {
      fields.problem(field, "has " + map.node().size() + " entries; at most " + max);
      return values;
    }
    for (Map.Entry<String, JsonNode> entry : map.node().properties()) {
      if (!keys.matcher(entry.getKey()).matches()) {
        fields.problem(field, "has a key that does not match " + keys.pattern());
        continue;
      }
      values.put(
          entry.getKey(),
          map.number(entry.getKey(), entry.getValue(), -Double.MAX_VALUE, Double.MAX_VALUE));
    }
    return values;
  }

  static @Nullable Normalizer normalizer(JsonFields fields, int inputs) {
    JsonFields normalizer = fields.object("normalizer", false);
    if (normalizer == null) {
      return null;
    }
    double[] mean = normalizer.numbers("mean", true, inputs, inputs, false);
    double[] std = normalizer.numbers("std", true, inputs, inputs, false);
    for (int i = 0; i < std.length; i++) {
      if (std[i] < 0) {
        normalizer.problem("std[" + i + "]", "is " + std[i] + "; it must not be negative");
      }
    }
    return mean.length == std.length ? new Normalizer(mean, std) : null;
  }
}
