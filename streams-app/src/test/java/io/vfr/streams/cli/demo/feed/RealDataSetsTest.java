package io.vfr.streams.cli.demo.feed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class RealDataSetsTest {
  @Test
  void appleBars_allOf2013_inOrderAndUnchanged() {
    List<FeedRecord> bars = RealDataSets.appleBars();

    assertThat(bars).hasSize(252).allMatch(FeedRecord::isPrice);
    assertThat(bars).extracting(FeedRecord::key).containsOnly("AAPL");
    assertThat(bars).extracting(FeedRecord::eventTimeMillis).isSorted();
    assertThat(new String(bars.getFirst().value(), StandardCharsets.UTF_8))
        .isEqualTo(
            "{\"symbol\":\"AAPL\",\"ts\":1357084800000,\"open\":553.82,\"high\":555,"
                + "\"low\":541.63,\"close\":549.03,\"volume\":20018500}");
    assertThat(Instant.ofEpochMilli(bars.getLast().eventTimeMillis()))
        .isEqualTo("2013-12-31T00:00:00Z");
  }

  @Test
  void bitcoinTrades_all_inOrderAndUnchanged() throws IOException {
    try (TickFeed ticks = RealDataSets.bitcoinTrades()) {
      FeedRecord first = ticks.next();
      assertThat(new String(first.value(), StandardCharsets.UTF_8))
          .isEqualTo("{\"symbol\":\"BTC-USD\",\"ts\":1385337600000,\"price\":800.01,\"size\":0.1}");
      int count = 1;
      long previous = first.eventTimeMillis();
      while (ticks.hasNext()) {
        FeedRecord next = ticks.next();
        assertThat(next.key()).isEqualTo("BTC-USD");
        assertThat(next.eventTimeMillis()).isGreaterThanOrEqualTo(previous);
        previous = next.eventTimeMillis();
        count++;
      }
      assertThat(count).isEqualTo(100_000);
      assertThat(Instant.ofEpochMilli(previous)).isEqualTo("2013-12-01T16:02:05Z");
    }
  }

  @Test
  void symbols_ofRealData_areMarkedRealWithSourceAndLicence() {
    assertThat(List.of(RealDataSets.AAPL, RealDataSets.BITCOIN))
        .allMatch(symbol -> symbol.origin() == DemoSymbol.Origin.REAL)
        .allMatch(symbol -> symbol.source().contains("org.ta4j:ta4j-examples"))
        .allMatch(symbol -> symbol.licence().equals("MIT"));
  }
}
