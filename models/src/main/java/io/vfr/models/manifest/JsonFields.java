package io.vfr.models.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Typed access to the fields of one JSON object that records problems instead of throwing, so that
 * all of them can be reported together. A method that found a problem returns a harmless value.
 */
public final class JsonFields {
  private static final int SHOWN_CHARS_MAX = 80;
  private final JsonNode object;
  private final String path;
  private final List<String> problems;

  /**
   * Wraps an object.
   *
   * @param path what stands before a field's name in a problem, e.g. {@code "normalizer."}
   * @param problems where problems are added
   */
  public JsonFields(JsonNode object, String path, List<String> problems) {
    this.object = object;
    this.path = path;
    this.problems = problems;
  }

  /** The node of a field, or null when it is absent or JSON null. */
  public @Nullable JsonNode optional(String field) {
    JsonNode node = object.get(field);
    return node == null || node.isNull() ? null : node;
  }

  /** The fields of a required or optional object; null when absent or not an object. */
  public @Nullable JsonFields object(String field, boolean required) {
    JsonNode node = optional(field);
    if (node == null) {
      if (required) {
        missing(field, "an object");
      }
      return null;
    }
    if (!node.isObject()) {
      wrong(field, node, "an object");
      return null;
    }
    return new JsonFields(node, path + field + ".", problems);
  }

  String text(String field, Pattern allowed) {
    String value = optionalText(field, allowed);
    if (value == null && optional(field) == null) {
      missing(field, "text that matches " + allowed.pattern());
    }
    return value == null ? "" : value;
  }

  @Nullable String optionalText(String field, Pattern allowed) {
    JsonNode node = optional(field);
    if (node == null) {
      return null;
    }
    if (!node.isTextual() || !allowed.matcher(node.textValue()).matches()) {
      wrong(field, node, "text that matches " + allowed.pattern());
      return null;
    }
    return node.textValue();
  }

  <E extends Enum<E> & JsonName> E constant(String field, E[] values) {
    String allowed = "one of " + Arrays.stream(values).map(JsonName::jsonName).toList();
    JsonNode node = optional(field);
    if (node == null) {
      missing(field, allowed);
      return values[0];
    }
    for (E value : values) {
      if (node.isTextual() && value.jsonName().equals(node.textValue())) {
        return value;
      }
    }
    wrong(field, node, allowed);
    return values[0];
  }

  /** A required finite number in a range. */
  public double number(String field, double min, double max) {
    JsonNode node = optional(field);
    String allowed = "a number from " + min + " to " + max;
    if (node == null) {
      missing(field, allowed);
      return min;
    }
    return number(field, node, min, max);
  }

  /** The finite number in a node that stands under a name. */
  public double number(String field, JsonNode node, double min, double max) {
    double value = node.isNumber() ? node.doubleValue() : Double.NaN;
    if (value >= min && value <= max && Double.isFinite(value)) {
      return value;
    }
    wrong(field, node, "a finite number from " + min + " to " + max);
    return min;
  }

  int integer(String field, int min, int max) {
    JsonNode node = optional(field);
    String allowed = "a whole number from " + min + " to " + max;
    if (node == null) {
      missing(field, allowed);
      return min;
    }
    if (!node.isIntegralNumber()
        || !node.canConvertToInt()
        || node.intValue() < min
        || node.intValue() > max) {
      wrong(field, node, allowed);
      return min;
    }
    return node.intValue();
  }

  /** The elements of an array; empty (with a problem) when it is not one or has a wrong length. */
  public List<JsonNode> array(String field, boolean required, int min, int max) {
    JsonNode node = optional(field);
    String allowed = "an array of " + min + " to " + max + " elements";
    if (node == null) {
      if (required) {
        missing(field, allowed);
      }
      return List.of();
    }
    if (!node.isArray()) {
      wrong(field, node, allowed);
      return List.of();
    }
    if (node.size() < min || node.size() > max) {
      problem(field, "has " + node.size() + " elements; allowed is " + allowed);
      return List.of();
    }
    List<JsonNode> elements = new ArrayList<>(node.size());
    node.forEach(elements::add);
    return elements;
  }

  /** Finite numbers; null elements become NaN where that is allowed. */
  public double[] numbers(String field, boolean required, int min, int max, boolean nullIsMissing) {
    List<JsonNode> elements = array(field, required, min, max);
    double[] values = new double[elements.size()];
    for (int i = 0; i < values.length; i++) {
      JsonNode element = elements.get(i);
      values[i] =
          nullIsMissing && element.isNull()
              ? Double.NaN
              : number(field + "[" + i + "]", element, -Double.MAX_VALUE, Double.MAX_VALUE);
    }
    return values;
  }

  void missing(String field, String allowed) {
    problem(field, "is missing; it must be " + allowed);
  }

  /** Records that a field has another value than what is allowed. */
  public void wrong(String field, JsonNode value, String allowed) {
    problem(field, "is " + shown(value) + "; it must be " + allowed);
  }

  /** Records a problem, a sentence that goes on after the field's name. */
  public void problem(String field, String message) {
    problems.add(path + field + " " + message);
  }

  /** The object itself. */
  public JsonNode node() {
    return object;
  }

  /** Untrusted text for a message: quoted, escaped and shortened. */
  public static String quote(String text) {
    return shown(TextNode.valueOf(text));
  }

  private static String shown(JsonNode value) {
    return shown(value.toString());
  }

  /** Text of a manifest as problems show it: a hostile one is not repeated at length. */
  static String shown(String text) {
    return text.length() <= SHOWN_CHARS_MAX ? text : text.substring(0, SHOWN_CHARS_MAX) + "…";
  }
}
