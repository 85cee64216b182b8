package io.vfr.streams.ops.figures;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import io.vfr.schemas.Topic;
import io.vfr.schemas.Topics;
import io.vfr.streams.ops.cluster.StreamsHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import java.util.stream.Collectors;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.streams.KafkaStreams;

/**
 * Figures of Kafka Streams, its clients and RocksDB under names of our own, which stay what they
 * are when Kafka's change. Thread-safe.
 */
public final class StreamsMeters {
  private static final String CONSUMER = "consumer-fetch-manager-metrics";
  private static final String PRODUCER = "producer-metrics";
  private static final String THREAD = "stream-thread-metrics";
  private static final String STATE = "stream-state-metrics";

  /** Topics in the tags of Kafka's metrics, which write dots as underscores. */
  private static final Map<String, String> TOPICS =
      Topics.all().stream()
          .map(Topic::name)
          .collect(Collectors.toMap(name -> name.replace('.', '_'), name -> name));

  private final StreamsHandle streams;
  private final MultiGauge lag;

  /** Registers the meters of a client. */
  public StreamsMeters(StreamsHandle streams, MeterRegistry registry) {
    this.streams = streams;
    lag =
        MultiGauge.builder("vfr.input.lag")
            .description("Records of an input partition that are still to be read")
            .register(registry);
    gauge(
        registry,
        "vfr.kafka.records.consumed.rate",
        "Records read a second, all consumers",
        CONSUMER,
        "records-consumed-rate",
        Double::sum);
    gauge(
        registry,
        "vfr.kafka.records.sent.rate",
        "Records sent a second, all producers",
        PRODUCER,
        "record-send-rate",
        Double::sum);
    gauge(
        registry,
        "vfr.kafka.records.failed.rate",
        "Records a second that could not be sent",
        PRODUCER,
        "record-error-rate",
        Double::sum);
    gauge(
        registry,
        "vfr.streams.commit.millis",
        "Mean time of a commit, the slowest thread's",
        THREAD,
        "commit-latency-avg",
        Double::max);
    gauge(
        registry,
        "vfr.streams.commit.rate",
        "Commits a second, all threads",
        THREAD,
        "commit-rate",
        Double::sum);
    gauge(
        registry,
        "vfr.streams.process.ratio",
        "Share of its time that the busiest thread processes, 0..1",
        THREAD,
        "process-ratio",
        Double::max);
    gauge(
        registry,
        "vfr.rocksdb.memtable.bytes",
        "Memory of RocksDB's write buffers, all stores",
        STATE,
        "size-all-mem-tables",
        Double::sum);
    gauge(
        registry,
        "vfr.rocksdb.block.cache.bytes",
        "Memory of RocksDB's block cache, which all stores share",
        STATE,
        "block-cache-usage",
        Double::max);
    gauge(
        registry,
        "vfr.rocksdb.live.bytes",
        "Size of the files of RocksDB that are in use, all stores",
        STATE,
        "live-sst-files-size",
        Double::sum);
  }

  private void gauge(
      MeterRegistry registry,
      String name,
      String description,
      String group,
      String metric,
      BinaryOperator<Double> fold) {
    Gauge.builder(name, this, meters -> meters.fold(group, metric, fold))
        .description(description)
        .register(registry);
  }

  private Map<MetricName, ? extends Metric> metrics() {
    return streams
        .get()
        .<Map<MetricName, ? extends Metric>>map(KafkaStreams::metrics)
        .orElse(Map.of());
  }

  private double fold(String group, String name, BinaryOperator<Double> fold) {
    double result = 0;
    for (Map.Entry<MetricName, ? extends Metric> each : metrics().entrySet()) {
      MetricName metric = each.getKey();
      // The sums over a client's topics stand beside those of each topic.
      if (metric.group().equals(group)
          && metric.name().equals(name)
          && !metric.tags().containsKey("topic")
          && each.getValue().metricValue() instanceof Number number
          && Double.isFinite(number.doubleValue())) {
        result = fold.apply(result, number.doubleValue());
      }
    }
    return result;
  }

  /** Records that are still to be read, by {@code topic-partition}. */
  public SequencedMap<String, Long> lag() {
    SequencedMap<String, Long> lags = new TreeMap<>();
    for (Map.Entry<MetricName, ? extends Metric> each : metrics().entrySet()) {
      MetricName metric = each.getKey();
      String topic = metric.tags().getOrDefault("topic", "");
      String name = TOPICS.getOrDefault(topic, topic);
      if (metric.group().equals(CONSUMER)
          && metric.name().equals("records-lag")
          && TOPICS.containsValue(name)
          && each.getValue().metricValue() instanceof Double records
          && records >= 0) {
        lags.merge(name + "-" + metric.tags().get("partition"), Math.round(records), Math::max);
      }
    }
    return lags;
  }

  /** Brings the meters up to date whose tags come and go. */
  public void refresh() {
    List<Row<?>> rows = new ArrayList<>();
    lag()
        .forEach((partition, records) -> {
          int dash = partition.lastIndexOf('-');
          rows.add(
              Row.of(
                  Tags.of(
                      "topic",
                      partition.substring(0, dash),
                      "partition",
                      partition.substring(dash + 1)),
                  records));
        });
    lag.register(rows, true);
  }
}
