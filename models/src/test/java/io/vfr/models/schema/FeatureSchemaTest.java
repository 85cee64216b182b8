package io.vfr.models.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

final class FeatureSchemaTest {
  private final FeatureSchema schema = FeatureSchema.current();

  @Test
  void names_ofEveryPeriod_areThoseOfTheContract() {
    for (int p : new int[] {14, 20, 50, 200}) {
      assertThat(schema.names())
          .contains(
              "sma_" + p,
              "ema_" + p,
              "rsi_" + p,
              "bollinger_" + p + "_upper",
              "bollinger_" + p + "_lower",
              "bollinger_" + p + "_percent",
              "bollinger_" + p + "_width",
              "stoch_" + p + "_k",
              "stoch_" + p + "_d",
              "sma_" + p + "_distance",
              "ema_" + p + "_distance");
    }
  }

  @Test
  void names_others_areThoseOfTheContract() {
    List<String> periodic =
        schema.names().stream().filter(n -> n.matches(".*_(14|20|50|200)(_.*)?")).toList();
    assertThat(schema.names().stream().filter(n -> !periodic.contains(n)))
        .containsExactly(
            "macd_line",
            "macd_signal",
            "macd_histogram",
            "macd_line_pct",
            "macd_signal_pct",
            "macd_histogram_pct",
            "momentum_1d",
            "momentum_5d",
            "log_return_1d",
            "volatility_20d",
            "volume_ratio_5d",
            "relative_volume",
            "volume_spike",
            "volume_trend_10d",
            "volume_acceleration",
            "williams_r",
            "gap_percent",
            "intraday_volatility",
            "week_high_distance",
            "price_momentum_5d",
            "price_momentum_10d",
            "price_momentum_20d",
            "price_acceleration",
            "overnight_return",
            "bollinger_position",
            "stochastic_k",
            "benchmark_momentum_5d",
            "correlation_to_benchmark_20d",
            "beta_60d",
            "fundamentals_age_days",
            "combined_sentiment",
            "sentiment_momentum",
            "sentiment_age_minutes",
            "yield_curve_10y_2y");
    assertThat(periodic).hasSize(44 + 3).contains("atr_14", "atr_14_pct", "adx_14");
  }

  @Test
  void indexOf_everyName_isItsPosition() {
    for (int i = 0; i < schema.size(); i++) {
      assertThat(schema.indexOf(schema.names().get(i))).isEqualTo(i);
      assertThat(schema.features().get(i).name()).isEqualTo(schema.names().get(i));
    }
    assertThat(new HashSet<>(schema.names())).hasSize(schema.size());
  }

  @Test
  void indexOf_unknownName_isMinusOne() {
    assertThat(schema.indexOf("pe_ratio")).isEqualTo(-1);
  }

  @Test
  void barFeatures_splitsTheVector() {
    assertThat(schema.names().get(schema.barFeatures())).isEqualTo("fundamentals_age_days");
    for (int i = 0; i < schema.size(); i++) {
      FeatureDefinition feature = schema.features().get(i);
      assertThat(feature.fromBars()).isEqualTo(i < schema.barFeatures());
      assertThat(feature.warmupBars() > 0).as(feature.name()).isEqualTo(feature.fromBars());
    }
  }

  @Test
  void id_carriesTheStartOfTheHash() {
    assertThat(schema.hash()).matches("[0-9a-f]{64}");
    assertThat(schema.id()).isEqualTo("vfr-features/1:" + schema.hash().substring(0, 12));
  }

  @Test
  void hash_isPinned_becauseModelsAreTrainedAgainstIt() {
    assertThat(schema.hash())
        .isEqualTo("8fb392d43cc54803d9891a389a571731b79dcdebc93bfb810f89cbfb994a89e0");
  }

  @Test
  void definition_badName_isRefusedByName() {
    assertThatThrownBy(
            () -> new FeatureDefinition("Sma 14", FeatureUnit.PRICE, 14, FeatureGroup.BARS, "x"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Sma 14");
  }
}
