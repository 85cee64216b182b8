package io.vfr.chaos.oracle;

import io.vfr.chaos.harness.Ledger;
import io.vfr.chaos.harness.TopicReader;
import io.vfr.chaos.harness.Verdict;
import io.vfr.models.load.ModelLoader;
import io.vfr.models.load.Sha256;
import io.vfr.models.manifest.Manifest;
import io.vfr.models.manifest.ManifestException;
import io.vfr.models.manifest.ManifestReader;
import io.vfr.models.registry.ModelDirectory;
import io.vfr.models.registry.ModelRegistry;
import io.vfr.schemas.Codecs;
import io.vfr.schemas.FeatureValues;
import io.vfr.schemas.Prediction;
import io.vfr.schemas.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * The judgement over a run, from the topics alone: every price record against every prediction and
 * vector, and a sample of them computed again.
 */
public final class Audit {
  private static final long BAR_MILLIS = Duration.ofDays(1).toMillis();
  private static final int BREACHES_TOLD_MAX = 5;
  private static final long AROUND_FAILURE_MILLIS = 2_000;

  /**
   * What to look at.
   *
   * @param exactlyOnce whether a second answer is a breach
   * @param models directory of the models that are scored with
   * @param samples how many records are computed again, drawn from the whole run
   * @param samplesPerFailure how many more around each failure
   * @param firstNumber number of the first record of the run proper, after the history
   * @param failures when something was broken
   */
  public record Scope(
      String bootstrapServers,
      boolean exactlyOnce,
      Path models,
      long seed,
      int samples,
      int samplesPerFailure,
      long firstNumber,
      List<Outage> failures) {
    public Scope {
      failures = List.copyOf(failures);
    }
  }

  /**
   * When something was broken.
   *
   * @param from epoch milliseconds
   * @param to when the last symbol had a prediction again, epoch milliseconds
   */
  public record Outage(long from, long to) {
    boolean isNear(PriceRecord record) {
      return record.appendedAt() >= from - AROUND_FAILURE_MILLIS
          && record.appendedAt() <= to + AROUND_FAILURE_MILLIS;
    }
  }

  private final Scope scope;
  private final Verdict verdict;
  private long deadLetters;

  /** An audit that tells a verdict what it finds. */
  public Audit(Scope scope, Verdict verdict) {
    this.scope = scope;
    this.verdict = verdict;
  }

  /**
   * Reads everything and judges.
   *
   * @param acknowledged what the brokers said that they took
   */
  public void run(Ledger acknowledged) throws IOException, InterruptedException {
    InputLog inputs = InputLog.read(scope.bootstrapServers());
    judgeInputs(inputs.prices(), acknowledged);
    Set<PriceRecord> samples = samples(inputs.prices());
    Answers answers = new Answers(inputs.prices(), samples, BAR_MILLIS, scope.firstNumber());
    readOutputs(answers);
    judgeCounts(inputs.prices().size(), answers);
    judgeSamples(samples, answers, new FeatureOracle(inputs.prices(), inputs.sides()));
  }

  private void judgeInputs(List<PriceRecord> prices, Ledger acknowledged) {
    BitSet numbers = new BitSet();
    Ledger kept = new Ledger(acknowledged.partitions());
    long twice = 0;
    for (PriceRecord record : prices) {
      int number = Math.toIntExact(record.number());
      if (numbers.get(number)) {
        twice++;
      }
      numbers.set(number);
      kept.sent(record.partition(), record.offset());
    }
    long lost = acknowledged.sentNotIn(kept);
    long unacknowledged = kept.sentNotIn(acknowledged);
    verdict.figure("unacknowledgedButKept", unacknowledged);
    verdict.breachIf(lost > 0, lost + " acknowledged prices are not in the topic");
    verdict.breachIf(twice > 0, twice + " prices are in the topic twice");
  }

  private Set<PriceRecord> samples(List<PriceRecord> prices) {
    Random random = new Random(scope.seed());
    List<PriceRecord> run =
        prices.stream().filter(record -> record.number() >= scope.firstNumber()).toList();
    Set<PriceRecord> samples = new LinkedHashSet<>(drawn(run, scope.samples(), random));
    int atLarge = samples.size();
    for (Outage failure : scope.failures()) {
      List<PriceRecord> around = run.stream().filter(failure::isNear).toList();
      samples.addAll(drawn(around, scope.samplesPerFailure(), random));
    }
    verdict.figure("recomputed", samples.size());
    verdict.figure("recomputedAroundFailures", samples.size() - atLarge);
    return samples;
  }

  private static List<PriceRecord> drawn(List<PriceRecord> from, int most, Random random) {
    if (from.size() <= most) {
      return from;
    }
    Set<Integer> places = new LinkedHashSet<>();
    while (places.size() < most) {
      places.add(random.nextInt(from.size()));
    }
    return places.stream().map(from::get).toList();
  }

