package io.vfr.streams.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfr.schemas.Bounds;
import io.vfr.schemas.Parsed.Rejected;
import io.vfr.schemas.PriceBar;
import io.vfr.schemas.PriceEvent;
import io.vfr.schemas.RejectCode;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Finer bars must lie inside one bar. */
class IngestRuleTest {
  private static final long MIDNIGHT = 1_700_006_400_000L;

  private final IngestRule<PriceEvent> rule =
      IngestRule.prices(
          Duration.ofHours(1),
          Duration.ofDays(1),
          InstantSource.fixed(Instant.parse("2026-06-01T00:00:00Z")));

  @ParameterizedTest
  @CsvSource({"PT1H,0", "PT1H,3600000", "PT1H30M,5400000", "PT0.5S,500", "PT1H,82800000"})
  void finerBar_atAMultipleOfItsInterval_isAccepted(Duration interval, long offset) {
    assertThat(rule.check(bar(MIDNIGHT + offset, interval))).isNull();
  }

  @ParameterizedTest
  @CsvSource({"PT1H,1", "PT1H,1800000", "PT1H30M,3600000", "PT0.5S,499", "PT1H,84600000"})
  void finerBar_thatCouldStraddleBars_isRefused(Duration interval, long offset) {
    Rejected<PriceEvent> refused =
        Objects.requireNonNull(rule.check(bar(MIDNIGHT + offset, interval)));
    assertThat(refused.code()).isEqualTo(RejectCode.INTERVAL_NOT_SUPPORTED);
    assertThat(refused.message())
        .startsWith("ts of a bar finer than bars.interval, PT24H, must be a multiple of its")
        .contains(interval.toString())
        .contains(Bounds.time(MIDNIGHT + offset));
  }

  @Test
  void wholeBar_mayLieAnywhereInsideItsBar() {
    assertThat(rule.check(bar(MIDNIGHT + 1, null))).isNull();
    assertThat(rule.check(bar(MIDNIGHT + 1, Duration.ofDays(1)))).isNull();
  }

  private static PriceBar bar(long ts, @Nullable Duration interval) {
    return new PriceBar("AAPL", ts, 10, 12, 9, 11, 100, interval);
  }
}
