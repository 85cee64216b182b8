package io.vfr.streams.ops.broker;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/** An admin client whose failures are told to the user in one sentence. */
record AdminConnection(Admin admin, String bootstrapServers) implements AutoCloseable {
  static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(15);

  /**
   * Makes the client.
   *
   * @throws BrokerException if its properties are not valid
   */
  static AdminConnection open(Map<String, Object> client) {
    Map<String, Object> properties = new HashMap<>(client);
    properties.putIfAbsent("default.api.timeout.ms", (int) ANSWER_TIMEOUT.toMillis());
    properties.putIfAbsent("request.timeout.ms", (int) ANSWER_TIMEOUT.toMillis() / 2);
    String bootstrapServers = String.valueOf(client.get("bootstrap.servers"));
    try {
      return new AdminConnection(Admin.create(properties), bootstrapServers);
    } catch (KafkaException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new BrokerException(
          "cannot connect to " + bootstrapServers + ": " + cause.getMessage(), e);
    }
  }

  /** The answer, or what went wrong as a {@link BrokerException}. */
  <T> T answer(KafkaFuture<T> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw failure(e.getCause());
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /** What a failed request is told as. */
  BrokerException failure(@Nullable Throwable cause) {
    if (cause == null) {
      return new BrokerException(bootstrapServers + " refuses without a reason");
    }
    if (cause instanceof TimeoutException) {
      return new BrokerException(
          "no Kafka answers at "
              + bootstrapServers
              + " within "
              + ANSWER_TIMEOUT.toSeconds()
              + " s; start one with 'vfr broker' or name another with --bootstrap-servers",
          cause);
    }
    return new BrokerException(
        bootstrapServers
            + " refuses: "
            + cause.getClass().getSimpleName()
            + ": "
            + cause.getMessage(),
        cause);
  }

  static BrokerException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new BrokerException("interrupted while waiting for the brokers", e);
  }

  @Override
  public void close() {
    admin.close(ANSWER_TIMEOUT);
  }
}
