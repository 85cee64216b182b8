package io.vfr.streams.ops.cluster;

import io.vfr.streams.features.StoredBars;
import io.vfr.streams.features.window.Bar;
import io.vfr.streams.state.TaskState;
import java.util.List;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/** What this instance's stores hold, replicas that only stand by included. Thread-safe. */
public final class StoredState {
  private final StreamsHandle streams;

  /** Asks this client. */
  public StoredState(StreamsHandle streams) {
    this.streams = streams;
  }

  /** The bars of a symbol that a store has, oldest first; none if no store here has any. */
  public List<Bar> bars(String symbol) {
    KafkaStreams client = streams.get().orElse(null);
    if (client == null) {
      return List.of();
    }
    try {
      ReadOnlyKeyValueStore<Bytes, byte[]> store =
          client.store(
              StoreQueryParameters.fromNameAndType(
                      TaskState.NAME, QueryableStoreTypes.<Bytes, byte[]>keyValueStore())
                  .enableStaleStores());
      return StoredBars.of(store, symbol);
    } catch (InvalidStateStoreException | IllegalStateException e) {
      // No task is here, or it moves away just now.
      return List.of();
    }
  }
}
