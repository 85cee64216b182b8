package io.vfr.streams.ops.cluster;

import java.util.Optional;
import org.apache.kafka.streams.KafkaStreams;
import org.jspecify.annotations.Nullable;

/**
 * The Kafka Streams client of this instance, as soon as there is one: the HTTP server is there
 * before it, for its port is part of the client's configuration. Thread-safe.
 */
public final class StreamsHandle {
  private volatile @Nullable KafkaStreams streams;

  /** Hands this client out from now on. */
  public void set(KafkaStreams client) {
    streams = client;
  }

  /** The client; empty before it was made. */
  public Optional<KafkaStreams> get() {
    return Optional.ofNullable(streams);
  }
}
