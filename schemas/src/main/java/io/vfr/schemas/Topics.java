package io.vfr.schemas;

import io.vfr.schemas.TopicSpec.Cleanup;
import io.vfr.schemas.TopicSpec.Partitions;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Every topic of the platform, once. */
public final class Topics {
  /** Bars and ticks, key symbol. */
  public static final Topic<PriceEvent> PRICES =
      new Topic<>(spec("vfr.prices", Partitions.CO_PARTITIONED, Duration.ofDays(30)), Codecs.PRICE);

  /** Dated fundamentals, key symbol. */
  public static final Topic<Fundamentals> FUNDAMENTALS =
      new Topic<>(
          spec("vfr.fundamentals", Partitions.CO_PARTITIONED, Duration.ofDays(365)),
          Codecs.FUNDAMENTALS);

  /** Sentiment observations, key symbol. */
  public static final Topic<SentimentObservation> SENTIMENT =
      new Topic<>(
          spec("vfr.sentiment", Partitions.CO_PARTITIONED, Duration.ofDays(30)), Codecs.SENTIMENT);

  /** Macro series, key series name. */
  public static final Topic<MacroValue> MACRO =
      new Topic<>(spec("vfr.macro", Partitions.ANY, Duration.ofDays(365)), Codecs.MACRO);

  /**
   * Internal: every accepted macro value, copied to every partition. Kept for ever, so that a task
   * that starts from nothing sees the whole history.
   */
  public static final Topic<MacroValue> MACRO_FANOUT =
      new Topic<>(spec("vfr.macro-fanout", Partitions.CO_PARTITIONED, null), Codecs.MACRO);

  /**
   * Internal: accepted records of the co-partitioned inputs that came on a partition that is not
   * their key's, with {@link RerouteHeaders}. Kept as long as prices: who reads them late reads
   * these late. Batches may be larger, as for dead letters.
   */
  public static final Topic<byte[]> REROUTED =
      new Topic<>(
          new TopicSpec(
              "vfr.rerouted",
              Partitions.CO_PARTITIONED,
              Cleanup.DELETE,
              Duration.ofDays(30),
              8 * TopicSpec.MESSAGE_BYTES_DEFAULT),
          Codecs.BYTES);

  /**
   * Internal: what tasks have noticed of their inputs and one task is to tell once, key topic. One
   * partition, so that one task sees all of it.
   */
  public static final Topic<byte[]> NOTICES =
      new Topic<>(spec("vfr.notices", Partitions.ONE, Duration.ofDays(7)), Codecs.BYTES);

  /** Model registrations and stage changes, key {@code <id>@<version>}. */
  public static final Topic<ModelRegistration> MODELS =
      new Topic<>(
          new TopicSpec(
              "vfr.models", Partitions.ONE, Cleanup.COMPACT, null, TopicSpec.MESSAGE_BYTES_DEFAULT),
          Codecs.MODEL_REGISTRATION);

  /** The bytes of models, in chunks. */
  public static final Topic<byte[]> MODEL_ARTIFACTS =
      new Topic<>(spec("vfr.model-artifacts", Partitions.ONE, null), Codecs.BYTES);

  /**
   * Internal: what each task has learnt of the models since its last commit, key partition. One
   * partition: the steward adds all of them up.
   */
  public static final Topic<byte[]> MODEL_SCORES =
      new Topic<>(spec("vfr.model-scores", Partitions.ONE, Duration.ofDays(7)), Codecs.BYTES);

  /** Internal: how each version of a model has done over all partitions, key {@code id@version}. */
  public static final Topic<byte[]> MODEL_STANDINGS =
      new Topic<>(
          new TopicSpec(
              "vfr.model-standings",
              Partitions.ONE,
              Cleanup.COMPACT,
              null,
              TopicSpec.MESSAGE_BYTES_DEFAULT),
          Codecs.BYTES);

  /** Predictions, key symbol. */
  public static final Topic<Prediction> PREDICTIONS =
      new Topic<>(spec("vfr.predictions", Partitions.ANY, Duration.ofDays(30)), Codecs.PREDICTION);

  /** Alerts, key symbol, or instance where there is no symbol. */
  public static final Topic<Alert> ALERTS =
      new Topic<>(spec("vfr.alerts", Partitions.ANY, Duration.ofDays(30)), Codecs.ALERT);

  /** Feature vectors, key symbol; written if {@code features.emit} is on. */
  public static final Topic<FeatureValues> FEATURES =
      new Topic<>(spec("vfr.features", Partitions.ANY, Duration.ofDays(7)), Codecs.FEATURES);

  /** Predictions that met their horizon, key symbol. */
  public static final Topic<Outcome> OUTCOMES =
      new Topic<>(spec("vfr.outcomes", Partitions.ANY, Duration.ofDays(90)), Codecs.OUTCOME);

  /**
   * Refused records, untouched, with {@link DeadLetterHeaders}. Batches may be larger than those of
   * the inputs, since the headers come on top of a record that may be as large as an input allows.
   */
  public static final Topic<byte[]> DEAD_LETTERS =
      new Topic<>(
          new TopicSpec(
              "vfr.dead-letters",
              Partitions.ANY,
              Cleanup.DELETE,
              Duration.ofDays(30),
              8 * TopicSpec.MESSAGE_BYTES_DEFAULT),
          Codecs.BYTES);

  /**
   * Internal: marks of dead letters that were sent again, key {@code partition@offset} of the
   * letter. Kept longer than the letters.
   */
  public static final Topic<byte[]> REDRIVES =
      new Topic<>(spec("vfr.redrives", Partitions.ONE, Duration.ofDays(60)), Codecs.BYTES);

  private static final List<Topic<?>> ALL =
      List.of(
          PRICES,
          FUNDAMENTALS,
          SENTIMENT,
          MACRO,
          MACRO_FANOUT,
          REROUTED,
          NOTICES,
          MODELS,
          MODEL_ARTIFACTS,
          MODEL_SCORES,
          MODEL_STANDINGS,
          PREDICTIONS,
          ALERTS,
          FEATURES,
          OUTCOMES,
          DEAD_LETTERS,
          REDRIVES);

  private Topics() {}

  /** Every topic, inputs first. */
  public static List<Topic<?>> all() {
    return ALL;
  }

  private static TopicSpec spec(String name, Partitions partitions, @Nullable Duration retention) {
    return new TopicSpec(
        name, partitions, Cleanup.DELETE, retention, TopicSpec.MESSAGE_BYTES_DEFAULT);
  }
}
