package io.vfr.streams.features;

import io.vfr.streams.config.BarsConfig;
import java.time.Duration;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/** The stores behind a {@link BarLedger}, in memory; they outlive it. */
final class MemoryStores {
  final KeyValueStore<Bytes, byte[]> bars = open("bars");
  final KeyValueStore<Bytes, byte[]> checkpoints = open("checkpoints");
  final KeyValueStore<Bytes, byte[]> parts = open("parts");

  static KeyValueStore<Bytes, byte[]> open(String name) {
    KeyValueStore<Bytes, byte[]> store = Stores.inMemoryKeyValueStore(name).get();
    MockProcessorContext<Object, Object> context = new MockProcessorContext<>();
    store.init(context.getStateStoreContext(), store);
    return store;
  }

  /** A ledger over what earlier ledgers have stored. */
  BarLedger ledger(Duration interval, Duration grace) {
    return new BarLedger(new BarsConfig(interval, grace), bars, checkpoints, parts);
  }
}
