package io.vfr.schemas;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/** The JSON Schemas (draft 2020-12) of the messages; they lie beside this class as resources. */
public enum MessageSchema {
  /** A bar or a tick. */
  PRICE("vfr.prices"),
  /** A bar. */
  PRICE_BAR(""),
  /** A tick. */
  PRICE_TICK(""),
  /** Dated fundamentals. */
  FUNDAMENTALS("vfr.fundamentals"),
  /** A sentiment observation. */
  SENTIMENT("vfr.sentiment"),
  /** A macro value. */
  MACRO("vfr.macro"),
  /** A model's registration or change of stage. */
  MODEL_REGISTRATION("vfr.models"),
  /** A prediction. */
  PREDICTION("vfr.predictions"),
  /** An alert. */
  ALERT("vfr.alerts"),
  /** A feature vector. */
  FEATURES("vfr.features"),
  /** A prediction that met its horizon. */
  OUTCOME("vfr.outcomes"),
  /** The headers that a dead letter adds, as one object; its key and value are the original's. */
  DEAD_LETTER_HEADERS("");

  /** What every schema's {@code $id} begins with; the file's name follows. */
  public static final String ID_PREFIX = "https://vfr.example/schemas/";

  /** Where the files lie on the class path. */
  public static final String RESOURCE_FOLDER = "io/vfr/schemas/";

  private final String topic;

  MessageSchema(String topic) {
    this.topic = topic;
  }

  /** The file's name, such as {@code price-bar.schema.json}. */
  public String fileName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-') + ".schema.json";
  }

  /** The schema's {@code $id}. */
  public String id() {
    return ID_PREFIX + fileName();
  }

  /** The schema as text. */
  public String json() {
    try (InputStream in = MessageSchema.class.getResourceAsStream(fileName())) {
      if (in == null) {
        throw new IllegalStateException("the class path lacks " + RESOURCE_FOLDER + fileName());
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + fileName(), e);
    }
  }

  /** The schema of a topic's values; empty if they are not JSON of ours or the topic is unknown. */
  public static Optional<MessageSchema> ofTopic(String topic) {
    if (topic.equals(Topics.MACRO_FANOUT.name())) {
      return Optional.of(MACRO);
    }
    for (MessageSchema schema : values()) {
      if (!topic.isEmpty() && schema.topic.equals(topic)) {
        return Optional.of(schema);
      }
    }
    return Optional.empty();
  }
}
