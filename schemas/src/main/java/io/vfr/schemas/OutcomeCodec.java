package io.vfr.schemas;

import java.io.IOException;
import java.util.List;

/** Outcomes as JSON. */
final class OutcomeCodec implements MessageCodec<Outcome> {
  @Override
  public byte[] write(Outcome message) {
    return JsonOut.write(message, OutcomeCodec::write);
  }

  private static void write(JsonOut out, Outcome outcome) {
    out.text(Name.PREDICTION_ID, outcome.predictionId());
    out.text(Name.SYMBOL, outcome.symbol());
    out.integer(Name.TS, outcome.ts());
    out.text(Name.HORIZON, outcome.horizon());
    out.number(Name.PREDICTED, outcome.predicted());
    out.number(Name.REALIZED, outcome.realized());
    out.number(Name.ERROR, outcome.error());
    Boolean inside = outcome.insideInterval();
    if (inside == null) {
      out.nothing(Name.INSIDE_INTERVAL);
    } else {
      out.bool(Name.INSIDE_INTERVAL, inside);
    }
    out.objects(Name.MODELS, outcome.models(), OutcomeCodec::writeModel);
  }

  private static void writeModel(JsonOut out, ModelOutcome model) {
    out.text(Name.ID, model.id());
    out.text(Name.VERSION, model.version());
    out.output(Name.OUTPUT, model.output());
    out.bool(Name.HIT, model.hit());
  }

  @Override
  public Outcome read(byte[] json) {
    return JsonIn.read(json, OutcomeCodec::read);
  }

  private static Outcome read(JsonIn in) throws IOException {
    String predictionId = null;
    String symbol = null;
    long ts = JsonIn.NO_INTEGER;
    String horizon = null;
    double predicted = Double.NaN;
    double realized = Double.NaN;
    double error = Double.NaN;
    Boolean insideInterval = null;
    List<ModelOutcome> models = null;
    Fields fields = in.fields();
    for (String field = fields.next(); field != null; field = fields.next()) {
      switch (field) {
        case "predictionId" -> predictionId = in.text(field);
        case "symbol" -> symbol = in.text(field);
        case "ts" -> ts = in.integer(field);
        case "horizon" -> horizon = in.text(field);
        case "predicted" -> predicted = in.number(field);
        case "realized" -> realized = in.number(field);
        case "error" -> error = in.number(field);
        case "insideInterval" -> insideInterval = in.bool(field);
        case "models" -> models = in.array(field, OutcomeCodec::readModel);
        default -> in.skip();
      }
    }
    return new Outcome(
        Required.value("predictionId", predictionId),
        Required.value("symbol", symbol),
        Required.integer("ts", ts),
        Required.value("horizon", horizon),
        Required.number("predicted", predicted),
        Required.number("realized", realized),
        Required.number("error", error),
        insideInterval,
        Required.value("models", models));
  }

  private static ModelOutcome readModel(JsonIn in) throws IOException {
    in.expectObject("models");
    String id = null;
    String version = null;
    double[] output = {};
    Boolean hit = null;
    Fields fields = in.fields();
    for (String field = fields.next(); field != null; field = fields.next()) {
      switch (field) {
        case "id" -> id = in.text("models.id");
        case "version" -> version = in.text("models.version");
        case "output" -> output = ModelScoreJson.output(in);
        case "hit" -> hit = in.bool("models.hit");
        default -> in.skip();
      }
    }
    return new ModelOutcome(
        Required.value("models.id", id),
        Required.value("models.version", version),
        output,
        Required.value("models.hit", hit));
  }
}
