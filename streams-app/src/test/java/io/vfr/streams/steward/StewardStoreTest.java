package io.vfr.streams.steward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vfr.models.StoredFormat.UnknownVersionException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StewardStoreTest {
  private final KeyValueStore<String, byte[]> stored =
      Stores.keyValueStoreBuilder(
              Stores.inMemoryKeyValueStore("steward"), Serdes.String(), Serdes.ByteArray())
          .withLoggingDisabled()
          .build();
  private final StewardStore store = new StewardStore(stored);

  @BeforeEach
  void open() {
    stored.init(new MockProcessorContext<>().getStateStoreContext(), stored);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private Map<String, String> drift() {
    Map<String, String> found = new HashMap<>();
    store.forEach(
        StewardStore.DRIFT,
        (name, value) -> found.put(name, new String(value, StandardCharsets.UTF_8)));
    return found;
  }

  @Test
  void written_carriesAVersionAndIsReadWithoutIt() {
    store.put(StewardStore.DRIFT, "m", bytes("{}"));
    assertThat(stored.get("drift/m")).containsExactly(1, '{', '}');
    assertThat(store.get(StewardStore.DRIFT, "m")).isEqualTo(bytes("{}"));
    assertThat(drift()).containsExactly(Map.entry("m", "{}"));
    assertThat(store.get(StewardStore.DRIFT, "n")).isNull();
  }

  @Test
  void withoutVersion_isRead() {
    stored.put("drift/m", bytes("{}"));
    stored.put("model", bytes("{\"a\":1}"));
    assertThat(drift()).containsExactly(Map.entry("m", "{}"));
    Map<String, byte[]> standings = new HashMap<>();
    store.forEachStanding(standings::put);
    assertThat(standings).containsOnlyKeys("model");
    assertThat(standings.get("model")).isEqualTo(bytes("{\"a\":1}"));
  }

  @Test
  void newer_isRefused() {
    stored.put("drift/m", bytes("\u0002{}"));
    assertThatThrownBy(this::drift)
        .isInstanceOf(UnknownVersionException.class)
        .hasMessageContaining("has format version 2, this build reads 1");
    assertThatThrownBy(() -> store.get(StewardStore.DRIFT, "m"))
        .isInstanceOf(UnknownVersionException.class);
  }
}
