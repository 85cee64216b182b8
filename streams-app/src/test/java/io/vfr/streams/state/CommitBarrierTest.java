package io.vfr.streams.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vfr.streams.TestConfigs;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.internals.InMemoryKeyValueStore;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kafka Streams runs the barrier before it commits: a row that waits only for the commit is still
 * part of it.
 */
class CommitBarrierTest {
  @TempDir private Path directory;

  private final List<CommitBarrier> begun = new ArrayList<>();

  /** What is left would run in the next test's turn: the thread is the same. */
  @AfterEach
  void end() {
    begun.forEach(CommitBarrier::ends);
  }

  /** Holds every record until the commit; tells downstream which record it is said to come from. */
  private static final class HoldUntilCommit implements Processor<String, String, String, String> {
    private final List<Record<String, String>> held = new ArrayList<>();
    private final List<TaskScope.Origin> origins = new ArrayList<>();
    private @Nullable ProcessorContext<String, String> context;
    private @Nullable TaskScope scope;

    @Override
    public void init(ProcessorContext<String, String> context) {
      this.context = context;
      scope = new TaskScope(context);
      CommitBarrier barrier = context.getStateStore(CommitBarrier.NAME);
      barrier.beforeCommit(this::flush);
    }

    @Override
    public void process(Record<String, String> record) {
      TaskScope scope = this.scope;
      if (scope == null) {
        throw new IllegalStateException("not initialised");
      }
      held.add(record);
      origins.add(scope.current());
    }

    private void flush() {
      ProcessorContext<String, String> context = this.context;
      TaskScope scope = this.scope;
      if (context == null || scope == null) {
        throw new IllegalStateException("not initialised");
      }
      for (int i = 0; i < held.size(); i++) {
        Record<String, String> record = held.get(i);
        TaskScope.Origin origin = origins.get(i);
        scope.within(
            origin,
            () ->
                context.forward(
                    record.withValue(
                        record.value() + "@" + context.recordMetadata().orElseThrow().offset())));
      }
      held.clear();
      origins.clear();
    }
  }

  /** Puts each record into a store; tells what was written before a flush and after it. */
  private static final class PutAndFlush implements Processor<String, String, String, String> {
    static final String STORE = "cached";

    private final List<String> written;
    private final List<String> told;
    private @Nullable KeyValueStore<String, String> store;

    PutAndFlush(List<String> written, List<String> told) {
      this.written = written;
      this.told = told;
    }

    @Override
    public void init(ProcessorContext<String, String> context) {
      store = context.getStateStore(STORE);
    }

    @Override
    public void process(Record<String, String> record) {
      KeyValueStore<String, String> store = this.store;
      if (store == null) {
        throw new IllegalStateException("not initialised");
      }
      store.put(record.key(), record.value());
      told.add(written.toString());
      CommitBarrier.flush(store);
      told.add(written.toString());
    }
  }

  @Test
  void commit_runsTheBarrierBeforeItsOffsetsAreDone() {
    Topology topology = new Topology();
    topology.addSource("in", Serdes.String().deserializer(), Serdes.String().deserializer(), "in");
    topology.addProcessor("hold", HoldUntilCommit::new, "in");
    topology.addStateStore(CommitBarrier.builder(), "hold");
    topology.addSink(
        "out", "out", Serdes.String().serializer(), Serdes.String().serializer(), "hold");
    try (TopologyTestDriver driver =
        new TopologyTestDriver(topology, TestConfigs.ofDriver("barrier-test", directory))) {
      var in =
          driver.createInputTopic("in", Serdes.String().serializer(), Serdes.String().serializer());
      var out =
          driver.createOutputTopic(
              "out", Serdes.String().deserializer(), Serdes.String().deserializer());
      in.pipeInput("k", "first");
      assertThat(out.readValuesToList()).containsExactly("first@0");
      in.pipeInput("k", "second");
      assertThat(out.readValuesToList()).containsExactly("second@1");
    }
  }

