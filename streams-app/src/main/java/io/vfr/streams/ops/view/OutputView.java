package io.vfr.streams.ops.view;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vfr.schemas.Topic;
import io.vfr.schemas.Topics;
import io.vfr.streams.config.AppConfig;
import io.vfr.streams.config.KafkaProperties;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The committed outputs of all partitions, read like any other consumer would read them: the last
 * records of each topic, and what comes after. It reads while somebody has asked within the last
 * two minutes, so that it costs nothing when nobody does, and not while memory is short: scoring
 * comes first. Thread-safe.
 */
public final class OutputView implements AutoCloseable {
  /** How many of the last records of each partition are read. */
  private static final Map<Topic<?>, Long> TAILS =
      Map.of(
          Topics.PREDICTIONS, 10_000L,
          Topics.OUTCOMES, 4_000L,
          Topics.ALERTS, 1_000L,
          Topics.DEAD_LETTERS, 200L);

  /** How long it goes on reading after it was last asked. */
  static final Duration LINGER = Duration.ofMinutes(2);

  private static final int FETCH_BYTES_MAX = 4 << 20;
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration PATIENCE = Duration.ofSeconds(3);
  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(10);
  private static final Logger LOG = LoggerFactory.getLogger(OutputView.class);

  private final AppConfig config;
  private final BooleanSupplier memoryShort;
  private final Set<ViewListener> listeners = new CopyOnWriteArraySet<>();

  // Guarded by this.
  private @Nullable Reading reading;
  private long askedNanos;
  private boolean closed;

  /**
   * Reads nothing yet.
   *
   * @param memoryShort while it says so nothing is read
   */
  public OutputView(AppConfig config, BooleanSupplier memoryShort) {
    this.config = config;
    this.memoryShort = memoryShort;
  }

  /** One stretch of reading, from a first question until nobody has asked for a while. */
  private final class Reading implements Runnable {
    private volatile ViewData data = new ViewData();
    private final Thread thread = Thread.ofPlatform().name("output-view").daemon().unstarted(this);
    private volatile @Nullable KafkaConsumer<byte[], byte[]> consumer;
    private volatile boolean stopped;
    private boolean caughtUp;

    @Override
    public void run() {
      try {
        read();
      } finally {
        // Whatever has ended it: the next question begins anew.
        over(this);
      }
    }

    private void read() {
      while (!isOver()) {
        try (KafkaConsumer<byte[], byte[]> connected = connect()) {
          consumer = connected;
          follow(connected);
        } catch (WakeupException e) {
          LOG.debug("The view is closed");
          return;
        } catch (KafkaException e) {
          LOG.warn("Outputs cannot be read to be shown, trying again: {}", e.getMessage());
          pause();
        }
      }
    }

