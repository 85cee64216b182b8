package io.vfr.streams.cli.demo.feed;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vfr.schemas.Codecs;
import io.vfr.schemas.InputCodec;
import io.vfr.schemas.Parsed;
import io.vfr.schemas.Topics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What feeds produce is what the message contract accepts. */
class FeedContractTest {
  private static final Map<String, InputCodec<?>> CODECS =
      Map.of(
          Topics.PRICES.name(), Codecs.PRICE,
          Topics.FUNDAMENTALS.name(), Codecs.FUNDAMENTALS,
          Topics.SENTIMENT.name(), Codecs.SENTIMENT,
          Topics.MACRO.name(), Codecs.MACRO);

  private final ObjectMapper json = new ObjectMapper();

  @Test
  void everyRecord_ofHistoryLiveAndRealData_isAcceptedUnderItsKey() throws IOException {
    List<FeedRecord> records = new ArrayList<>(RealDataSets.appleBars());
    MarketSimulator market =
        new MarketSimulator(MarketConfig.defaults(11, LocalDate.of(2026, 1, 28)));
    Iterator<FeedRecord> history = market.history();
    history.forEachRemaining(records::add);
    SteppingClock clock = new SteppingClock(Instant.parse("2026-01-28T15:00:00Z"));
    LiveMarket live = market.live(clock, 500);
    clock.advanceMillis(20_000);
    records.addAll(live.due(20_000));
    try (TickFeed ticks = RealDataSets.bitcoinTrades()) {
      for (int i = 0; i < 5_000; i++) {
        records.add(ticks.next());
      }
    }

    for (FeedRecord next : records) {
      assertAccepted(next);
    }
    assertThat(records)
        .extracting(FeedRecord::topic)
        .contains(CODECS.keySet().toArray(new String[0]));
  }

  private void assertAccepted(FeedRecord next) throws IOException {
    InputCodec<?> codec = CODECS.get(next.topic());
    assertThat(codec).as(next.topic()).isNotNull();
    if (codec != null) {
      String text = new String(next.value(), StandardCharsets.UTF_8);
      assertThat(codec.parse(next.value())).as(text).isInstanceOf(Parsed.Accepted.class);
      JsonNode message = json.readTree(next.value());
      String keyField = next.topic().equals(Topics.MACRO.name()) ? "series" : "symbol";
      assertThat(message.path(keyField).textValue()).isEqualTo(next.key());
      String timeField = next.topic().equals(Topics.FUNDAMENTALS.name()) ? "knownAt" : "ts";
      assertThat(message.path(timeField).longValue()).isEqualTo(next.eventTimeMillis());
    }
  }
}
