package io.vfr.streams.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ThreadDeathsTest {
  private final ThreadDeaths deaths = new ThreadDeaths();

  @Test
  void deathsASessionTimeoutApart_areTooManyAtTheSixth() {
    for (int i = 0; i < 5; i++) {
      assertThat(deaths.tooMany(Duration.ofSeconds(45L * i).toNanos())).as("death %d", i).isFalse();
    }
    assertThat(deaths.tooMany(Duration.ofSeconds(45 * 5).toNanos())).isTrue();
  }

  @Test
  void aDeathNowAndThen_isNeverTooMany() {
    for (int i = 0; i < 100; i++) {
      assertThat(deaths.tooMany(Duration.ofMinutes(3L * i).toNanos())).as("death %d", i).isFalse();
    }
  }
}
