package io.vfr.chaos.swaps;

import io.vfr.models.load.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** How a set of champions is named in the ids of predictions; made anew from the contract. */
final class ModelNames {
  private static final int SET_CHARS = 12;

  private ModelNames() {}

  /** The digits that stand for a set, of its champions' {@code version:digest} by id. */
  static String set(Map<String, String> champions) {
    StringBuilder lines = new StringBuilder();
    new TreeMap<>(champions)
        .forEach((id, version) -> lines.append(id).append('@').append(version).append('\n'));
    return Sha256.hex(lines.toString().getBytes(StandardCharsets.UTF_8)).substring(0, SET_CHARS);
  }

  /** The digits in the id of a prediction. */
  static String setOf(String predictionId) {
    return predictionId.substring(predictionId.lastIndexOf('-') + 1);
  }
}
