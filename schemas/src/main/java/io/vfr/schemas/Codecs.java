package io.vfr.schemas;

/** The codec of every message, once. All are stateless and thread-safe. */
public final class Codecs {
  /** Bars and ticks. */
  public static final InputCodec<PriceEvent> PRICE = new PriceCodec();

  /** Dated fundamentals. */
  public static final InputCodec<Fundamentals> FUNDAMENTALS = new FundamentalsCodec();

  /** Sentiment observations. */
  public static final InputCodec<SentimentObservation> SENTIMENT = new SentimentCodec();

  /** Macro values. */
  public static final InputCodec<MacroValue> MACRO = new MacroCodec();

  /** Model registrations and stage changes. */
  public static final InputCodec<ModelRegistration> MODEL_REGISTRATION =
      new ModelRegistrationCodec();

  /** Predictions. */
  public static final MessageCodec<Prediction> PREDICTION = new PredictionCodec();

  /** Alerts. */
  public static final MessageCodec<Alert> ALERT = new AlertCodec();

  /** Feature vectors. */
  public static final MessageCodec<FeatureValues> FEATURES = new FeatureValuesCodec();

  /** Outcomes. */
  public static final MessageCodec<Outcome> OUTCOME = new OutcomeCodec();

  /** Bytes as they are. */
  public static final MessageCodec<byte[]> BYTES = new BytesCodec();

  private Codecs() {}

  private static final class BytesCodec implements MessageCodec<byte[]> {
    @Override
    public byte[] write(byte[] message) {
      return message;
    }

    @Override
    public byte[] read(byte[] bytes) {
      return bytes;
    }
  }
}
