package io.vfr.bench.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfr.schemas.Codecs;
import io.vfr.schemas.Fundamentals;
import io.vfr.schemas.MacroValue;
import io.vfr.schemas.Parsed;
import io.vfr.schemas.PriceBar;
import io.vfr.schemas.SentimentObservation;
import io.vfr.schemas.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

class SideFeedTest {
  private static final int SYMBOLS = 7;
  private static final int DAYS = 130;

  private static List<ProducerRecord<String, byte[]>> records(long seed) {
    SideFeed feed = new SideFeed(SYMBOLS, seed);
    PriceFeed.Walk walk = new PriceFeed.Walk(SYMBOLS, seed);
    List<ProducerRecord<String, byte[]>> records = new ArrayList<>();
    for (int day = 0; day < DAYS; day++) {
      PriceBar bar = walk.next();
      for (int i = 1; i < SYMBOLS; i++) {
        walk.next();
      }
      int before = records.size();
      feed.day(day, bar.ts(), records::add);
      assertThat(records.subList(before, records.size()))
          .allSatisfy(record ->
              assertThat(time(record)).isEqualTo(bar.ts() - Duration.ofHours(1).toMillis()));
    }
    return records;
  }

  private static <T> T accepted(Parsed<T> parsed) {
    assertThat(parsed).isInstanceOf(Parsed.Accepted.class);
    return ((Parsed.Accepted<T>) parsed).value();
  }

  private static long time(ProducerRecord<String, byte[]> record) {
    if (record.topic().equals(Topics.MACRO.name())) {
      MacroValue value = accepted(Codecs.MACRO.parse(record.value()));
      assertThat(record.key()).isEqualTo(value.series());
      return value.ts();
    }
    if (record.topic().equals(Topics.SENTIMENT.name())) {
      SentimentObservation said = accepted(Codecs.SENTIMENT.parse(record.value()));
      assertThat(record.key()).isEqualTo(said.symbol());
      return said.ts();
    }
    Fundamentals report = accepted(Codecs.FUNDAMENTALS.parse(record.value()));
    assertThat(record.key()).isEqualTo(report.symbol());
    return report.knownAt();
  }

  private static long count(List<ProducerRecord<String, byte[]>> records, String topic) {
    return records.stream().filter(record -> record.topic().equals(topic)).count();
  }

  @Test
  void days_areOfAllKinds_valid_knownBeforeTheirBars_asManyAsTold() {
    List<ProducerRecord<String, byte[]>> records = records(1);
    assertThat(records).hasSize(Math.toIntExact(SideFeed.records(SYMBOLS, DAYS)));
    assertThat(count(records, Topics.MACRO.name())).isEqualTo(4 * DAYS);
    assertThat(count(records, Topics.SENTIMENT.name())).isEqualTo(SYMBOLS * DAYS / 5);
    assertThat(count(records, Topics.FUNDAMENTALS.name())).isEqualTo(2 * SYMBOLS);
  }

  @Test
  void sameSeed_isTheSame() {
    List<ProducerRecord<String, byte[]>> one = records(3);
    List<ProducerRecord<String, byte[]>> other = records(3);
    for (int i = 0; i < one.size(); i++) {
      assertThat(one.get(i).topic()).isEqualTo(other.get(i).topic());
      assertThat(one.get(i).value()).isEqualTo(other.get(i).value());
    }
  }
}
