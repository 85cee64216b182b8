package io.vfr.models.vfrlayout;

import io.vfr.models.manifest.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Rows to test an imported model with: random values in the ranges that it was trained on, some
 * missing and some extreme, after a few rows of one awkward value each. The same model always gets
 * the same rows.
 */
final class SelfTestRows {
  private static final long SEED = 20_140_101;
  private static final int RANDOM_ROWS = 12;
  private static final double[] UNIFORM = {Double.NaN, 0, 1e308, -1e308};
  private static final double[] EXTREMES = {1e308, -1e308, 5e-324, -0.0, 0};
  private static final double MISSING_SHARE = 0.15;
  private static final double EXTREME_SHARE = 0.05;

  /** LightGBM writes the range of a numeric input as {@code [min:max]}. */
  private static final Pattern RANGE = Pattern.compile("\\[([^:]+):([^:]+)]");

  private SelfTestRows() {}

  static List<double[]> of(VfrModel model) {
    int inputs = model.inputs().size();
    List<double[]> rows = new ArrayList<>();
    for (double value : UNIFORM) {
      double[] row = new double[inputs];
      Arrays.fill(row, value);
      rows.add(row);
    }
    String[] ranges = model.text().header().getOrDefault("feature_infos", "").split(" +");
    Random random = new Random(SEED);
    for (int r = 0; r < RANDOM_ROWS; r++) {
      double[] row = new double[inputs];
      for (int i = 0; i < inputs; i++) {
        double z = within(i < ranges.length ? ranges[i] : "", random.nextDouble());
        double kind = random.nextDouble();
        double extreme = EXTREMES[random.nextInt(EXTREMES.length)];
        row[i] =
            kind < MISSING_SHARE
                ? Double.NaN
                : kind < MISSING_SHARE + EXTREME_SHARE ? extreme : raw(model.normalizer(), i, z);
      }
      rows.add(row);
    }
    return rows;
  }

  /** A value in a range; from −2 to 2 where the range is not known. */
  private static double within(String range, double share) {
    double min = -2;
    double max = 2;
    Matcher matcher = RANGE.matcher(range);
    if (matcher.matches()) {
      try {
        min = Double.parseDouble(matcher.group(1));
        max = Double.parseDouble(matcher.group(2));
      } catch (NumberFormatException e) {
        // Untrusted, and of no consequence: any row is a test.
        min = -2;
      }
    }
    return min + share * (max - min);
  }

  private static double raw(@Nullable Normalizer normalizer, int i, double z) {
    double x = normalizer == null ? z : normalizer.mean()[i] + normalizer.std()[i] * z;
    return Double.isFinite(x) ? x : Double.NaN;
  }
}
