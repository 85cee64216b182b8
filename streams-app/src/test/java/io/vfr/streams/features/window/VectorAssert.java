package io.vfr.streams.features.window;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfr.models.schema.FeatureDefinition;
import io.vfr.models.schema.FeatureSchema;
import io.vfr.streams.reference.ReferenceIndicators;
import java.util.List;
import java.util.Map;

/**
 * Compares a vector with the reference: 1e-9 relative, the contract's bound.
 *
 * <p>A feature that is a difference of larger quantities can come arbitrarily near zero, where even
 * a correctly rounded input leaves an absolute error of 2^-53 of those quantities; there a floor of
 * 1e-13 of their size holds instead.
 */
final class VectorAssert {
  private static final double RELATIVE = 1e-9;
  private static final double FLOOR = 1e-13;

  private VectorAssert() {}

  static void assertMatches(
      String context, List<Bar> bars, int i, ReferenceIndicators reference, double[] vector) {
    Map<String, Double> expected = reference.at(i);
    for (int f = 0; f < FeatureIndex.COUNT; f++) {
      FeatureDefinition feature = FeatureSchema.current().features().get(f);
      Double wanted = expected.get(feature.name());
      String what = context + ", bar " + i + ", " + feature.name();
      if (wanted == null) {
        assertThat(vector[f]).as(what).isNaN();
        continue;
      }
      assertThat(vector[f]).as(what).isFinite();
      double tolerance = Math.max(RELATIVE * Math.abs(wanted), FLOOR * scale(feature, bars, i));
      if (Math.abs(vector[f] - wanted) > tolerance) {
        // Only on failure: an assertion a value would cost more than the comparison.
        assertThat(vector[f]).as(what + " within " + tolerance).isEqualTo(wanted);
      }
    }
    assertThat(FeatureSchema.current().names()).as(context).containsAll(expected.keySet());
  }

  /** The size of the quantities that a feature is a difference of. */
  private static double scale(FeatureDefinition feature, List<Bar> bars, int i) {
    List<Bar> recent = bars.subList(Math.max(0, i - 400), i + 1);
    double price = recent.stream().mapToDouble(Bar::high).max().orElse(0);
    return switch (feature.unit()) {
      case PRICE -> price;
      case VOLUME_PER_BAR -> recent.stream().mapToDouble(Bar::volume).max().orElse(0);
      case POINTS -> 100;
      default -> feature.name().endsWith("_pct") ? price / bars.get(i).close() : 1;
    };
  }
}
