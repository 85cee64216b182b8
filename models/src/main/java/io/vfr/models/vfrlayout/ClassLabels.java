package io.vfr.models.vfrlayout;

import com.fasterxml.jackson.databind.JsonNode;
import io.vfr.models.Direction;
import io.vfr.models.manifest.JsonFields;
import io.vfr.models.manifest.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Finds out what a classifier's outputs stand for. */
final class ClassLabels {
  private static final List<String> FIELDS =
      List.of("classes", "class_names", "classNames", "class_labels", "classLabels");

  /** {@code {"0": "DOWN", …}}. */
  private static final String MAPPING = "label_mapping";

  private ClassLabels() {}

  /** The order that the platform trains with. */
  static List<Direction> usual(Task task) {
    return switch (task) {
      case REGRESSION -> List.of();
      case BINARY -> List.of(Direction.DOWN, Direction.UP);
      case MULTICLASS -> List.of(Direction.DOWN, Direction.NEUTRAL, Direction.UP);
    };
  }

  /** The classes as metadata.json states them; null if it does not, or after a problem. */
  static @Nullable List<Direction> stated(@Nullable JsonFields fields, Task task) {
    int count = usual(task).size();
    if (fields == null || count == 0) {
      return null;
    }
    for (String field : FIELDS) {
      if (fields.optional(field) != null) {
        return directions(fields, field, fields.array(field, true, count, count), task);
      }
    }
    JsonFields mapping = fields.optional(MAPPING) == null ? null : fields.object(MAPPING, true);
    if (mapping == null) {
      return null;
    }
    List<JsonNode> elements = new ArrayList<>();
    for (int k = 0; k < count; k++) {
      JsonNode label = mapping.optional(Integer.toString(k));
      if (label == null || mapping.node().size() != count) {
        fields.wrong(MAPPING, mapping.node(), "an object with the keys 0 to " + (count - 1));
        return null;
      }
      elements.add(label);
    }
    return directions(fields, MAPPING, elements, task);
  }

  private static @Nullable List<Direction> directions(
      JsonFields fields, String field, List<JsonNode> elements, Task task) {
    List<Direction> allowed = usual(task);
    List<Direction> classes = new ArrayList<>();
    for (int k = 0; k < elements.size(); k++) {
      String label = elements.get(k).asText().toUpperCase(Locale.ROOT);
      Direction found = null;
      for (Direction direction : allowed) {
        if (direction.name().equals(label) && !classes.contains(direction)) {
          found = direction;
        }
      }
      if (found == null) {
        fields.wrong(field + "[" + k + "]", elements.get(k), "one of " + allowed + ", each once");
        return null;
      }
      classes.add(found);
    }
    return elements.isEmpty() ? null : classes;
  }
}
