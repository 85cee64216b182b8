package io.vfr.streams.ops.figures;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * One instance in figures; counts since it started.
 *
 * @param instance its name in alerts
 * @param address where its HTTP server is reached
 * @param state of its Kafka Streams client, such as RUNNING
 * @param startedAt epoch milliseconds
 * @param at when the figures were taken, epoch milliseconds
 * @param partitions partitions of the inputs that it processes
 * @param standbys partitions of which it keeps a replica of the state
 * @param topics what became of its input records, by topic
 * @param deadLetters refused records by code
 * @param prices accepted price records; as many as predictions
 * @param degraded of the predictions
 * @param lag records that are still to be read, by {@code topic-partition}
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record InstanceFigures(
    String instance,
    String address,
    String state,
    long startedAt,
    long at,
    List<Integer> partitions,
    List<Integer> standbys,
    SequencedMap<String, TopicCounts> topics,
    Map<String, Long> deadLetters,
    long prices,
    long predictions,
    long degraded,
    Latency latency,
    Times scoring,
    Times features,
    Times modelLoads,
    Cache cache,
    Memory memory,
    SequencedMap<String, Long> lag) {

  /** Records of one topic: in = accepted + dead-lettered + rerouted. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record TopicCounts(long in, long accepted, long deadLettered, long rerouted) {
    /** How far the equation is from holding. */
    long unaccounted() {
      return Math.abs(in - accepted - deadLettered - rerouted);
    }
  }

  /**
   * From the broker's append of a price to its prediction.
   *
   * @param count since the start
   * @param p50Millis of the last half minute; null while there was none
   * @param buckets how many took at most so many milliseconds, cumulative, since the start
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Latency(
      long count,
      @Nullable Double meanMillis,
      @Nullable Double p50Millis,
      @Nullable Double p95Millis,
      @Nullable Double p99Millis,
      @Nullable Double maxMillis,
      SequencedMap<String, Long> buckets) {}

  /** How often something was done, and how long it took; null while it was not. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Times(long count, @Nullable Double meanMillis, @Nullable Double maxMillis) {}

  /** The models in memory. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Cache(long models, long bytes, double hitRatio) {}

  /**
   * Memory in bytes.
   *
   * @param resident of the process; null where the system does not tell
   * @param shedding whether load is shed because the heap is short
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Memory(long heapUsed, long heapMax, @Nullable Long resident, boolean shedding) {}
}
