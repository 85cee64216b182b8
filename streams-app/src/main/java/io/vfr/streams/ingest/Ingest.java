package io.vfr.streams.ingest;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vfr.schemas.MacroValue;
import io.vfr.schemas.Topic;
import io.vfr.schemas.Topics;
import io.vfr.streams.config.AppConfig;
import io.vfr.streams.state.StateStores;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.StreamPartitioner;

/**
 * Adds the ingest stage to the topology: one processor per co-partitioned input, and a sub-topology
 * of its own that validates macro series once and multicasts them to every partition
 * (docs/decisions/0002). A third, of one task, tells of producers whose keys come on other
 * partitions than their own.
 */
public final class Ingest {
  private static final String[] MAIN_PROCESSORS = {
    "prices-ingest",
    "fundamentals-ingest",
    "sentiment-ingest",
    "macro-fanout-ingest",
    "rerouted-ingest"
  };

  /** Those whose records may have come on the wrong partition. */
  private static final String[] KEYED_PROCESSORS = Arrays.copyOf(MAIN_PROCESSORS, 3);

  static final String FEATURES_CHILD = "features";
  static final String DEAD_LETTERS_CHILD = "dead-letters";
  static final String REROUTED_CHILD = "rerouted-out";
  static final String NOTICES_CHILD = "notices-out";
  static final String FANOUT_CHILD = "macro-fanout-out";
  static final String MACRO_DEAD_LETTERS_CHILD = "macro-dead-letters";
  static final String INPUT_ALERTS = "input-alerts";

  private static final String WATCH = "input-watch";

  private final Topology topology;
  private final AppConfig config;
  private final Partitioning partitioning;
  private final MeterRegistry meters;
  private final InstantSource clock;

  private Ingest(
      Topology topology,
      AppConfig config,
      Partitioning partitioning,
      MeterRegistry meters,
      InstantSource clock) {
    this.topology = topology;
    this.config = config;
    this.partitioning = partitioning;
    this.meters = meters;
    this.clock = clock;
  }

  /** Names of the processors that the features stage attaches to. */
  public static String[] processors() {
    return MAIN_PROCESSORS.clone();
  }

  /**
   * Adds the stage: sources, processors, and the sinks of the fan-out, of what is sent on and of
   * the dead letters.
   *
   * @param partitioning where keys belong among the partitions of the inputs
   */
  public static void add(
      Topology topology,
      AppConfig config,
      Partitioning partitioning,
      MeterRegistry meters,
      InstantSource clock) {
    Ingest ingest = new Ingest(topology, config, partitioning, meters, clock);
    ingest.macro(InputDeserializer.macro(config.ingest(), clock));
    Intake<?> prices =
        ingest.keyed(
            MAIN_PROCESSORS[0],
            new Intake<>(
                Topics.PRICES.name(),
                InputDeserializer.prices(config.ingest(), config.bars(), clock),
                KeyCheck.prices(),
                false));
    Intake<?> fundamentals =
        ingest.keyed(
            MAIN_PROCESSORS[1],
            new Intake<>(
                Topics.FUNDAMENTALS.name(),
                InputDeserializer.fundamentals(config.ingest(), clock),
                KeyCheck.fundamentals(),
                true));
    Intake<?> sentiment =
        ingest.keyed(
            MAIN_PROCESSORS[2],
            new Intake<>(
                Topics.SENTIMENT.name(),
                InputDeserializer.sentiment(config.ingest(), clock),
                KeyCheck.sentiment(),
                true));
    ingest.fanout(
        new Intake<>(
            Topics.MACRO_FANOUT.name(),
            InputDeserializer.macroFanout(config.ingest()),
            KeyCheck.macro(),
            true));
    ingest.rerouted(
        Stream.of(prices, fundamentals, sentiment)
            .collect(Collectors.toUnmodifiableMap(Intake::topic, intake -> intake)));
    DeadLetters.addSink(topology, DEAD_LETTERS_CHILD, MAIN_PROCESSORS);
  }

  /** An input whose records belong to the partition of their key. */
  private <T> Intake<T> keyed(String processor, Intake<T> intake) {
    String source = source(intake.topic(), intake.values());
    IngestCounters counters = new IngestCounters(meters, intake.topic());
    topology.addProcessor(
        processor,
        () ->
            new IngestProcessor<>(
                intake,
                counters,
                new MisplacedRecords(partitioning, config.applicationId(), counters, clock)),
        source);
    return intake;
  }

  /** The macro values, whose every record is on every partition. */
  private void fanout(Intake<MacroValue> intake) {
    String source = source(intake.topic(), intake.values());
    IngestCounters counters = new IngestCounters(meters, intake.topic());
    topology.addProcessor(
        MAIN_PROCESSORS[3], () -> new IngestProcessor<>(intake, counters, null), source);
  }

  /** What was sent on to the partition of its key (docs/decisions/0013). */
  private void rerouted(Map<String, Intake<?>> intakes) {
    String source = source(Topics.REROUTED.name(), new ReroutedDeserializer(intakes));
    IngestCounters counters = new IngestCounters(meters, Topics.REROUTED.name());
    Counter foreign =
        Counter.builder("vfr.rerouted.foreign")
            .description("Records that another application has sent on, ignored")
            .register(meters);
    topology.addProcessor(
        MAIN_PROCESSORS[4],
        () -> new ReroutedProcessor(config.applicationId(), intakes, counters, foreign),
        source);
    bytesSink(REROUTED_CHILD, Topics.REROUTED);
    bytesSink(NOTICES_CHILD, Topics.NOTICES);
  }

  private void bytesSink(String name, Topic<byte[]> topic) {
    topology.addSink(
        name, topic.name(), new ByteArraySerializer(), new ByteArraySerializer(), KEYED_PROCESSORS);
  }

  /**
   * Adds the one task that tells of all tasks' notices: a sub-topology of its own.
   *
   * @param instance name of this instance in alerts
   */
  public static void addWatch(
      Topology topology, AppConfig config, InstantSource clock, String instance) {
    topology.addSource(
        AutoOffsetReset.earliest(),
        "notices-source",
        new StringDeserializer(),
        new ByteArrayDeserializer(),
        Topics.NOTICES.name());
    topology.addProcessor(
        WATCH, () -> new InputWatch(config.applicationId(), instance, clock), "notices-source");
    topology.addStateStore(StateStores.of(INPUT_ALERTS, Serdes.String()), WATCH);
    topology.addSink(
        "input-alerts-out",
        Topics.ALERTS.name(),
        new StringSerializer(),
        Topics.ALERTS.serializer(),
        WATCH);
  }

  private void macro(InputDeserializer<MacroValue> values) {
    String source = source(Topics.MACRO.name(), values);
    IngestCounters counters = new IngestCounters(meters, Topics.MACRO.name());
    topology.addProcessor(
        "macro-ingest",
        () -> new MacroIngestProcessor(counters, config.processing().commitInterval()),
        source);
    topology.addSink(
        FANOUT_CHILD,
        Topics.MACRO_FANOUT.name(),
        new ByteArraySerializer(),
        new ByteArraySerializer(),
        new EveryPartition(),
        "macro-ingest");
    DeadLetters.addSink(topology, MACRO_DEAD_LETTERS_CHILD, "macro-ingest");
  }

  private String source(String topic, Deserializer<?> values) {
    String name = topic.substring(topic.indexOf('.') + 1) + "-source";
    topology.addSource(
        AutoOffsetReset.earliest(),
        name,
        new EventTimeExtractor(),
        new ByteArrayDeserializer(),
        values,
        topic);
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
