package io.vfr.models.vfrlayout;

import com.fasterxml.jackson.databind.JsonNode;
import io.vfr.models.manifest.JsonFields;
import io.vfr.models.manifest.ManifestReader;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds the names of a model's inputs in the places where they may stand, and makes those agree:
 * {@code feature_names}, {@code featureNames} or {@code features} of metadata.json, the same of
 * normalizer.json, and model.txt unless it was trained without names ({@code Column_0} …).
 */
final class FeatureNames {
  private static final List<String> FIELDS = List.of("feature_names", "featureNames", "features");

  /** What vfr.fundamentals and vfr.macro allow as keys, and so what a feature can be called. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_.-]{0,63}");

  /** Outputs of other models are called so. */
  private static final String RESERVED = "model.";

  private static final int SHOWN_MAX = 5;

  private record Source(String file, List<String> names) {}

  private final List<String> problems;
  private final List<Source> sources = new ArrayList<>();

  FeatureNames(List<String> problems) {
    this.problems = problems;
  }

  /** Adds the names of a JSON file, if it states any. */
  void add(String file, @Nullable JsonFields fields) {
    if (fields == null) {
      return;
    }
    for (String field : FIELDS) {
      JsonNode node = fields.optional(field);
      // What is no list under these names is something else, e.g. a count.
      if (node != null && node.isArray()) {
        add(file + " (" + field + ")", texts(fields, field));
      }
    }
  }

  private static List<String> texts(JsonFields fields, String field) {
    List<JsonNode> elements = fields.array(field, true, 1, ManifestReader.INPUTS_MAX);
    List<String> texts = new ArrayList<>(elements.size());
    for (int i = 0; i < elements.size(); i++) {
      if (!elements.get(i).isTextual()) {
        fields.wrong(field + "[" + i + "]", elements.get(i), "text");
      }
      texts.add(elements.get(i).asText());
    }
    return texts;
  }

  /** Adds names, unless they only number the inputs. */
  void add(String file, List<String> names) {
    boolean numbers = true;
    for (int i = 0; i < names.size(); i++) {
      numbers &= names.get(i).equals("Column_" + i);
    }
    if (!numbers) {
      sources.add(new Source(file, names));
    }
  }

  /** The names, of which there are as many as the model has inputs; empty after a problem. */
  List<String> resolve(int inputs) {
    if (sources.isEmpty()) {
      problems.add(
          "nothing says what the inputs are called: model.txt only numbers them (Column_0 …), so"
              + " metadata.json must have feature_names, featureNames or features");
      return List.of();
    }
    int before = problems.size();
    Source first = sources.getFirst();
    for (Source source : sources) {
      if (source.names().size() != inputs) {
        problems.add(
            source.file() + " names " + source.names().size() + " inputs; model.txt has " + inputs);
      } else if (!source.names().equals(first.names()) && first.names().size() == inputs) {
        problems.add(difference(first, source));
      }
    }
    check(first);
    return problems.size() == before ? first.names() : List.of();
  }

  private static String difference(Source a, Source b) {
    int i = 0;
    while (a.names().get(i).equals(b.names().get(i))) {
      i++;
    }
    return a.file()
        + " and "
        + b.file()
        + " disagree: input "
        + i
        + " is "
        + JsonFields.quote(a.names().get(i))
        + " in the one and "
        + JsonFields.quote(b.names().get(i))
        + " in the other; both must be in the order of model.txt";
  }

  private void check(Source source) {
    List<String> wrong = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < source.names().size(); i++) {
      String name = source.names().get(i);
      if (!NAME.matcher(name).matches() || name.startsWith(RESERVED) || !seen.add(name)) {
        wrong.add("[" + i + "] " + JsonFields.quote(name));
      }
    }
    if (!wrong.isEmpty()) {
      problems.add(
          source.file()
              + " has names that no feature can have: "
              + String.join(", ", wrong.subList(0, Math.min(SHOWN_MAX, wrong.size())))
              + (wrong.size() > SHOWN_MAX ? " and " + (wrong.size() - SHOWN_MAX) + " more" : "")
              + "; a name is a letter followed by up to 63 of A-Z a-z 0-9 _ . -, as a key of"
              + " vfr.fundamentals, is there once and does not begin with "
              + RESERVED);
    }
  }
}
