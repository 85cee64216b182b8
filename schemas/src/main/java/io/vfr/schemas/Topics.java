package io.vfr.schemas;

import io.vfr.schemas.TopicSpec.Cleanup;
import io.vfr.schemas.TopicSpec.Partitions;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Every topic of the platform, once. */
public final class Topics {
  /** Bars and ticks, key symbol. */
  public static final TopicSpec PRICES =
      topic("vfr.prices", Partitions.CO_PARTITIONED, Duration.ofDays(30));

  /** Dated fundamentals, key symbol. */
  public static final TopicSpec FUNDAMENTALS =
      topic("vfr.fundamentals", Partitions.CO_PARTITIONED, Duration.ofDays(365));

  /** Sentiment observations, key symbol. */
  public static final TopicSpec SENTIMENT =
      topic("vfr.sentiment", Partitions.CO_PARTITIONED, Duration.ofDays(30));

  /** Macro series, key series name. */
  public static final TopicSpec MACRO = topic("vfr.macro", Partitions.ANY, Duration.ofDays(365));

  /**
   * Internal: every accepted macro value, copied to every partition. Kept for ever, so that a task
   * that starts from nothing sees the whole history.
   */
  public static final TopicSpec MACRO_FANOUT =
      topic("vfr.macro-fanout", Partitions.CO_PARTITIONED, null);

  /** Model registrations and stage changes, key {@code <id>@<version>}. */
  public static final TopicSpec MODELS =
      new TopicSpec(
          "vfr.models", Partitions.ONE, Cleanup.COMPACT, null, TopicSpec.MESSAGE_BYTES_DEFAULT);

  /** The bytes of models, in chunks. */
  public static final TopicSpec MODEL_ARTIFACTS =
      topic("vfr.model-artifacts", Partitions.ONE, null);

  /** Predictions, key symbol. */
  public static final TopicSpec PREDICTIONS =
      topic("vfr.predictions", Partitions.ANY, Duration.ofDays(30));

  /** Alerts, key symbol, or instance where there is no symbol. */
  public static final TopicSpec ALERTS = topic("vfr.alerts", Partitions.ANY, Duration.ofDays(30));

  /** Feature vectors, key symbol; written if {@code features.emit} is on. */
  public static final TopicSpec FEATURES =
      topic("vfr.features", Partitions.ANY, Duration.ofDays(7));

  /** Predictions that met their horizon, key symbol. */
  public static final TopicSpec OUTCOMES =
      topic("vfr.outcomes", Partitions.ANY, Duration.ofDays(90));

  /**
   * Refused records, untouched, with {@link DeadLetterHeaders}. Batches may be larger than those of
   * the inputs, since the headers come on top of a record that may be as large as an input allows.
   */
  public static final TopicSpec DEAD_LETTERS =
      new TopicSpec(
          "vfr.dead-letters",
          Partitions.ANY,
          Cleanup.DELETE,
          Duration.ofDays(30),
          2 * TopicSpec.MESSAGE_BYTES_DEFAULT);

  private static final List<TopicSpec> ALL =
      List.of(
          PRICES,
          FUNDAMENTALS,
          SENTIMENT,
          MACRO,
          MACRO_FANOUT,
          MODELS,
          MODEL_ARTIFACTS,
          PREDICTIONS,
          ALERTS,
          FEATURES,
          OUTCOMES,
          DEAD_LETTERS);

  private Topics() {}

  /** Every topic, inputs first. */
  public static List<TopicSpec> all() {
    return ALL;
  }

  private static TopicSpec topic(String name, Partitions partitions, @Nullable Duration retention) {
    return new TopicSpec(
        name, partitions, Cleanup.DELETE, retention, TopicSpec.MESSAGE_BYTES_DEFAULT);
  }
}
