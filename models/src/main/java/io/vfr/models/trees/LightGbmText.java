package io.vfr.models.trees;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The sections of a model in LightGBM's text format, as key=value maps. Strict where the library is
 * lenient, so that what is checked here is what the library will see: it jumps to trees by their
 * stated sizes, lets a later line override an earlier one and stops reading a tree at a blank line.
 *
 * @param header everything before the first tree
 * @param trees one map per tree
 * @param pandasCategories whether inputs were text that pandas had numbered
 */
public record LightGbmText(
    Map<String, String> header, List<Map<String, String>> trees, boolean pandasCategories) {
  private static final String TREE = "Tree=";
  private static final String END = "end of trees";
  private static final String PANDAS = "pandas_categorical:";

  public LightGbmText {
    header = Map.copyOf(header);
    trees = List.copyOf(trees);
  }

  /**
   * Splits a model into its sections.
   *
   * @throws TreeFormatException if they are not what their header announces
   */
  public static LightGbmText read(String text) throws TreeFormatException {
    Map<String, String> header = new HashMap<>();
    List<Map<String, String>> trees = new ArrayList<>();
    int at = header(text, header);
    int[] sizes = sizes(header.getOrDefault("tree_sizes", ""));
    for (int t = 0; t < sizes.length; t++) {
      if (!text.startsWith(TREE, at) || sizes[t] < 1 || sizes[t] > text.length() - at) {
        throw TreeFormatException.malformed(
            "tree_sizes announces "
                + sizes.length
                + " trees; tree "
                + t
                + " does not begin where they say");
      }
      trees.add(tree(text.substring(at, at + sizes[t]), t));
      at += sizes[t];
    }
    if (!text.startsWith(END, at)) {
      throw TreeFormatException.malformed(
          text.startsWith(TREE, at)
              ? "tree_sizes announces " + sizes.length + " trees, the artifact holds more"
              : "the artifact has no \"end of trees\" after its " + sizes.length + " trees");
    }
    return new LightGbmText(header, trees, pandasCategories(text.substring(at)));
  }

  /** The names that the model was trained with, in the order of its inputs. */
  public List<String> featureNames() {
    String names = header.getOrDefault("feature_names", "").strip();
    return names.isEmpty() ? List.of() : List.of(names.split(" +"));
  }

  /** What the model was trained for, in LightGBM's words; empty for one of its user's own. */
  public String objective() {
    return header.getOrDefault("objective", "");
  }

  /** Returns the index of the first tree. */
  private static int header(String text, Map<String, String> header) throws TreeFormatException {
    int at = 0;
    while (!text.startsWith(TREE, at) && !text.startsWith(END, at)) {
      int end = text.indexOf('\n', at);
      if (end < 0) {
        throw TreeFormatException.malformed("the artifact ends before \"end of trees\"");
      }
      put(header, text.substring(at, end).strip(), "the header");
      at = end + 1;
    }
    return at;
  }

  private static int[] sizes(String text) throws TreeFormatException {
    String[] parts = text.isBlank() ? new String[0] : text.strip().split(" +");
    int[] sizes = new int[parts.length];
    for (int t = 0; t < sizes.length; t++) {
      try {
        sizes[t] = Integer.parseInt(parts[t]);
      } catch (NumberFormatException e) {
        throw TreeFormatException.malformed(
            "tree_sizes[" + t + "] is \"" + parts[t] + "\", not a whole number");
      }
    }
    return sizes;
  }

  private static Map<String, String> tree(String section, int number) throws TreeFormatException {
    if (!section.chars().allMatch(c -> c == '\n' || c == '\r' || (c >= ' ' && c < 127))) {
      throw TreeFormatException.malformed("tree " + number + " has characters that are not ASCII");
    }
    Map<String, String> fields = new HashMap<>();
    boolean ended = false;
    for (String line : section.lines().toList()) {
      if (line.isEmpty()) {
        ended = true;
      } else if (ended || line.indexOf('=') < 0) {
        throw TreeFormatException.malformed(
            "tree " + number + " has a line that is no key=value, or one after a blank line");
      } else {
        put(fields, line, "tree " + number);
      }
    }
    return fields;
  }

  private static void put(Map<String, String> fields, String line, String where)
      throws TreeFormatException {
    if (line.isEmpty()) {
      return;
    }
    int equals = line.indexOf('=');
    String key = equals < 0 ? line : line.substring(0, equals);
    if (fields.put(key, equals < 0 ? "" : line.substring(equals + 1)) != null) {
      throw TreeFormatException.malformed(where + " has \"" + key + "\" twice");
    }
  }

  private static boolean pandasCategories(String tail) {
    return tail.lines()
        .filter(line -> line.startsWith(PANDAS))
        .map(line -> line.substring(PANDAS.length()).strip())
        .anyMatch(value -> !value.equals("null") && !value.equals("[]"));
  }
}
