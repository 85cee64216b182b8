package io.vfr.streams.state;

import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/** A task's state without a task. */
public final class InMemoryState {
  private InMemoryState() {}

  /** Empty state. */
  public static TaskState open() {
    return new TaskState(store());
  }

  /** An empty store for it. */
  public static KeyValueStore<Bytes, byte[]> store() {
    KeyValueStore<Bytes, byte[]> store = Stores.inMemoryKeyValueStore(TaskState.NAME).get();
    MockProcessorContext<Object, Object> context = new MockProcessorContext<>();
    store.init(context.getStateStoreContext(), store);
    return store;
  }
}
