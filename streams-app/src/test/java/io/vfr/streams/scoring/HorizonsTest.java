package io.vfr.streams.scoring;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HorizonsTest {
  @ParameterizedTest
  @CsvSource({"P1D,1d", "P7D,7d", "PT4H,4h", "PT90M,90m", "PT1M,1m", "PT45S,45s", "PT1.5S,1500ms"})
  void name_isInTheLargestUnitThatFits(Duration horizon, String name) {
    assertThat(Horizons.name(horizon)).isEqualTo(name);
  }
}
