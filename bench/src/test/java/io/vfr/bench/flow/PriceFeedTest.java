package io.vfr.bench.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfr.schemas.Codecs;
import io.vfr.schemas.Parsed;
import io.vfr.schemas.PriceBar;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

class PriceFeedTest {
  @Test
  void walk_symbolsByTurns_aDayAfterTheOther_eachValid() {
    PriceFeed.Walk walk = new PriceFeed.Walk(3, 1);
    PriceBar first = walk.next();
    for (int i = 1; i < 3000; i++) {
      PriceBar bar = walk.next();
      assertThat(bar.symbol()).isEqualTo(PriceFeed.symbol(i % 3));
      assertThat(bar.ts() - first.ts()).isEqualTo(Duration.ofDays(i / 3).toMillis());
      assertThat(Codecs.PRICE.parse(Codecs.PRICE.write(bar))).isInstanceOf(Parsed.Accepted.class);
    }
  }

  @Test
  void walk_sameSeed_isTheSame() {
    PriceFeed.Walk one = new PriceFeed.Walk(5, 7);
    PriceFeed.Walk other = new PriceFeed.Walk(5, 7);
    for (int i = 0; i < 100; i++) {
      assertThat(one.next()).isEqualTo(other.next());
    }
  }

  @Test
  void daysMax_lastBarIsOfThePast() {
    InstantSource clock = InstantSource.fixed(Instant.parse("2026-11-25T12:00:00Z"));
    int days = PriceFeed.daysMax(clock);
    PriceFeed.Walk walk = new PriceFeed.Walk(1, 1);
    PriceBar last = walk.next();
    for (int day = 1; day < days; day++) {
      last = walk.next();
    }
    assertThat(last.ts())
        .isLessThanOrEqualTo(clock.millis())
        .isGreaterThan(clock.millis() - Duration.ofDays(3).toMillis());
  }

  @Test
  void tooManyDaysOrForeignContenders_areRefused() {
    assertThat(BenchLine.refused("throughput", "--days", "20000"))
        .contains("--days must be at most", "bars are of the future");
    assertThat(BenchLine.refused("scale", "--contender", "one-day"))
        .contains("--contender must be vfr-trees or vfr-all, got one-day");
    assertThat(BenchLine.refused("scale", "--symbols", "100,0"))
        .contains("--symbols must be positive numbers, got [100, 0]");
    assertThat(BenchLine.refused("scale", "--contender", "vfr-all", "--heap", "plenty"))
        .contains("--heap must be a size as 448m or 2g, got 'plenty'");
  }
}
