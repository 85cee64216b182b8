package io.vfr.models.load;

import io.vfr.models.manifest.Task;
import org.jspecify.annotations.Nullable;

/** What a LightGBM model was trained for, by the objective that its text states. */
public final class LightGbmObjective {
  private LightGbmObjective() {}

  /**
   * The task of a model whose outputs can be used as they are: the expectation (or median) of the
   * target, or probabilities that sum to 1. Null for all others, among them those whose output is
   * not its margin (sqrt, poisson, gamma, tweedie), quantiles of an unknown level, independent
   * probabilities per class, and objectives of the user's own, whose link is not known.
   */
  public static @Nullable Task task(String objective) {
    if (objective.contains("sqrt")) {
      return null;
    }
    return switch (objective.split(" ", 2)[0]) {
      case "regression", "regression_l1", "huber", "fair", "mape" -> Task.REGRESSION;
      case "binary" -> Task.BINARY;
      case "multiclass" -> Task.MULTICLASS;
      default -> null;
    };
  }

  /**
   * The factor of a margin in LightGBM's sigmoid: its parameter {@code sigmoid}, 1 by default; NaN
   * if that is no number.
   */
  static double sigmoid(String objective) {
    for (String part : objective.split(" ")) {
      if (part.startsWith("sigmoid:")) {
        try {
          return Double.parseDouble(part.substring("sigmoid:".length()));
        } catch (NumberFormatException e) {
          return Double.NaN;
        }
      }
    }
    return 1;
  }

  /** The objectives that make a model of a task, in words. */
  public static String allowed(Task task) {
    return switch (task) {
      case REGRESSION -> "regression, regression_l1, huber, fair or mape, without sqrt";
      case BINARY -> "binary";
      case MULTICLASS -> "multiclass";
    };
  }
}
