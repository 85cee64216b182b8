package io.vfr.streams.ops.letters;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vfr.schemas.Topics;
import io.vfr.streams.config.AppConfig;
import io.vfr.streams.config.KafkaProperties;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Sends original records of dead letters to their input topics again. Each transaction holds the
 * records and a mark for each on {@code vfr.redrives}, so that a letter is sent again and marked,
 * or neither, whatever is killed when; and one transactional id fences a second redrive that runs
 * at the same time.
 */
public final class Redrive {
  private static final int TRANSACTION_RECORDS_MAX = 200;
  private static final long TRANSACTION_BYTES_MAX = 32L << 20;
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);
  private static final Set<String> INPUTS =
      Set.of(
          Topics.PRICES.name(),
          Topics.FUNDAMENTALS.name(),
          Topics.SENTIMENT.name(),
          Topics.MACRO.name());

  /** What becomes of one letter. */
  public enum Outcome {
    /** Sent again, or would be. */
    SENT,
    /** It was sent again before. */
    DONE_BEFORE,
    /** Its record had been sent again already when it was refused. */
    FAILED_AGAIN,
    /** Its value is not the whole one. */
    TRUNCATED,
    /** Its record does not come from an input topic. */
    NOT_AN_INPUT
  }

  private final AppConfig config;
  private final boolean again;
  private final boolean dryRun;

  /**
   * Prepares.
   *
   * @param again whether to send letters that were sent again before, and records that failed again
   * @param dryRun whether only to tell
   */
  public Redrive(AppConfig config, boolean again, boolean dryRun) {
    this.config = config;
    this.again = again;
    this.dryRun = dryRun;
  }

  /**
   * Sends what a filter lets pass.
   *
   * @param limit most records to send
   * @param told takes each letter with what became of it, after it is committed
   * @throws LetterException if the brokers refuse or another redrive took over; what was told is
   *     done
   */
  public void run(LetterFilter filter, int limit, BiConsumer<DeadLetter, Outcome> told) {
    try (Batch batch = dryRun ? null : new Batch(config);
        LetterReader reader = new LetterReader(config)) {
      // After the producer has ended what an earlier one left open: nothing is unseen then.
      Set<String> marked = reader.redriven();
      int[] sent = {0};
      reader.forEachWhile(
          filter,
          letter -> {
            Outcome outcome = outcome(letter, marked);
            if (outcome == Outcome.SENT) {
              sent[0]++;
              if (batch != null) {
                batch.add(letter, told);
              } else {
                told.accept(letter, outcome);
              }
            } else {
              told.accept(letter, outcome);
            }
            return sent[0] < limit;
          });
      if (batch != null) {
        batch.commit(told);
      }
    } catch (KafkaException e) {
      throw new LetterException("the redrive stopped: " + LetterReader.reason(e), e);
    }
  }

  private Outcome outcome(DeadLetter letter, Set<String> marked) {
    if (!INPUTS.contains(letter.topic())) {
      return Outcome.NOT_AN_INPUT;
    }
    if (letter.truncated()) {
      return Outcome.TRUNCATED;
    }
    if (!again && marked.contains(letter.id())) {
      return Outcome.DONE_BEFORE;
    }
    return !again && letter.redrives() > 0 ? Outcome.FAILED_AGAIN : Outcome.SENT;
  }

  /** The letters of one transaction. */
  private static final class Batch implements AutoCloseable {
    private final KafkaProducer<byte[], byte[]> producer;
    private final List<DeadLetter> letters = new ArrayList<>();
    private long bytes;

    Batch(AppConfig config) {
      Map<String, Object> properties = new HashMap<>(KafkaProperties.producer(config));
      properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, config.applicationId() + "-redrive");
      properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
      properties.put(ProducerConfig.ACKS_CONFIG, "all");
      properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 8 << 20);
      properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 30_000);
      producer =
          new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
      try {
        producer.initTransactions();
      } catch (KafkaException e) {
        producer.close(Duration.ZERO);
        throw e;
      }
    }

    void add(DeadLetter letter, BiConsumer<DeadLetter, Outcome> told) {
      if (letters.isEmpty()) {
        producer.beginTransaction();
      }
      letters.add(letter);
      bytes += letter.value() == null ? 0 : letter.value().length;
      // A failed send fails the commit.
      send(
          new ProducerRecord<>(
              letter.topic(), null, null, letter.key(), letter.value(), letter.redriven()));
      send(new ProducerRecord<>(Topics.REDRIVES.name(), letter.id().getBytes(UTF_8), mark(letter)));
      if (letters.size() >= TRANSACTION_RECORDS_MAX || bytes >= TRANSACTION_BYTES_MAX) {
        commit(told);
      }
    }

    private void send(ProducerRecord<byte[], byte[]> record) {
      producer.send(record, (metadata, error) -> {});
    }

    private static byte[] mark(DeadLetter letter) {
      return ("{\"partition\":"
              + letter.partition()
              + ",\"offset\":"
              + letter.offset()
              + ",\"count\":"
              + (letter.redrives() + 1)
              + "}")
          .getBytes(UTF_8);
    }

    void commit(BiConsumer<DeadLetter, Outcome> told) {
      if (letters.isEmpty()) {
        return;
      }
      producer.commitTransaction();
      for (DeadLetter letter : List.copyOf(letters)) {
        told.accept(letter, Outcome.SENT);
      }
      letters.clear();
      bytes = 0;
    }

    /** What is not committed is aborted. */
    @Override
    public void close() {
      producer.close(CLOSE_TIMEOUT);
    }
  }
}
