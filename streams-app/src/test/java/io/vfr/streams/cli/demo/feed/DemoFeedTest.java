package io.vfr.streams.cli.demo.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DemoFeedTest {
  @ParameterizedTest(name = "{1} bars before {0}")
  @CsvSource({"2026-01-28, 320", "2013-09-02, 400", "2014-06-02, 320"})
  void history_realAndSimulated_inOneEventTimeOrder(LocalDate today, int days) {
    DemoFeed feed = new DemoFeed(new MarketConfig(28, days, 6, today, 0.15));
    List<FeedRecord> records = new ArrayList<>();
    Iterator<FeedRecord> history = feed.history();
    history.forEachRemaining(records::add);

    assertThat(records).extracting(FeedRecord::eventTimeMillis).isSorted();
    for (int i = 1; i < records.size(); i++) {
      FeedRecord previous = records.get(i - 1);
      FeedRecord next = records.get(i);
      if (next.eventTimeMillis() == previous.eventTimeMillis() && previous.isPrice()) {
        assertThat(next.isPrice()).isTrue();
      }
    }
    assertThat(records.stream().filter(FeedRecord::isPrice)).hasSize(28 * days + 252);
    assertThatThrownBy(history::next).isInstanceOf(NoSuchElementException.class);
    Set<String> priced =
        records.stream()
            .filter(FeedRecord::isPrice)
            .map(FeedRecord::key)
            .collect(Collectors.toSet());
    assertThat(feed.symbols())
        .extracting(DemoSymbol::symbol)
        .containsExactlyInAnyOrderElementsOf(priced);
    assertThat(feed.symbols())
        .allMatch(symbol ->
            (symbol.origin() == DemoSymbol.Origin.SIMULATED)
                == symbol.symbol().startsWith(Company.PREFIX));
  }
}
