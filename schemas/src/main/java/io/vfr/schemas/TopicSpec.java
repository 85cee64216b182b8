package io.vfr.schemas;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.config.TopicConfig;
import org.jspecify.annotations.Nullable;

/**
 * How a topic is created.
 *
 * <p>Every topic takes the broker's time ({@code LogAppendTime}): latency is then measurable from
 * the append, and retention counts from the append. With producers' event times a replay of old
 * data would be deleted as soon as it is written.
 *
 * @param partitions how the number of partitions is chosen
 * @param cleanup what happens to old records
 * @param retention how long records are kept; null means for ever
 * @param messageBytesMax largest record batch, bytes
 */
public record TopicSpec(
    String name,
    Partitions partitions,
    Cleanup cleanup,
    @Nullable Duration retention,
    int messageBytesMax) {
  /** The broker's default for the largest record batch, bytes. */
  public static final int MESSAGE_BYTES_DEFAULT = 1_048_588;

  /** How the number of partitions of a topic is chosen. */
  public enum Partitions {
    /** As many as {@code vfr.prices}: the main tasks join this topic by partition. */
    CO_PARTITIONED,
    /** Any number; as many as {@code vfr.prices} unless there is a reason. */
    ANY,
    /** One: its records are few and their order matters. */
    ONE
  }

  /** What happens to old records. */
  public enum Cleanup {
    /** Deleted when the retention has passed. */
    DELETE,
    /** Only the newest record of each key is kept. */
    COMPACT
  }

  /** The number of partitions of this topic where {@code vfr.prices} has {@code prices}. */
  public int partitionCount(int prices) {
    return partitions == Partitions.ONE ? 1 : prices;
  }

  /** The configuration to create the topic with, by Kafka's names. */
  public Map<String, String> configs() {
    Map<String, String> configs = new TreeMap<>();
    configs.put(
        TopicConfig.CLEANUP_POLICY_CONFIG,
        cleanup == Cleanup.COMPACT
            ? TopicConfig.CLEANUP_POLICY_COMPACT
            : TopicConfig.CLEANUP_POLICY_DELETE);
    configs.put(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "LogAppendTime");
    if (cleanup == Cleanup.DELETE) {
      configs.put(
          TopicConfig.RETENTION_MS_CONFIG,
          retention == null ? "-1" : Long.toString(retention.toMillis()));
    }
    configs.put(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(messageBytesMax));
    return configs;
  }
}
