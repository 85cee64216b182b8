package io.vfr.schemas;

import java.io.IOException;

/** Sentiment observations as JSON. */
final class SentimentCodec implements InputCodec<SentimentObservation> {
  @Override
  public byte[] write(SentimentObservation message) {
    return UncheckedInputs.sentiment(
        message.symbol(),
        message.ts(),
        message.source(),
        message.sentiment(),
        message.confidence(),
        message.mentions());
  }

  @Override
  public Parsed<SentimentObservation> parse(byte[] json) {
    return JsonIn.parse(json, SentimentCodec::read);
  }

  private static SentimentObservation read(JsonIn in) throws IOException {
    String symbol = null;
    long ts = JsonIn.NO_INTEGER;
    String source = null;
    double sentiment = Double.NaN;
    double confidence = Double.NaN;
    long mentions = JsonIn.NO_INTEGER;
    Fields fields = in.fields();
    for (String field = fields.next(); field != null; field = fields.next()) {
      switch (field) {
        case "symbol" -> symbol = in.text(field);
        case "ts" -> ts = in.integer(field);
        case "source" -> source = in.text(field);
        case "sentiment" -> sentiment = in.number(field);
        case "confidence" -> confidence = in.number(field);
        case "mentions" -> mentions = in.integer(field);
        default -> in.skip();
      }
    }
    return new SentimentObservation(
        Required.value("symbol", symbol),
        Required.integer("ts", ts),
        Required.value("source", source),
        Required.number("sentiment", sentiment),
        Required.number("confidence", confidence),
        Required.integer("mentions", mentions));
  }
}
