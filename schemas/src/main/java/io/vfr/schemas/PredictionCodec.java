package io.vfr.schemas;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Predictions as JSON. */
final class PredictionCodec implements MessageCodec<Prediction> {
  @Override
  public byte[] write(Prediction message) {
    return JsonOut.write(message, PredictionCodec::write);
  }

  @Override
  public Prediction read(byte[] json) {
    return JsonIn.read(json, in -> new Draft().read(in));
  }

  private static void write(JsonOut out, Prediction p) {
    out.text(Name.ID, p.id());
    out.text(Name.SYMBOL, p.symbol());
    out.integer(Name.TS, p.ts());
    out.integer(Name.PRODUCED_AT, p.producedAt());
    out.integer(Name.EXPIRES_AT, p.expiresAt());
    out.text(Name.HORIZON, p.horizon());
    out.number(Name.EXPECTED_RETURN, p.expectedReturn());
    out.constant(Name.DIRECTION, p.direction());
    ForecastJson.write(out, p.probability());
    out.number(Name.CONFIDENCE, p.confidence());
    ForecastJson.write(out, p.interval());
    Double volatility = p.volatility();
    out.numberOrNull(Name.VOLATILITY, volatility == null ? Double.NaN : volatility);
    ForecastJson.write(out, p.consensus());
    out.objects(Name.MODELS, p.models(), ModelScoreJson::write);
    out.objects(Name.DRIVERS, p.drivers(), EvidenceJson::write);
    out.constant(Name.DRIVERS_METHOD, p.driversMethod());
    if (!p.driversBy().isEmpty()) {
      EvidenceJson.write(out, p.driversBy());
    }
    EvidenceJson.write(out, p.features());
    out.bool(Name.DEGRADED, p.degraded());
    out.constants(Name.DEGRADED_REASONS, p.degradedReasons());
    EvidenceJson.write(out, p.source());
    out.integer(Name.LATENCY_MILLIS, p.latencyMillis());
  }

  /** The fields of a prediction while it is being read. */
  private static final class Draft {
    private @Nullable String id;
    private @Nullable String symbol;
    private long ts = JsonIn.NO_INTEGER;
    private long producedAt = JsonIn.NO_INTEGER;
    private long expiresAt = JsonIn.NO_INTEGER;
    private @Nullable String horizon;
    private double expectedReturn = Double.NaN;
    private @Nullable Direction direction;
    private @Nullable Probability probability;
    private double confidence = Double.NaN;
    private @Nullable PredictionInterval interval;
    private double volatility = Double.NaN;
    private @Nullable Consensus consensus;
    private @Nullable List<ModelScore> models;
    private @Nullable List<Driver> drivers;
    private @Nullable DriversMethod driversMethod;
    private Map<String, AttributionMethod> driversBy = Map.of();
    private @Nullable FeatureSummary features;
    private @Nullable Boolean degraded;
    private @Nullable List<DegradedReason> degradedReasons;
    private @Nullable SourceRef source;
    private long latencyMillis = JsonIn.NO_INTEGER;

    Prediction read(JsonIn in) throws IOException {
      Fields fields = in.fields();
      for (String field = fields.next(); field != null; field = fields.next()) {
        if (!head(in, field) && !tail(in, field)) {
          in.skip();
        }
      }
      Prediction prediction =
          new Prediction(
              Required.value("id", id),
              Required.value("symbol", symbol),
              Required.integer("ts", ts),
              Required.integer("producedAt", producedAt),
              Required.integer("expiresAt", expiresAt),
              Required.value("horizon", horizon),
              Required.number("expectedReturn", expectedReturn),
              Required.value("direction", direction),
              Required.value("probability", probability),
              Required.number("confidence", confidence),
              interval,
              Double.isNaN(volatility) ? null : volatility,
              Required.value("consensus", consensus),
              Required.value("models", models),
              Required.value("drivers", drivers),
              Required.value("driversMethod", driversMethod),
              driversBy,
              Required.value("features", features),
              Required.value("degradedReasons", degradedReasons),
              Required.value("source", source),
              Required.integer("latencyMillis", latencyMillis));
      if (Required.value("degraded", degraded) != prediction.degraded()) {
        throw new InvalidMessageException(
            RejectCode.OUT_OF_RANGE,
            "degraded must be true exactly if there are degradedReasons, but is "
                + degraded
                + " with "
                + prediction.degradedReasons());
      }
      return prediction;
    }

    private boolean head(JsonIn in, String field) throws IOException {
      switch (field) {
        case "id" -> id = in.text(field);
        case "symbol" -> symbol = in.text(field);
        case "ts" -> ts = in.integer(field);
        case "producedAt" -> producedAt = in.integer(field);
        case "expiresAt" -> expiresAt = in.integer(field);
        case "horizon" -> horizon = in.text(field);
        case "expectedReturn" -> expectedReturn = in.number(field);
        case "direction" -> direction = in.constant(field, Direction.class);
        case "probability" -> probability = in.object(field, ForecastJson::probability);
        case "confidence" -> confidence = in.number(field);
        case "interval" -> interval = in.object(field, ForecastJson::interval);
        default -> {
          return false;
        }
      }
      return true;
    }

    private boolean tail(JsonIn in, String field) throws IOException {
      switch (field) {
        case "volatility" -> volatility = in.number(field);
        case "consensus" -> consensus = in.object(field, ForecastJson::consensus);
        case "models" -> models = in.array(field, ModelScoreJson::read);
        case "drivers" -> drivers = in.array(field, EvidenceJson::driver);
        case "driversMethod" -> driversMethod = in.constant(field, DriversMethod.class);
        case "driversBy" -> driversBy = EvidenceJson.methods(in);
        case "features" -> features = in.object(field, EvidenceJson::features);
        case "degraded" -> degraded = in.bool(field);
        case "degradedReasons" -> degradedReasons = in.array(field, EvidenceJson::reason);
        case "source" -> source = in.object(field, EvidenceJson::source);
        case "latencyMillis" -> latencyMillis = in.integer(field);
        default -> {
          return false;
        }
      }
      return true;
    }
  }
}
