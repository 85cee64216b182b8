package io.vfr.schemas;

import java.util.List;
import java.util.function.Function;

/** Every kind of message beside its schema, codec and a generator. */
enum Kinds {
  PRICE(MessageSchema.PRICE, Topics.PRICES, RandomMessages::price),
  FUNDAMENTALS(MessageSchema.FUNDAMENTALS, Topics.FUNDAMENTALS, RandomMessages::fundamentals),
  SENTIMENT(MessageSchema.SENTIMENT, Topics.SENTIMENT, RandomMessages::sentiment),
  MACRO(MessageSchema.MACRO, Topics.MACRO, RandomMessages::macro),
  MODEL_REGISTRATION(MessageSchema.MODEL_REGISTRATION, Topics.MODELS, RandomMessages::registration),
  PREDICTION(MessageSchema.PREDICTION, Topics.PREDICTIONS, RandomMessages::prediction),
  ALERT(MessageSchema.ALERT, Topics.ALERTS, RandomMessages::alert),
  FEATURES(MessageSchema.FEATURES, Topics.FEATURES, RandomMessages::features),
  OUTCOME(MessageSchema.OUTCOME, Topics.OUTCOMES, RandomMessages::outcome);

  final MessageSchema schema;
  final Topic<?> topic;
  private final Message<?> message;

  <T> Kinds(MessageSchema schema, Topic<T> topic, Function<RandomMessages, T> generator) {
    this.schema = schema;
    this.topic = topic;
    this.message = new Message<>(topic.codec(), generator);
  }

  /** A random message as JSON. */
  byte[] random(RandomMessages messages) {
    return message.write(messages);
  }

  /** A random message, and what is read back after writing it. */
  List<Object> roundTrip(RandomMessages messages) {
    return message.roundTrip(messages);
  }

  /** Reads a message and writes it again. */
  byte[] rewrite(byte[] json) {
    return message.rewrite(json);
  }

  /** The inputs: what outsiders send. */
  static List<Kinds> inputs() {
    return List.of(PRICE, FUNDAMENTALS, SENTIMENT, MACRO, MODEL_REGISTRATION);
  }

  /** Parses untrusted bytes; for inputs only. */
  Parsed<?> parse(byte[] json) {
    return ((InputCodec<?>) topic.codec()).parse(json);
  }

  private record Message<T>(MessageCodec<T> codec, Function<RandomMessages, T> generator) {
    byte[] write(RandomMessages messages) {
      return codec.write(generator.apply(messages));
    }

    List<Object> roundTrip(RandomMessages messages) {
      T message = generator.apply(messages);
      return List.of((Object) message, codec.read(codec.write(message)));
    }

    byte[] rewrite(byte[] json) {
      return codec.write(codec.read(json));
    }
  }
}