    private void pause() {
      try {
        Thread.sleep(RETRY);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private boolean isOver() {
      return stopped || Thread.currentThread().isInterrupted() || isToEnd(this);
    }

    private void stop() {
      stopped = true;
      KafkaConsumer<byte[], byte[]> connected = consumer;
      if (connected != null) {
        connected.wakeup();
      }
    }

    private void follow(KafkaConsumer<byte[], byte[]> consumer) {
      // After an interruption the last records are read anew.
      data = new ViewData();
      Map<TopicPartition, Long> ends = seekToTails(consumer);
      while (!isOver()) {
        take(consumer.poll(POLL));
        if (!caughtUp && hasReached(consumer, ends)) {
          synchronized (OutputView.this) {
            caughtUp = true;
            OutputView.this.notifyAll();
          }
        }
      }
    }

    private boolean hasReached(
        KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) {
      return ends.entrySet().stream()
          .allMatch(each -> consumer.position(each.getKey()) >= each.getValue());
    }

    /**
     * Of several predictions of a symbol that were read at once the last is taken; of those that
     * were there before the last of its history.
     */
    private void take(ConsumerRecords<byte[], byte[]> records) {
      int kept = caughtUp ? 1 : SymbolHistory.POINTS_MAX;
      Map<String, Deque<ConsumerRecord<byte[], byte[]>>> predictions = new LinkedHashMap<>();
      for (ConsumerRecord<byte[], byte[]> record : records) {
        String topic = record.topic();
        if (topic.equals(Topics.DEAD_LETTERS.name())) {
          // These alone may lack a key or a value: what was refused may have lacked them.
          deadLetter(record);
        } else if (record.key() == null || record.value() == null) {
          LOG.debug("{}-{}@{} is not ours", topic, record.partition(), record.offset());
        } else if (topic.equals(Topics.PREDICTIONS.name())) {
          Deque<ConsumerRecord<byte[], byte[]>> last =
              predictions.computeIfAbsent(
                  new String(record.key(), UTF_8), symbol -> new ArrayDeque<>());
          last.addLast(record);
          if (last.size() > kept) {
            last.removeFirst();
          }
        } else if (topic.equals(Topics.OUTCOMES.name())) {
          outcome(record);
        } else if (data.alert(record)) {
          listeners.forEach(each -> each.alert(record.value()));
        }
      }
      predictions.values().forEach(last -> last.forEach(this::prediction));
    }

    private void prediction(ConsumerRecord<byte[], byte[]> record) {
      String symbol = data.prediction(record);
      if (symbol != null) {
        listeners.forEach(each -> each.prediction(symbol, record.value()));
      }
    }

    private void outcome(ConsumerRecord<byte[], byte[]> record) {
      String symbol = data.outcome(record);
      if (symbol != null) {
        listeners.forEach(each -> each.outcome(symbol, record.value()));
      }
    }

    private void deadLetter(ConsumerRecord<byte[], byte[]> record) {
      byte[] shown = data.deadLetter(record);
      if (shown != null) {
        listeners.forEach(each -> each.deadLetter(shown));
      }
    }
  }

  private KafkaConsumer<byte[], byte[]> connect() {
    Map<String, Object> properties = KafkaProperties.consumer(config);
    properties.put(ConsumerConfig.CLIENT_ID_CONFIG, config.applicationId() + "-view");
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    // What is fetched and not taken yet stands on the heap of the instance that scores.
    properties.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCH_BYTES_MAX);
    properties.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, FETCH_BYTES_MAX / 8);
    properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 2_000);
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "latest");
    properties.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) ANSWER_TIMEOUT.toMillis());
    return new KafkaConsumer<>(
        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /** Goes to the last records of every partition, and says where each ended then. */
  private static Map<TopicPartition, Long> seekToTails(KafkaConsumer<byte[], byte[]> consumer) {
    Map<TopicPartition, Long> tails = new LinkedHashMap<>();
    TAILS.forEach((topic, tail) ->
        consumer
            .partitionsFor(topic.name())
            .forEach(info -> tails.put(new TopicPartition(topic.name(), info.partition()), tail)));
    List<TopicPartition> partitions = new ArrayList<>(tails.keySet());
    consumer.assign(partitions);
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(partitions);
    tails.forEach((partition, tail) ->
        consumer.seek(
            partition,
            Math.max(
                beginnings.getOrDefault(partition, 0L), ends.getOrDefault(partition, 0L) - tail)));
    return ends;
  }

  private synchronized void over(Reading mine) {
    if (reading == mine) {
      reading = null;
    }
    notifyAll();
  }

  private synchronized boolean isToEnd(Reading mine) {
    boolean unasked = listeners.isEmpty() && System.nanoTime() - askedNanos > LINGER.toNanos();
    return unasked || memoryShort.getAsBoolean() || reading != mine;
  }

  /** What has been read; begins to read if need be. */
  private synchronized Reading asked() {
    if (closed) {
      throw new ViewUnavailableException("the instance stops");
    }
    if (memoryShort.getAsBoolean()) {
      throw new ViewUnavailableException(
          "the instance sheds load: its memory is short, and scoring comes first");
    }
    askedNanos = System.nanoTime();
    Reading current = reading;
    if (current == null) {
      current = new Reading();
      reading = current;
      current.thread.start();
    }
    return current;
  }

  /**
   * What has been read, once everything has been that was there at the first question; less if that
   * takes longer than a limit.
   *
   * @throws ViewUnavailableException if nothing is to be read now
   */
  public ViewData look(Duration patience) {
    Reading current = asked();
    long end = System.nanoTime() + patience.toNanos();
    synchronized (this) {
      while (!current.caughtUp && reading == current) {
        long left = end - System.nanoTime();
        if (left <= 0) {
          break;
        }
        try {
          wait(Math.max(1, left / 1_000_000));
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          break;
        }
      }
    }
    return current.data;
  }

  /**
   * The same, for an answer that somebody waits for.
   *
   * @throws ViewUnavailableException if nothing is to be read now
   */
  public ViewData look() {
    return look(PATIENCE);
  }

  /**
   * Tells a listener of everything that is read from now on; it must be taken off again.
   *
   * @throws ViewUnavailableException if nothing is to be read now
   */
  public void add(ViewListener listener) {
    listeners.add(listener);
    asked();
  }

  /** Takes a listener off. */
  public void remove(ViewListener listener) {
    listeners.remove(listener);
  }

  /** Whether it reads now. */
  public synchronized boolean isReading() {
    return reading != null;
  }

  @Override
  public void close() {
    Reading last;
    synchronized (this) {
      closed = true;
      last = reading;
      reading = null;
      notifyAll();
    }
    if (last != null) {
      last.stop();
    }
  }
}
