package io.vfr.models.load;

import io.vfr.models.manifest.Manifest;
import io.vfr.models.manifest.Normalizer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Turns raw feature values into what an artifact was trained on: missing policy, then z-scores. */
final class InputPreparation {
  private final double[] substitutes;
  private final @Nullable Normalizer normalizer;

  InputPreparation(Manifest manifest) {
    List<String> names = manifest.inputNames();
    substitutes = new double[names.size()];
    for (int i = 0; i < substitutes.length; i++) {
      substitutes[i] = manifest.missing().valueFor(names.get(i));
    }
    normalizer = manifest.normalizer();
  }

  /** Prepares rows from one row-major array into another. */
  void prepare(double[] rows, int rowCount, double[] out) {
    int width = substitutes.length;
    // A sequence repeats its features bar by bar, and so its normalizer.
    int period = normalizer == null ? width : normalizer.size();
    for (int from = 0; from < rowCount * width; from += period) {
      int substitute = from % width;
      for (int i = 0; i < period; i++) {
        double x = rows[from + i];
        double known = Double.isFinite(x) ? x : substitutes[substitute + i];
        out[from + i] = normalizer == null ? known : normalizer.apply(i, known);
      }
    }
  }
}
