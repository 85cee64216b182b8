package io.vfr.streams.ingest;

import io.vfr.models.StoredFormat;
import io.vfr.schemas.Alert;
import io.vfr.schemas.AlertState;
import io.vfr.schemas.AlertType;
import io.vfr.schemas.Severity;
import io.vfr.schemas.Topics;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Raises MISPARTITIONED_INPUT once per input topic and application, and clears it after a quiet
 * time. The only task that reads the notices of all others; what is raised stands in its store, so
 * that a restart neither repeats nor forgets it.
 */
final class InputWatch implements Processor<String, byte[], String, Alert> {
  /** How long no record must have been misplaced until the alert is cleared. */
  static final Duration QUIET = Duration.ofMinutes(10);

  private static final Duration CHECK_INTERVAL = Duration.ofSeconds(10);
  private static final Logger LOG = LoggerFactory.getLogger(InputWatch.class);

  private static final StoredFormat FORMAT = StoredFormat.first("a stored input alert");

  private static final List<String> WATCHED =
      List.of(Topics.PRICES.name(), Topics.FUNDAMENTALS.name(), Topics.SENTIMENT.name());

  private final String application;
  private final String instance;
  private final InstantSource clock;

  /** When each topic whose alert is raised had its newest notice, epoch milliseconds. */
  private final Map<String, Long> raised = new HashMap<>();

  private @Nullable ProcessorContext<String, Alert> context;
  private @Nullable KeyValueStore<String, byte[]> store;

  InputWatch(String application, String instance, InstantSource clock) {
    this.application = application;
    this.instance = instance;
    this.clock = clock;
  }

  @Override
  public void init(ProcessorContext<String, Alert> context) {
    this.context = context;
    KeyValueStore<String, byte[]> store = context.getStateStore(Ingest.INPUT_ALERTS);
    this.store = store;
    raised.clear();
    try (KeyValueIterator<String, byte[]> all = store.all()) {
      while (all.hasNext()) {
        KeyValue<String, byte[]> entry = all.next();
        raised.put(entry.key, newestMillis(entry.value));
      }
    }
    context.schedule(CHECK_INTERVAL, PunctuationType.WALL_CLOCK_TIME, timestamp -> clear());
  }

  @Override
  public void process(Record<String, byte[]> record) {
    PartitionNotice notice;
    try {
      notice = PartitionNotice.read(record.value());
    } catch (IOException | RuntimeException e) {
      LOG.warn("A record of {} is none, and is left out", Topics.NOTICES.name());
      return;
    }
    long quietSince = clock.millis() - QUIET.toMillis();
    if (!notice.application().equals(application)
        || !WATCHED.contains(notice.topic())
        || notice.at() < quietSince) {
      return;
    }
    Long last = raised.get(notice.topic());
    remember(notice.topic(), last == null ? notice.at() : Math.max(last, notice.at()));
    if (last == null) {
      publish(notice.topic(), AlertState.RAISED, Severity.WARNING, message(notice), notice.at());
    }
  }

  private static String message(PartitionNotice notice) {
    return String.format(
        Locale.ROOT,
        "a producer of %s puts keys on other partitions than Java's default partitioner: %s came"
            + " on partition %d at offset %d and belongs on %d. Its records are sent on, at the"
            + " cost of a second hop. Set partitioner=murmur2_random in clients built on librdkafka"
            + " (Python, Go, .NET, Node.js), and choose no partition yourself",
        notice.topic(),
        notice.key(),
        notice.partition(),
        notice.offset(),
        notice.home());
  }

  private void clear() {
    long now = clock.millis();
    for (Map.Entry<String, Long> entry : Map.copyOf(raised).entrySet()) {
      if (now - entry.getValue() > QUIET.toMillis()) {
        raised.remove(entry.getKey());
        initialised(store).delete(entry.getKey());
        publish(
            entry.getKey(),
            AlertState.CLEARED,
            Severity.INFO,
            "for "
                + QUIET.toMinutes()
                + " minutes every record of "
                + entry.getKey()
                + " has come on its key's partition",
            now);
      }
    }
  }

  private void remember(String topic, long newestMillis) {
    raised.put(topic, newestMillis);
    initialised(store).put(topic, bytes(newestMillis));
  }

  static byte[] bytes(long newestMillis) {
    return ByteBuffer.allocate(1 + Long.BYTES).put(FORMAT.version()).putLong(newestMillis).array();
  }

  static long newestMillis(byte[] value) {
    ByteBuffer in = ByteBuffer.wrap(value);
    FORMAT.check(in.get());
    return in.getLong();
  }

  private void publish(String topic, AlertState state, Severity severity, String message, long at) {
    LOG.warn("{} {}: {}", AlertType.MISPARTITIONED_INPUT, state, message);
    Alert alert =
        new Alert(
            AlertType.MISPARTITIONED_INPUT
                + ":"
                + topic
                + ":"
                + state.name().toLowerCase(Locale.ROOT)
                + ":"
                + at,
            at,
            AlertType.MISPARTITIONED_INPUT,
            severity,
            state,
            null,
            message,
            null,
            null,
            null,
            instance);
    initialised(context).forward(new Record<>(instance, alert, at));
  }

  private static <T> T initialised(@Nullable T part) {
    if (part == null) {
      throw new IllegalStateException("the processor was not initialised");
    }
    return part;
  }
}
