package io.vfr.streams.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vfr.models.StoredFormat;
import io.vfr.models.schema.FeatureSchema;
import io.vfr.models.schema.FeatureSlots;
import io.vfr.schemas.SentimentObservation;
import io.vfr.streams.config.SentimentConfig;
import io.vfr.streams.state.InMemoryState;
import io.vfr.streams.state.StateTable;
import io.vfr.streams.state.TaskState.Table;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.junit.jupiter.api.Test;

class SentimentBookTest {
  private static final long T = 1_600_000_000_000L;

  private final StateTable store = InMemoryState.open().table(Table.SENTIMENT);

  private SentimentBook book() {
    return new SentimentBook(
        new SentimentConfig(
            new LinkedHashMap<>(Map.of("news", 1.0)), Duration.ofHours(24), Duration.ofMinutes(15)),
        new FeatureSlots(FeatureSchema.current(), 4),
        store);
  }

  @Test
  void load_observationOfANewerBuild_isRefused() {
    SentimentBook book = book();
    book.add(book.empty(), new SentimentObservation("AAA", T, "news", 0.8, 0.5, 3));
    assertThat(book().load("AAA")).hasSize(1);
    try (KeyValueIterator<Bytes, byte[]> all = store.all()) {
      store.put(all.next().key, new byte[] {2});
    }
    assertThatThrownBy(() -> book().load("AAA"))
        .isInstanceOf(StoredFormat.UnknownVersionException.class)
        .hasMessageContaining(
            "a stored sentiment observation has format version 2, this build reads 1");
  }
}
