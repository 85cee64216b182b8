package io.vfr.streams.ops;

import io.vfr.models.StoredFormat.UnknownVersionException;
import io.vfr.schemas.Topics;
import io.vfr.streams.config.AppConfig;
import io.vfr.streams.ops.peers.Peers;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.state.HostInfo;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a topology: the lifecycle of one Kafka Streams client. It knows nothing of what the topology
 * does.
 */
public final class StreamsRunner implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StreamsRunner.class);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(30);

  /** An hour less than changelogs remember what was deleted. */
  private static final Duration STATE_REST_MAX =
      StreamsProperties.DELETIONS_KEPT.minus(Duration.ofHours(1));

  private final ThreadDeaths deaths = new ThreadDeaths();
  private final KafkaStreams streams;
  private final CountDownLatch running = new CountDownLatch(1);
  private final AppConfig config;
  private final StateStamp state;
  private final Optional<Peers> peers;
  private @Nullable AbandonedTransactions abandoned;

  /**
   * Prepares a client.
   *
   * @param topology what to run
   */
  public StreamsRunner(Topology topology, AppConfig config) {
    this(topology, config, Optional.empty());
  }

  /**
   * Prepares a client whose state others can ask for.
   *
   * @param address where this instance's HTTP server is reached
   */
  public StreamsRunner(Topology topology, AppConfig config, Optional<HostInfo> address) {
    this.config = config;
    state =
        StateStamp.on(
            config.streams().stateDir().resolve(config.applicationId()),
            STATE_REST_MAX,
            InstantSource.system());
    peers = peers(config, state);
    streams = client(topology, address);
    streams.setUncaughtExceptionHandler(this::onUncaught);
    streams.setStateListener((next, previous) -> onState(next));
  }

  private static Optional<Peers> peers(AppConfig config, StateStamp state) {
    try {
      return Peers.open(config);
    } catch (RuntimeException e) {
      state.close();
      throw e;
    }
  }

  private KafkaStreams client(Topology topology, Optional<HostInfo> address) {
    try {
      Optional<String> instanceId =
          config.streams().membership().instanceId().or(() -> peers.map(Peers::instanceId));
      return new KafkaStreams(
          topology,
          properties(instanceId, address),
          new StreamsClients(
              Set.of(
                  Topics.PRICES.name(),
                  Topics.FUNDAMENTALS.name(),
                  Topics.SENTIMENT.name(),
                  Topics.MACRO_FANOUT.name(),
                  Topics.REROUTED.name())));
    } catch (RuntimeException e) {
      peers.ifPresent(Peers::close);
      state.close();
      throw e;
    }
  }

  private Properties properties(Optional<String> instanceId, Optional<HostInfo> address) {
    Properties properties = StreamsProperties.of(config, SessionTimeout.of(config), instanceId);
    address.ifPresent(host ->
        properties.put(StreamsConfig.APPLICATION_SERVER_CONFIG, host.host() + ":" + host.port()));
    return properties;
  }

  private StreamThreadExceptionResponse onUncaught(Throwable error) {
    if (FullDisk.isBehind(error)) {
      LOG.error(
          "The instance stops: the disk of the state directory is full ({}). Others take over; make"
              + " space in {} and start it again, its state is restored from Kafka.",
          error.getMessage(),
          config.streams().stateDir());
      return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }
    UnknownVersionException unknown = unknownVersion(error);
    if (unknown != null) {
      LOG.error(
          "The instance stops, it cannot read its state: {}. Nothing of what it began is committed."
              + " Run a build that reads it.",
          unknown.getMessage());
      return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }
    if (deaths.tooMany(System.nanoTime())) {
      LOG.error(
          "Stream threads die again and again; the instance stops: {}", error.getMessage(), error);
      return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }
    LOG.error("A stream thread died and is replaced: {}", error.getMessage(), error);
    return StreamThreadExceptionResponse.REPLACE_THREAD;
  }

  private static @Nullable UnknownVersionException unknownVersion(Throwable error) {
    for (@Nullable Throwable t = error; t != null; t = t.getCause()) {
      if (t instanceof UnknownVersionException unknown) {
        return unknown;
      }
    }
    return null;
  }

  private void onState(KafkaStreams.State state) {
    LOG.info("Kafka Streams is {}", state);
    switch (state) {
      case RUNNING, ERROR, NOT_RUNNING -> running.countDown();
      default -> {}
    }
    if (state == KafkaStreams.State.RUNNING) {
      peers.ifPresent(Peers::look);
    }
  }

  /** Starts the client; returns at once. */
  public void start() {
    streams.start();
    AbandonedTransactions transactions = AbandonedTransactions.watch(streams, config);
    abandoned = transactions;
    peers.ifPresent(others -> others.start(transactions::lookNow));
  }

  /** Waits until the client runs; false if it ended or the time is up first. */
  public boolean awaitRunning(Duration timeout) throws InterruptedException {
    return running.await(timeout.toMillis(), TimeUnit.MILLISECONDS)
        && (streams.state() == KafkaStreams.State.RUNNING
            || streams.state() == KafkaStreams.State.REBALANCING);
  }

  /** Whether the instance serves. */
  public boolean isReady() {
    return streams.state() == KafkaStreams.State.RUNNING;
  }

  /** Whether the instance can still come to serve. */
  public boolean isAlive() {
    return streams.state() == KafkaStreams.State.CREATED
        || streams.state().isRunningOrRebalancing();
  }

  /** The client itself, for metrics and queries. */
  public KafkaStreams streams() {
    return streams;
  }

  @Override
  public void close() {
    if (abandoned != null) {
      abandoned.close();
    }
    streams.close(
        CloseOptions.timeout(STOP_TIMEOUT)
            .withGroupMembershipOperation(
                switch (config.streams().membership().onStop()) {
                  case LEAVE -> GroupMembershipOperation.LEAVE_GROUP;
                  case REMAIN -> GroupMembershipOperation.REMAIN_IN_GROUP;
                }));
    // Its end is the last that the others should see of this instance.
    peers.ifPresent(Peers::close);
    state.close();
  }
}