  private void readOutputs(Answers answers) throws InterruptedException {
    Map<String, Consumer<ConsumerRecord<String, byte[]>>> handlers = new HashMap<>();
    handlers.put(
        Topics.PREDICTIONS.name(), record -> answers.add(Codecs.PREDICTION.read(record.value())));
    handlers.put(
        Topics.FEATURES.name(), record -> answers.add(Codecs.FEATURES.read(record.value())));
    handlers.put(Topics.DEAD_LETTERS.name(), record -> deadLetters++);
    try (TopicReader reader =
        new TopicReader(scope.bootstrapServers(), scope.exactlyOnce(), handlers)) {
      reader.close();
      reader.check();
    }
  }

  private void judgeCounts(int events, Answers answers) {
    verdict.figure("events", events);
    verdict.figure("predictions", answers.count());
    verdict.figure("missing", answers.missing());
    verdict.figure("duplicated", answers.duplicated());
    verdict.figure("duplicatedVectors", answers.duplicatedVectors());
    verdict.figure("unequalCopies", answers.unequal().size());
    verdict.figure("deadLettered", deadLetters);
    verdict.figure("degraded", answers.degraded());
    verdict.breachIf(
        answers.missing() > 0,
        answers.missing() + " events have no prediction: " + answers.unanswered(BREACHES_TOLD_MAX));
    verdict.breachIf(answers.unasked() > 0, answers.unasked() + " predictions of no event");
    verdict.breachIf(
        scope.exactlyOnce() && answers.duplicated() > 0,
        answers.duplicated() + " predictions came again");
    verdict.breachIf(
        scope.exactlyOnce() && answers.duplicatedVectors() > 0,
        answers.duplicatedVectors() + " vectors came again");
    verdict.breachIf(deadLetters > 0, deadLetters + " dead letters");
    tell("unequal, ", answers.unequal());
    tell("misplaced, ", answers.misplaced());
  }

  private void judgeSamples(Set<PriceRecord> samples, Answers answers, FeatureOracle oracle)
      throws IOException {
    Map<String, Version> versions = versions(scope.models());
    EnsembleCheck ensemble = new EnsembleCheck(manifests(versions));
    List<String> wrong = new ArrayList<>();
    List<String> wrongForecasts = new ArrayList<>();
    List<Sample> outputs = new ArrayList<>();
    int vectors = 0;
    for (PriceRecord record : samples) {
      Prediction prediction = answers.prediction(record);
      FeatureValues vector = answers.vector(record);
      if (prediction == null) {
        // Told as missing.
        continue;
      }
      if (vector == null) {
        wrong.add(prediction.id() + " has no vector");
        continue;
      }
      vectors++;
      List<String> findings = oracle.check(record, vector);
      if (!findings.isEmpty()) {
        wrong.add(prediction.id() + ", " + findings.size() + " features: " + findings.getFirst());
      }
      ensemble.check(prediction, vector).stream()
          .findFirst()
          .ifPresent(finding -> wrongForecasts.add(prediction.id() + ": " + finding));
      outputs.add(
          new Sample(prediction.id(), vector, answers.closedBefore(record), prediction.models()));
    }
    OutputCheck check = new OutputCheck(versions);
    check.run(outputs);
    verdict.figure("vectorsRecomputed", vectors);
    verdict.figure("outputsRecomputed", check.compared());
    verdict.figure("outputsFromLibraries", check.fromLibraries());
    verdict.figure("wrongVectors", wrong.size());
    verdict.figure("wrongOutputs", check.wrong().size());
    verdict.figure("wrongForecasts", wrongForecasts.size());
    verdict.figure("wrong", wrong.size() + check.wrong().size() + wrongForecasts.size());
    verdict.breachIf(vectors == 0 || check.compared() == 0, "nothing was computed again");
    verdict.breachIf(check.unchecked() > 0, check.unchecked() + " outputs had no known input");
    tell("wrong vector, ", wrong);
    tell("wrong output, ", check.wrong());
    tell("wrong forecast, ", wrongForecasts);
  }

  private void tell(String what, List<String> findings) {
    findings.stream().limit(BREACHES_TOLD_MAX).forEach(each -> verdict.breach(what + each));
    verdict.breachIf(
        findings.size() > BREACHES_TOLD_MAX,
        what + "and " + (findings.size() - BREACHES_TOLD_MAX) + " more");
  }

  private static Map<String, Manifest> manifests(Map<String, Version> versions) throws IOException {
    Map<String, Manifest> manifests = new HashMap<>();
    for (Version version : versions.values()) {
      byte[] json = Files.readAllBytes(version.dir().resolve(ModelLoader.MANIFEST));
      try {
        manifests.put(version.digest(), ManifestReader.read(json));
      } catch (ManifestException e) {
        throw new IllegalStateException(version.key() + " was good: " + e.getMessage(), e);
      }
    }
    return manifests;
  }

  private static Map<String, Version> versions(Path models) throws IOException {
    List<Version> versions = new ArrayList<>();
    for (ModelDirectory directory : new ModelRegistry(models).scan().models()) {
      byte[] manifest = Files.readAllBytes(directory.path().resolve(ModelLoader.MANIFEST));
      versions.add(
          new Version(
              directory.id(),
              directory.version().toString(),
              Sha256.hex(manifest),
              directory.path()));
    }
    return versions.stream().collect(Collectors.toMap(Version::digest, version -> version));
  }
}
