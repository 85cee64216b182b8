package io.vfr.streams.ops;

import io.vfr.streams.config.AppConfig;
import io.vfr.streams.config.ProcessingConfig.Mode;
import io.vfr.streams.state.CommitPace;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.StreamsConfig;

/**
 * Kafka Streams' properties made from our configuration; {@code kafka.<property>} overrides any of
 * them.
 */
public final class StreamsProperties {
  /** How long changelogs remember at least that a key was deleted. */
  static final Duration DELETIONS_KEPT = Duration.ofHours(24);

  private static final int REQUEST_BYTES_MAX = 64 << 20;

  /**
   * How soon a client asks again: for the coordinator of a transaction and for topics that were
   * just made each time after as long, for the rest after longer and longer.
   */
  private static final long RETRY_BACKOFF_MILLIS = 20;

  /**
   * How long the broker may keep a fetch for which it has nothing. It answers a connection's
   * requests one after the other, so that the next store's first offset waits for that fetch
   * (docs/decisions/0024).
   */
  private static final int RESTORE_FETCH_WAIT_MILLIS = 20;

  /** How long a thread may wait for records before it looks at what else there is to do. */
  private static final long POLL_MILLIS = 20;

  private static final int LINGER_MILLIS_AT_ONCE = 1;
  private static final int LINGER_MILLIS_MAX = 1_000;
  private static final int HEARTBEATS_A_SESSION = 20;

  private static final Duration PROBING_REBALANCE_INTERVAL = Duration.ofMinutes(1);

  private StreamsProperties() {}

  /**
   * The properties.
   *
   * @param sessionTimeout silence after which the group takes an instance for dead
   * @param instanceId what its members are called; dynamic members if empty
   */
  public static Properties of(
      AppConfig config, Duration sessionTimeout, Optional<String> instanceId) {
    Properties p = new Properties();
    p.put(StreamsConfig.APPLICATION_ID_CONFIG, config.applicationId());
    p.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, config.bootstrapServers());
    // In both modes (docs/decisions/0015): they differ in when outputs are read.
    p.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    p.put(
        StreamsConfig.COMMIT_INTERVAL_MS_CONFIG,
        CommitPace.ownInterval(config.processing().commitInterval()).toMillis());
    p.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, config.streams().threads());
    p.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, config.streams().standby());
    p.put(StreamsConfig.STATE_DIR_CONFIG, config.streams().stateDir().toString());
    p.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, BoundedRocksDb.class);
    // 0 waits for what is on the broker already and for nothing else (docs/decisions/0002).
    p.put(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, 0L);
    p.put(StreamsConfig.RETRY_BACKOFF_MS_CONFIG, RETRY_BACKOFF_MILLIS);
    p.put(StreamsConfig.POLL_MS_CONFIG, POLL_MILLIS);
    p.put(StreamsConfig.PROCESSING_EXCEPTION_HANDLER_GLOBAL_ENABLED_CONFIG, true);
    p.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
    p.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
    // As large as the system likes. A fetch may have more than Kafka's 64 KiB: the kernel then
    // drops packets, and sends them again after 200 ms (docs/decisions/0022).
    p.put(
        StreamsConfig.consumerPrefix(ConsumerConfig.RECEIVE_BUFFER_CONFIG),
        CommonClientConfigs.RECEIVE_BUFFER_LOWER_BOUND);
    p.put(
        StreamsConfig.producerPrefix(ProducerConfig.SEND_BUFFER_CONFIG),
        CommonClientConfigs.SEND_BUFFER_LOWER_BOUND);
    membership(p, sessionTimeout, instanceId);
    p.put(StreamsConfig.producerPrefix(ProducerConfig.COMPRESSION_TYPE_CONFIG), "lz4");
    p.put(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), 128 * 1024);
    p.put(
        StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG),
        config.processing().mode() == Mode.EXACTLY_ONCE
            ? lingerUntilCommit(config.processing().commitInterval())
            : LINGER_MILLIS_AT_ONCE);
    // Brokers limit what a batch has compressed, producers what a record has uncompressed: a dead
    // letter must pass whatever
    // the broker once took, or the task could never go on.
    p.put(StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG), REQUEST_BYTES_MAX);
    p.put(
        StreamsConfig.producerPrefix(ProducerConfig.BUFFER_MEMORY_CONFIG), 2L * REQUEST_BYTES_MAX);
    // Changelogs carry event times, in which the clock of a broker has no say.
    p.put(
        StreamsConfig.topicPrefix(TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG),
        Long.toString(Long.MAX_VALUE));
    p.put(
        StreamsConfig.topicPrefix(TopicConfig.DELETE_RETENTION_MS_CONFIG),
        Long.toString(DELETIONS_KEPT.toMillis()));
    if (!config.kafka().containsKey(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG)
        && !config
            .kafka()
            .containsKey(StreamsConfig.consumerPrefix(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG))) {
      p.put(
          StreamsConfig.restoreConsumerPrefix(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG),
          RESTORE_FETCH_WAIT_MILLIS);
    }
    config.kafka().forEach(p::put);
    return p;
  }

  /**
   * Outputs wait for the commit anyway, which sends what is left, one request a broker: each
   * request with new partitions is a step of its own for the transaction (docs/decisions/0018).
   * Where commits are to be quick, that step is better made before them (docs/decisions/0025).
   */
  private static int lingerUntilCommit(Duration commitInterval) {
    long millis = commitInterval.toMillis();
    return Math.toIntExact(
        CommitPace.isShort(commitInterval) ? millis / 2 : Math.min(LINGER_MILLIS_MAX, millis));
  }

  private static void membership(
      Properties p, Duration sessionTimeout, Optional<String> instanceId) {
    int session = Math.toIntExact(sessionTimeout.toMillis());
    p.put(StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), session);
    p.put(
        StreamsConfig.consumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG),
        session / HEARTBEATS_A_SESSION);
    p.put(
        StreamsConfig.PROBING_REBALANCE_INTERVAL_MS_CONFIG, PROBING_REBALANCE_INTERVAL.toMillis());
    instanceId.ifPresent(
        id -> p.put(StreamsConfig.consumerPrefix(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG), id));
  }
}
