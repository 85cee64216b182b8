package io.vfr.models.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vfr.models.manifest.Sequence;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SequencePlanTest {
  private static final FeatureSchema SCHEMA = FeatureSchema.current();

  @Test
  void of_severalSequences_isTheLongestWithAllFeaturesInTheOrderOfTheSchema() {
    SequencePlan plan = plan(seq(20, "rsi_14", "momentum_1d"), seq(32, "beta_60d", "rsi_14"));
    assertThat(plan.length()).isEqualTo(32);
    assertThat(plan.width()).isEqualTo(3);
    assertThat(plan.features()).containsExactly("rsi_14", "momentum_1d", "beta_60d");
    for (int column = 0; column < plan.width(); column++) {
      String name = plan.features().get(column);
      assertThat(plan.index(column)).isEqualTo(SCHEMA.indexOf(name));
      assertThat(plan.columnOf(name)).isEqualTo(column);
    }
    assertThat(plan.columnOf("sma_14")).isEqualTo(-1);
    assertThat(plan.isNone()).isFalse();
    assertThat(plan).hasToString("32 bars of [rsi_14, momentum_1d, beta_60d]");
  }

  @Test
  void of_nothing_isNone() {
    assertThat(SequencePlan.of(List.of())).isSameAs(SequencePlan.NONE);
    assertThat(SequencePlan.NONE.isNone()).isTrue();
    assertThat(SequencePlan.NONE.length()).isZero();
    assertThat(SequencePlan.NONE.width()).isZero();
  }

  @Test
  void equals_sameNeedsInAnyOrder_areEqual() {
    SequencePlan plan = plan(seq(20, "rsi_14", "atr_14"), seq(5, "sma_20"));
    assertThat(plan(seq(5, "atr_14"), seq(20, "sma_20", "rsi_14")))
        .isEqualTo(plan)
        .hasSameHashCodeAs(plan);
    assertThat(plan(seq(21, "rsi_14", "atr_14", "sma_20"))).isNotEqualTo(plan);
    assertThat(plan(seq(20, "rsi_14", "atr_14"))).isNotEqualTo(plan);
    assertThat(SequencePlan.NONE).isNotEqualTo(plan);
  }

  @Test
  void covers_whatIsShorterAndHasNoOtherFeatures() {
    SequencePlan plan = plan(seq(20, "rsi_14", "atr_14"));
    assertThat(plan.covers(plan)).isTrue();
    assertThat(plan.covers(plan(seq(19, "atr_14")))).isTrue();
    assertThat(plan.covers(SequencePlan.NONE)).isTrue();
    assertThat(plan.covers(plan(seq(21, "atr_14")))).isFalse();
    assertThat(plan.covers(plan(seq(20, "sma_14")))).isFalse();
    assertThat(SequencePlan.NONE.covers(SequencePlan.NONE)).isTrue();
    assertThat(SequencePlan.NONE.covers(plan)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, SequencePlan.LENGTH_MAX})
  void of_shortestAndLongest_areAllowed(int length) {
    assertThat(plan(seq(length, "rsi_14")).length()).isEqualTo(length);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, SequencePlan.LENGTH_MAX + 1})
  void of_otherLengths_areRefused(int length) {
    assertThatThrownBy(() -> plan(seq(length, "rsi_14")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a sequence must have 1..64 bars, got " + length);
  }

  @Test
  void of_featureThatIsNotMadeFromBars_isRefused() {
    assertThatThrownBy(() -> plan(seq(5, "rsi_14", "combined_sentiment")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "a sequence has only features that are made from bars, and combined_sentiment is not");
    assertThatThrownBy(() -> plan(seq(5, "vix")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "a sequence has only features that are made from bars, and vix is no feature of the"
                + " schema");
  }

  @Test
  void of_lastBarFeature_isAllowed_theOneAfterItIsNot() {
    String last = SCHEMA.names().get(SCHEMA.barFeatures() - 1);
    String next = SCHEMA.names().get(SCHEMA.barFeatures());
    assertThat(plan(seq(2, last)).index(0)).isEqualTo(SCHEMA.barFeatures() - 1);
    assertThatThrownBy(() -> plan(seq(2, next))).isInstanceOf(IllegalArgumentException.class);
  }

  private static SequencePlan plan(Sequence... sequences) {
    return SequencePlan.of(List.of(sequences));
  }

  private static Sequence seq(int length, String... features) {
    return new Sequence(length, List.of(features));
  }
}
