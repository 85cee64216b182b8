package io.vfr.schemas;

import java.io.IOException;
import java.util.List;

/** What a model contributed to a prediction, as JSON. */
final class ModelScoreJson {
  private static final double[] NO_OUTPUT = {};

  private ModelScoreJson() {}

  static void write(JsonOut out, ModelScore score) {
    out.text(Name.ID, score.id());
    out.text(Name.VERSION, score.version());
    out.text(Name.DIGEST, score.digest());
    out.output(Name.OUTPUT, score.output());
    out.constant(Name.SIGNAL, score.signal());
    out.number(Name.WEIGHT, score.weight());
    out.number(Name.CONFIDENCE, score.confidence());
    out.integer(Name.LATENCY_MICROS, score.latencyMicros());
    out.constant(Name.STATUS, score.status());
    out.textIfKnown(Name.FALLBACK_FOR, score.fallbackFor());
  }

  static ModelScore read(JsonIn in) throws IOException {
    in.expectObject("models");
    String id = null;
    String version = null;
    String digest = null;
    double[] output = NO_OUTPUT;
    Signal signal = null;
    double weight = Double.NaN;
    double confidence = Double.NaN;
    long latencyMicros = JsonIn.NO_INTEGER;
    ModelStatus status = null;
    String fallbackFor = null;
    Fields fields = in.fields();
    for (String field = fields.next(); field != null; field = fields.next()) {
      switch (field) {
        case "id" -> id = in.text("models.id");
        case "version" -> version = in.text("models.version");
        case "digest" -> digest = in.text("models.digest");
        case "output" -> output = output(in);
        case "signal" -> signal = in.constant("models.signal", Signal.class);
        case "weight" -> weight = in.number("models.weight");
        case "confidence" -> confidence = in.number("models.confidence");
        case "latencyMicros" -> latencyMicros = in.integer("models.latencyMicros");
        case "status" -> status = in.constant("models.status", ModelStatus.class);
        case "fallbackFor" -> fallbackFor = in.text("models.fallbackFor");
        default -> in.skip();
      }
    }
    return new ModelScore(
        Required.value("models.id", id),
        Required.value("models.version", version),
        Required.value("models.digest", digest),
        output,
        signal,
        Required.number("models.weight", weight),
        Required.number("models.confidence", confidence),
        Required.integer("models.latencyMicros", latencyMicros),
        Required.value("models.status", status),
        fallbackFor);
  }

  /** Reads a model's output: null as nothing, a number as one value, an array as several. */
  static double[] output(JsonIn in) throws IOException {
    if (in.atArray()) {
      List<Double> values = in.array("models.output", ModelScoreJson::element);
      return values == null
          ? NO_OUTPUT
          : values.stream().mapToDouble(Double::doubleValue).toArray();
    }
    double value = in.number("models.output");
    return Double.isNaN(value) ? NO_OUTPUT : new double[] {value};
  }

  private static Double element(JsonIn in) throws IOException {
    return Required.number("models.output", in.number("models.output"));
  }
}