  /** Or each task of a thread would wait for what it alone has sent. */
  @Test
  void flushCache_ofOneTask_runsWhatAllTasksOfTheThreadHaveToDo() {
    List<String> ran = new ArrayList<>();
    CommitBarrier first = barrier("first", ran);
    CommitBarrier second = barrier("second", ran);
    CommitBarrier closed = barrier("closed", ran);
    closed.close();
    second.flushCache();
    assertThat(ran).containsExactly("first", "last of first", "second", "last of second");
    ran.clear();
    second.ends();
    first.flushCache();
    second.flushCache();
    assertThat(ran).containsExactly("first", "last of first", "first", "last of first");
  }

  /** Its stores cannot be changed yet: Kafka Streams asks for the record that it is at. */
  @Test
  void flushCache_ofOneTask_leavesATaskAloneThatHasNotRun() {
    List<String> ran = new ArrayList<>();
    CommitBarrier first = barrier("first", ran);
    barrier("fresh", ran, new MockProcessorContext<>());
    first.flushCache();
    assertThat(ran).containsExactly("first", "last of first");
  }

  @Test
  void flushCache_ofOneTask_failsForAnotherAndForThatOneAgain() {
    List<String> ran = new ArrayList<>();
    CommitBarrier first = barrier("first", ran);
    CommitBarrier second = barrier("second", ran);
    IllegalStateException failure = new IllegalStateException("once");
    second.beforeCommit(() -> {
      ran.add("failing");
      throw failure;
    });
    assertThatThrownBy(first::flushCache).isSameAs(failure);
    first.ends();
    assertThatThrownBy(second::flushCache).isSameAs(failure);
    assertThat(ran).containsExactly("first", "last of first", "failing");
  }

  @Test
  void flushCache_ofAnotherThread_isItsOwn() throws InterruptedException {
    List<String> ran = new ArrayList<>();
    barrier("here", ran);
    Thread thread = Thread.ofPlatform().start(() -> barrier("there", ran).flushCache());
    thread.join();
    assertThat(ran).containsExactly("there", "last of there");
  }

  /** Or a task with a cached store would wait for what its own turn has sent. */
  @Test
  void flush_writesWhatTheRecordCacheKeeps() {
    List<String> written = new ArrayList<>();
    List<String> told = new ArrayList<>();
    Topology topology = new Topology();
    topology.addSource("in", Serdes.String().deserializer(), Serdes.String().deserializer(), "in");
    topology.addProcessor("put", () -> new PutAndFlush(written, told), "in");
    topology.addStateStore(
        Stores.keyValueStoreBuilder(noting(written), Serdes.String(), Serdes.String())
            .withCachingEnabled(),
        "put");
    try (TopologyTestDriver driver =
        new TopologyTestDriver(topology, TestConfigs.ofDriver("barrier-test", directory))) {
      driver
          .createInputTopic("in", Serdes.String().serializer(), Serdes.String().serializer())
          .pipeInput("k", "v");
    }
    assertThat(told).containsExactly("[]", "[k]");
  }

  private static KeyValueBytesStoreSupplier noting(List<String> written) {
    return new KeyValueBytesStoreSupplier() {
      @Override
      public String name() {
        return PutAndFlush.STORE;
      }

      @Override
      public KeyValueStore<Bytes, byte[]> get() {
        return new InMemoryKeyValueStore(name()) {
          @Override
          public synchronized void put(Bytes key, byte[] value) {
            written.add(new String(key.get(), StandardCharsets.UTF_8));
            super.put(key, value);
          }
        };
      }

      @Override
      public String metricsScope() {
        return "noting";
      }
    };
  }

  private CommitBarrier barrier(String name, List<String> ran) {
    MockProcessorContext<Object, Object> context = new MockProcessorContext<>();
    context.setRecordMetadata("in", 0, 0);
    return barrier(name, ran, context);
  }

  private CommitBarrier barrier(
      String name, List<String> ran, MockProcessorContext<Object, Object> context) {
    CommitBarrier barrier = CommitBarrier.builder().build();
    barrier.init(context.getStateStoreContext(), barrier);
    barrier.beforeCommit(() -> ran.add(name));
    barrier.lastBeforeCommit(() -> ran.add("last of " + name));
    begun.add(barrier);
    return barrier;
  }
}
