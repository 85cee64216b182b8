package io.vfr.streams.scoring;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfr.models.schema.FeatureSchema;
import io.vfr.models.schema.FeatureSlots;
import io.vfr.schemas.Driver;
import io.vfr.streams.features.FeatureVector;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DriverRankingTest {
  private final FeatureSlots slots = new FeatureSlots(FeatureSchema.current(), 4);
  private final DriverRanking ranking = new DriverRanking(slots);

  private FeatureVector vector() {
    double[] values = new double[slots.size()];
    Arrays.setAll(values, slot -> slot + 0.5);
    return new FeatureVector(
        "AAA",
        1_700_000_000_000L,
        1_700_086_400_000L,
        values,
        List.of(),
        0,
        "vfr.prices",
        0,
        0,
        Double.NaN,
        Double.NaN,
        1_700_000_000_000L,
        1,
        1_699_913_600_000L,
        1,
        Double.NaN,
        true,
        null);
  }

  private List<String> names() {
    return ranking.largest(vector()).stream().map(Driver::feature).toList();
  }

  @Test
  void largest_takesFiveByAmount_ofFeaturesAndModels() {
    ranking.clear();
    for (int slot = 0; slot < 8; slot++) {
      ranking.addFeature(slot, slot % 2 == 0 ? slot : -slot);
    }
    ranking.addWhole("model.a", 0.25, -6.5);
    assertThat(names())
        .containsExactly(slots.name(7), "model.a", slots.name(6), slots.name(5), slots.name(4));
    List<Driver> drivers = ranking.largest(vector());
    assertThat(drivers.getFirst()).isEqualTo(new Driver(slots.name(7), 7.5, -7));
    assertThat(drivers.get(1)).isEqualTo(new Driver("model.a", 0.25, -6.5));
  }

  @Test
  void largest_ofEqualOnes_theFirstSlotIsTheLarger_andFeaturesBeforeModels() {
    ranking.clear();
    ranking.addWhole("model.a", 0, 1);
    for (int slot = 9; slot >= 2; slot--) {
      ranking.addFeature(slot, slot % 2 == 0 ? 1 : -1);
    }
    assertThat(names())
        .containsExactlyElementsOf(IntStream.range(2, 7).mapToObj(slots::name).toList());
    ranking.clear();
    ranking.addWhole("model.a", 0, 1);
    ranking.addFeature(3, -1);
    assertThat(names()).containsExactly(slots.name(3), "model.a");
  }

  @Test
  void largest_nothingOrNoNumber_isLeftOut() {
    ranking.clear();
    ranking.addFeature(0, 0.0);
    ranking.addFeature(1, -0.0);
    ranking.addFeature(2, Double.NaN);
    ranking.addFeature(3, Double.POSITIVE_INFINITY);
    ranking.addFeature(4, 1e-300);
    ranking.addWhole("model.a", 1, Double.NEGATIVE_INFINITY);
    assertThat(names()).containsExactly(slots.name(4));
  }

  @Test
  void largest_anyContributions_areThoseOfAStableSort() {
    Random random = new Random(1);
    for (int round = 0; round < 1000; round++) {
      ranking.clear();
      double[] amounts = new double[40];
      for (int slot = 0; slot < amounts.length; slot++) {
        // Few distinct values: many are equal.
        amounts[slot] = random.nextInt(7) - 3;
        ranking.addFeature(slot, amounts[slot]);
      }
      List<String> expected =
          IntStream.range(0, amounts.length)
              .boxed()
              .filter(slot -> amounts[slot] != 0)
              .sorted(Comparator.comparingDouble(slot -> -Math.abs(amounts[slot])))
              .limit(5)
              .map(slots::name)
              .toList();
      assertThat(names()).isEqualTo(expected);
    }
  }
}
