package io.vfr.streams.ops.figures;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.CountAtBucket;
import io.micrometer.core.instrument.distribution.HistogramSnapshot;
import io.micrometer.core.instrument.distribution.ValueAtPercentile;
import io.vfr.streams.ops.cluster.Instances;
import io.vfr.streams.ops.cluster.StreamsHandle;
import io.vfr.streams.ops.figures.InstanceFigures.Cache;
import io.vfr.streams.ops.figures.InstanceFigures.Latency;
import io.vfr.streams.ops.figures.InstanceFigures.Memory;
import io.vfr.streams.ops.figures.InstanceFigures.Times;
import io.vfr.streams.ops.figures.InstanceFigures.TopicCounts;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.streams.state.HostInfo;
import org.jspecify.annotations.Nullable;

/** Takes the figures of this instance from its meters. Thread-safe. */
public final class FiguresSource {
  private static final Path STATM = Path.of("/proc/self/statm");
  private static final int PAGE_BYTES = 4096;

  private final MeterRegistry meters;
  private final Instances instances;
  private final StreamsHandle streams;
  private final StreamsMeters streamsMeters;
  private final InstantSource clock;
  private final String instance;

  /**
   * Creates a source.
   *
   * @param instance the instance's name in alerts
   */
  public FiguresSource(
      MeterRegistry meters,
      Instances instances,
      StreamsHandle streams,
      StreamsMeters streamsMeters,
      InstantSource clock,
      String instance) {
    this.meters = meters;
    this.instances = instances;
    this.streams = streams;
    this.streamsMeters = streamsMeters;
    this.clock = clock;
    this.instance = instance;
  }

  /** The figures as they are now. */
  public InstanceFigures take() {
    HostInfo self = instances.self();
    Instances.Instance mine =
        instances.all().stream()
            .filter(each -> each.address().equals(self))
            .findFirst()
            .orElseGet(() -> new Instances.Instance(self, List.of(), List.of()));
    return new InstanceFigures(
        instance,
        self.host() + ":" + self.port(),
        streams.get().map(client -> client.state().name()).orElse("CREATED"),
        ManagementFactory.getRuntimeMXBean().getStartTime(),
        clock.millis(),
        mine.partitions(),
        mine.standbys(),
        topics(),
        sums("vfr.records.dead.lettered", "code"),
        count("vfr.prices.accepted"),
        count("vfr.predictions"),
        sums("vfr.predictions", "degraded").getOrDefault("true", 0L),
        latency(),
        times("vfr.scoring.batch"),
        times("vfr.features.update"),
        times("vfr.model.load"),
        new Cache(
            (long) gauge("vfr.model.cache.models"),
            (long) gauge("vfr.model.cache.bytes"),
            gauge("vfr.model.cache.hit.ratio")),
        memory(),
        streamsMeters.lag());
  }

  private long count(String name) {
    return (long) meters.find(name).counters().stream().mapToDouble(Counter::count).sum();
  }

  private double gauge(String name) {
    Gauge gauge = meters.find(name).gauge();
    double value = gauge == null ? 0 : gauge.value();
    return Double.isNaN(value) ? 0 : value;
  }

  /** The counts of a counter by one of its tags. */
  private Map<String, Long> sums(String name, String tag) {
    Map<String, Long> sums = new TreeMap<>();
    for (Counter counter : meters.find(name).counters()) {
      String value = counter.getId().getTag(tag);
      if (value != null) {
        sums.merge(value, (long) counter.count(), Long::sum);
      }
    }
    return sums;
  }

  private SequencedMap<String, TopicCounts> topics() {
    // What is read is counted first, so what became of it is taken before.
    Map<String, Long> accepted = sums("vfr.records.accepted", "topic");
    Map<String, Long> deadLettered = sums("vfr.records.dead.lettered", "topic");
    Map<String, Long> rerouted = sums("vfr.records.rerouted", "topic");
    SequencedMap<String, TopicCounts> topics = new LinkedHashMap<>();
    sums("vfr.records.in", "topic")
        .forEach((topic, in) ->
            topics.put(
                topic,
                new TopicCounts(
                    in,
                    accepted.getOrDefault(topic, 0L),
                    deadLettered.getOrDefault(topic, 0L),
                    rerouted.getOrDefault(topic, 0L))));
    return topics;
  }

  private Latency latency() {
    Timer timer = meters.find("vfr.prediction.latency").timer();
    SequencedMap<String, Long> buckets = new LinkedHashMap<>();
    if (timer == null || timer.count() == 0) {
      return new Latency(0, null, null, null, null, null, buckets);
    }
    HistogramSnapshot snapshot = timer.takeSnapshot();
    Map<Double, Double> percentiles = new TreeMap<>();
    for (ValueAtPercentile value : snapshot.percentileValues()) {
      percentiles.put(value.percentile(), value.value(TimeUnit.MILLISECONDS));
    }
    for (CountAtBucket bucket : snapshot.histogramCounts()) {
      buckets.put(
          Long.toString(Math.round(bucket.bucket(TimeUnit.MILLISECONDS))), (long) bucket.count());
    }
    return new Latency(
        timer.count(),
        timer.mean(TimeUnit.MILLISECONDS),
        percentiles.get(0.5),
        percentiles.get(0.95),
        percentiles.get(0.99),
        timer.max(TimeUnit.MILLISECONDS),
        buckets);
  }

  private Times times(String name) {
    Timer timer = meters.find(name).timer();
    return timer == null || timer.count() == 0
        ? new Times(0, null, null)
        : new Times(
            timer.count(), timer.mean(TimeUnit.MILLISECONDS), timer.max(TimeUnit.MILLISECONDS));
  }

  private Memory memory() {
    MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
    return new Memory(heap.getUsed(), heap.getMax(), resident(), gauge("vfr.load.shedding") > 0);
  }

  /** Resident set of the process, bytes; null where the system does not tell. */
  private static @Nullable Long resident() {
    try {
      return Files.isReadable(STATM)
          ? Long.parseLong(Files.readString(STATM).split(" ", 3)[1]) * PAGE_BYTES
          : null;
    } catch (IOException | NumberFormatException e) {
      return null;
    }
  }
}
