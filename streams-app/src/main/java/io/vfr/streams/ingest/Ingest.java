package io.vfr.streams.ingest;

import io.micrometer.core.instrument.MeterRegistry;
import io.vfr.schemas.Fundamentals;
import io.vfr.schemas.MacroValue;
import io.vfr.schemas.PriceEvent;
import io.vfr.schemas.SentimentObservation;
import io.vfr.schemas.Topic;
import io.vfr.schemas.Topics;
import io.vfr.streams.config.AppConfig;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.StreamPartitioner;

/**
 * Adds the ingest stage to the topology: one processor per co-partitioned input, and a sub-topology
 * of its own that validates macro series once and multicasts them to every partition
 * (docs/decisions/0002).
 */
public final class Ingest {
  private static final String[] MAIN_PROCESSORS = {
    "prices-ingest", "fundamentals-ingest", "sentiment-ingest", "macro-fanout-ingest"
  };

  static final String FEATURES_CHILD = "features";
  static final String FANOUT_CHILD = "macro-fanout-out";
  static final String MACRO_DEAD_LETTERS_CHILD = "macro-dead-letters";

  private static final String DEAD_LETTERS_CHILD = "dead-letters";

  private final Topology topology;
  private final MeterRegistry meters;

  private Ingest(Topology topology, MeterRegistry meters) {
    this.topology = topology;
    this.meters = meters;
  }

  /** Names of the processors that the features stage attaches to. */
  public static String[] processors() {
    return MAIN_PROCESSORS.clone();
  }

  /** Adds the stage: sources, processors, and the sinks of the fan-out and of the dead letters. */
  public static void add(
      Topology topology, AppConfig config, MeterRegistry meters, InstantSource clock) {
    Ingest ingest = new Ingest(topology, meters);
    ingest.macro(InputDeserializer.macro(config.ingest(), clock));
    ingest.main(
        Topics.PRICES,
        MAIN_PROCESSORS[0],
        InputDeserializer.prices(config.ingest(), config.bars(), clock),
        KeyCheck.prices(),
        PriceEvent::symbol,
        false);
    ingest.main(
        Topics.FUNDAMENTALS,
        MAIN_PROCESSORS[1],
        InputDeserializer.fundamentals(config.ingest(), clock),
        KeyCheck.fundamentals(),
        Fundamentals::symbol,
        true);
    ingest.main(
        Topics.SENTIMENT,
        MAIN_PROCESSORS[2],
        InputDeserializer.sentiment(config.ingest(), clock),
        KeyCheck.sentiment(),
        SentimentObservation::symbol,
        true);
    ingest.main(
        Topics.MACRO_FANOUT,
        MAIN_PROCESSORS[3],
        InputDeserializer.macroFanout(config.ingest()),
        KeyCheck.macro(),
        MacroValue::series,
        true);
    DeadLetters.addSink(topology, DEAD_LETTERS_CHILD, MAIN_PROCESSORS);
  }

  private <T> void main(
      Topic<T> topic,
      String processor,
      InputDeserializer<T> values,
      KeyCheck<T> keyCheck,
      Function<T, String> keyOf,
      boolean acceptsFinally) {
    String source = source(topic, values);
    IngestCounters counters = new IngestCounters(meters, topic.name());
    topology.addProcessor(
        processor,
        () -> new IngestProcessor<>(keyCheck, keyOf, counters, acceptsFinally, DEAD_LETTERS_CHILD),
        source);
  }

  private void macro(InputDeserializer<MacroValue> values) {
    String source = source(Topics.MACRO, values);
    IngestCounters counters = new IngestCounters(meters, Topics.MACRO.name());
    topology.addProcessor("macro-ingest", () -> new MacroIngestProcessor(counters), source);
    topology.addSink(
        FANOUT_CHILD,
        Topics.MACRO_FANOUT.name(),
        new ByteArraySerializer(),
        new ByteArraySerializer(),
        new EveryPartition(),
        "macro-ingest");
    DeadLetters.addSink(topology, MACRO_DEAD_LETTERS_CHILD, "macro-ingest");
  }

  private <T> String source(Topic<T> topic, InputDeserializer<T> values) {
    String name = topic.name().substring(topic.name().indexOf('.') + 1) + "-source";
    topology.addSource(
        AutoOffsetReset.earliest(),
        name,
        new EventTimeExtractor(),
        new ByteArrayDeserializer(),
        values,
        topic.name());
    return name;
  }

  /** Sends a record to every partition of its topic. */
  private static final class EveryPartition implements StreamPartitioner<byte[], byte[]> {
    @Override
    public Optional<Set<Integer>> partitions(
        String topic, byte[] key, byte[] value, int partitions) {
      return Optional.of(
          IntStream.range(0, partitions).boxed().collect(Collectors.toUnmodifiableSet()));
    }
  }
}
