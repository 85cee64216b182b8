package io.vfr.streams.steward;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vfr.models.registry.ModelSet;
import io.vfr.schemas.Topics;
import io.vfr.streams.TestConfigs;
import io.vfr.streams.state.CommitBarrier;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.internals.CachedStateStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the steward's task does when another task of its thread is the first of a commit. */
class StewardCommitTest {
  @TempDir private Path directory;

  private final AtomicInteger flushes = new AtomicInteger();

  @Test
  void anotherTasksCommit_writesWhatTheRecordCacheKeeps() {
    MockProcessorContext<String, Object> context = new MockProcessorContext<>();
    context.setRecordMetadata(Topics.MODEL_SCORES.name(), 0, 0);
    CommitBarrier own = CommitBarrier.builder(Steward.BARRIER).build();
    own.init(context.getStateStoreContext(), own);
    context.addStateStore(own);
    context.addStateStore(cached());
    StewardProcessor steward =
        new StewardProcessor(
            TestConfigs.daily(directory),
            () -> ModelSet.ofChampions(List.of()),
            Rollbacks.NONE,
            new StewardMeters(new SimpleMeterRegistry()),
            new StewardAlerts("here"));
    steward.init(context);
    CommitBarrier other = CommitBarrier.builder().build();
    other.init(new MockProcessorContext<>().getStateStoreContext(), other);
    other.flushCache();
    assertThat(flushes).hasValue(1);
    steward.close();
    other.flushCache();
    assertThat(flushes).hasValue(1);
  }

  /** A store in memory that counts how often its cache is told to write. */
  private KeyValueStore<?, ?> cached() {
    KeyValueStore<String, byte[]> store =
        Stores.keyValueStoreBuilder(
                Stores.inMemoryKeyValueStore(Steward.STATE), Serdes.String(), Serdes.ByteArray())
            .withLoggingDisabled()
            .build();
    store.init(new MockProcessorContext<>().getStateStoreContext(), store);
    return (KeyValueStore<?, ?>)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {KeyValueStore.class, CachedStateStore.class},
            (proxy, method, arguments) ->
                method.getName().equals("flushCache")
                    ? flushes.incrementAndGet()
                    : method.invoke(store, arguments));
  }
}
