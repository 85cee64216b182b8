package io.vfr.chaos.swaps;

import io.vfr.chaos.harness.Ledger;
import io.vfr.chaos.harness.TopicReader;
import io.vfr.chaos.oracle.Sample;
import io.vfr.chaos.oracle.Version;
import io.vfr.schemas.AlertType;
import io.vfr.schemas.Codecs;
import io.vfr.schemas.InvalidMessageException;
import io.vfr.schemas.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Everything that comes out while models are swapped, read as it is committed. Thread-safe. */
final class SwapOutputs implements AutoCloseable {
  private static final int SAMPLES_PER_SET = 4;

  private final Map<String, Version> goodByDigest = new ConcurrentHashMap<>();
  private final PredictionLog predictions;
  private final RejectionLog rejections = new RejectionLog();
  private final SetHistory history;
  private final SampleTaker samples;
  private final TopicReader reader;
  private long deadLetters;

  /**
   * Starts to read.
   *
   * @param sampled symbols of which predictions are computed again
   */
  SwapOutputs(
      String bootstrapServers, Ledger ledger, Map<String, Version> shipped, List<String> sampled) {
    shipped.values().forEach(version -> goodByDigest.put(version.digest(), version));
    predictions = new PredictionLog(ledger, goodByDigest);
    history = new SetHistory(shipped);
    samples = new SampleTaker(sampled, SAMPLES_PER_SET);
    Map<String, Consumer<ConsumerRecord<String, byte[]>>> handlers = new HashMap<>();
    handlers.put(Topics.PREDICTIONS.name(), this::prediction);
    handlers.put(Topics.FEATURES.name(), this::features);
    handlers.put(Topics.ALERTS.name(), this::alert);
    handlers.put(Topics.MODELS.name(), this::registration);
    handlers.put(Topics.DEAD_LETTERS.name(), record -> deadLetter());
    reader = new TopicReader(bootstrapServers, handlers);
  }

  private void prediction(ConsumerRecord<String, byte[]> record) {
    var prediction = Codecs.PREDICTION.read(record.value());
    synchronized (this) {
      predictions.add(record.partition(), prediction);
      samples.prediction(prediction);
      notifyAll();
    }
  }

  private void features(ConsumerRecord<String, byte[]> record) {
    // The others are only passed over: reading all of them would cost as much as making them.
    if (samples.follows(record.key())) {
      var vector = Codecs.FEATURES.read(record.value());
      synchronized (this) {
        samples.vector(vector);
      }
    }
  }

  private synchronized void alert(ConsumerRecord<String, byte[]> record) {
    rejections.add(Codecs.ALERT.read(record.value()));
    notifyAll();
  }

  private synchronized void registration(ConsumerRecord<String, byte[]> record) {
    try {
      history.registered(Codecs.MODEL_REGISTRATION.read(record.value()), record.offset());
    } catch (InvalidMessageException e) {
      throw new IllegalStateException("a registration that is none, at " + record.offset(), e);
    }
  }

  private synchronized void deadLetter() {
    deadLetters++;
  }

  /** Says that a version is good; before it is registered. */
  void expectGood(Version version) {
    goodByDigest.put(version.digest(), version);
  }

  /** Says that a version is bad; before it is registered. */
  synchronized void expectBad(Version version, Flaw flaw) {
    rejections.expect(version, flaw);
    history.bad(version.key());
  }

  /** Begins a phase of live prices. */
  synchronized void phase(String name) {
    samples.begin();
    predictions.phase(name);
  }

  /** How many predictions there were so far. */
  synchronized long count() {
    return predictions.count();
  }

  /** Waits for a prediction with a set after so many; false if the time is up first. */
  boolean awaitSet(String set, long after, Duration timeout) throws InterruptedException {
    return await(() -> predictions.seenAfter(set, after), timeout);
  }

  /** Waits until a version is refused; false if the time is up first. */
  boolean awaitRejection(Version version, Duration timeout) throws InterruptedException {
    return await(() -> rejections.isRejected(version), timeout);
  }

  private synchronized boolean await(BooleanSupplier condition, Duration timeout)
      throws InterruptedException {
    long end = System.nanoTime() + timeout.toNanos();
    while (!condition.getAsBoolean()) {
      reader.check();
      long millis = (end - System.nanoTime()) / 1_000_000;
      if (millis <= 0) {
        return false;
      }
      wait(Math.min(millis, 1000));
    }
    return true;
  }

  /** Looks at what was read, while nothing is added. */
  synchronized <T> T look(Supplier<T> look) {
    return look.get();
  }

  PredictionLog predictions() {
    return predictions;
  }

  RejectionLog rejections() {
    return rejections;
  }

  SetHistory history() {
    return history;
  }

  List<Sample> samples() {
    return samples.samples();
  }

  Map<String, Version> goodByDigest() {
    return Map.copyOf(goodByDigest);
  }

  long deadLetters() {
    return deadLetters;
  }

  /** How many alerts of a type were raised. */
  int raised(AlertType type) {
    return rejections.raised().getOrDefault(type.name(), 0);
  }

  /** Stops reading; what was read can be looked at without a lock then. */
  @Override
  public void close() throws InterruptedException {
    reader.close();
    reader.check();
  }
}
