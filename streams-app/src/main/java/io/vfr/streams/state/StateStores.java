package io.vfr.streams.state;

import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/** Builders of the stages' stores: RocksDB with a changelog, mended where its files are damaged. */
public final class StateStores {
  private StateStores() {}

  /** A store of bytes that writes each change to its changelog at once. */
  public static StoreBuilder<KeyValueStore<Bytes, byte[]>> ofBytes(String name) {
    return of(name, Serdes.Bytes());
  }

  /** The same with keys of another type. */
  public static <K> StoreBuilder<KeyValueStore<K, byte[]>> of(String name, Serde<K> keys) {
    return Stores.keyValueStoreBuilder(supplier(name), keys, Serdes.ByteArray())
        .withCachingDisabled();
  }

  static KeyValueBytesStoreSupplier supplier(String name) {
    KeyValueBytesStoreSupplier rocksDb = Stores.persistentKeyValueStore(name);
    return new KeyValueBytesStoreSupplier() {
      @Override
      public String name() {
        return rocksDb.name();
      }

      @Override
      public KeyValueStore<Bytes, byte[]> get() {
        return new MendedStore(rocksDb);
      }

      @Override
      public String metricsScope() {
        return rocksDb.metricsScope();
      }
    };
  }
}
