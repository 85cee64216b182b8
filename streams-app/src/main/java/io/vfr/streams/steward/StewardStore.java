package io.vfr.streams.steward;

import io.vfr.models.StoredFormat;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.BiConsumer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The steward's state store, by section: a key is {@code section/name}, since ids hold no slash.
 * Standings are without a section, as they were when there was nothing else.
 */
final class StewardStore {
  static final String REGISTRATIONS = "registration/";
  static final String CHAMPIONS = "champion/";
  static final String PROBATIONS = "probation/";
  static final String DRIFT = "drift/";
  static final String COVERAGE = "coverage/";

  private static final StoredFormat FORMAT = StoredFormat.first("a record of the steward's state");

  private final KeyValueStore<String, byte[]> store;

  StewardStore(KeyValueStore<String, byte[]> store) {
    this.store = store;
  }

  void put(String section, String name, byte[] value) {
    store.put(section + name, versioned(value));
  }

  void delete(String section, String name) {
    store.delete(section + name);
  }

  byte @Nullable [] get(String section, String name) {
    byte[] stored = store.get(section + name);
    return stored == null ? null : content(stored);
  }

  /** Every entry of a section by name, in the order of the names. */
  void forEach(String section, BiConsumer<String, byte[]> action) {
    try (KeyValueIterator<String, byte[]> all = store.prefixScan(section, new StringSerializer())) {
      while (all.hasNext()) {
        KeyValue<String, byte[]> entry = all.next();
        action.accept(entry.key.substring(section.length()), content(entry.value));
      }
    }
  }

  /** Every standing by model. */
  void forEachStanding(BiConsumer<String, byte[]> action) {
    try (KeyValueIterator<String, byte[]> all = store.all()) {
      while (all.hasNext()) {
        KeyValue<String, byte[]> entry = all.next();
        if (entry.key.indexOf('/') < 0) {
          action.accept(entry.key, content(entry.value));
        }
      }
    }
  }

  void putStanding(String model, byte[] value) {
    store.put(model, versioned(value));
  }

  private static byte[] versioned(byte[] content) {
    return ByteBuffer.allocate(1 + content.length).put(FORMAT.version()).put(content).array();
  }

  /** All content is text, and builds before there was a version wrote it alone. */
  private static byte[] content(byte[] stored) {
    if (stored[0] >= ' ') {
      return stored;
    }
    FORMAT.check(stored[0]);
    return Arrays.copyOfRange(stored, 1, stored.length);
  }

  void deleteStanding(String model) {
    store.delete(model);
  }
}
