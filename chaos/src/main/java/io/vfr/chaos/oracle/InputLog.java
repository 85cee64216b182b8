package io.vfr.chaos.oracle;

import io.vfr.chaos.harness.MarketLoad;
import io.vfr.chaos.harness.TopicReader;
import io.vfr.schemas.Codecs;
import io.vfr.schemas.Topics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The whole of the inputs as the brokers have them: the ledger that outlives everything. */
final class InputLog {
  private final List<PriceRecord> prices = new ArrayList<>();
  private final SideInputs sides = new SideInputs();

  private InputLog() {}

  /** Reads all input topics to their ends. */
  static InputLog read(String bootstrapServers) throws InterruptedException {
    InputLog log = new InputLog();
    Map<String, Consumer<ConsumerRecord<String, byte[]>>> handlers = new HashMap<>();
    handlers.put(Topics.PRICES.name(), log::price);
    handlers.put(Topics.FUNDAMENTALS.name(), log::fundamentals);
    handlers.put(Topics.SENTIMENT.name(), log::sentiment);
    handlers.put(Topics.MACRO.name(), log::macro);
    try (TopicReader reader = new TopicReader(bootstrapServers, handlers)) {
      reader.close();
      reader.check();
    }
    return log;
  }

  private void price(ConsumerRecord<String, byte[]> record) {
    prices.add(
        new PriceRecord(
            record.partition(),
            record.offset(),
            MarketLoad.numberOf(record),
            Codecs.PRICE.read(record.value()),
            record.timestamp()));
  }

  private void fundamentals(ConsumerRecord<String, byte[]> record) {
    sides.add(Codecs.FUNDAMENTALS.read(record.value()));
  }

  private void sentiment(ConsumerRecord<String, byte[]> record) {
    sides.add(Codecs.SENTIMENT.read(record.value()));
  }

  private void macro(ConsumerRecord<String, byte[]> record) {
    sides.add(Codecs.MACRO.read(record.value()));
  }

  /** All price records, those of a partition in their order. */
  List<PriceRecord> prices() {
    return prices;
  }

  SideInputs sides() {
    return sides;
  }
}
