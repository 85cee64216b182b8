package io.vfr.schemas;

import java.io.IOException;

/** Alerts as JSON. */
final class AlertCodec implements MessageCodec<Alert> {
  @Override
  public byte[] write(Alert message) {
    return JsonOut.write(message, AlertCodec::write);
  }

  private static void write(JsonOut out, Alert alert) {
    out.text(Name.ID, alert.id());
    out.integer(Name.TS, alert.ts());
    out.constant(Name.TYPE, alert.type());
    out.constant(Name.SEVERITY, alert.severity());
    out.constant(Name.STATE, alert.state());
    out.textIfKnown(Name.SYMBOL, alert.symbol());
    out.text(Name.MESSAGE, alert.message());
    Double value = alert.value();
    out.numberIfKnown(Name.VALUE, value == null ? Double.NaN : value);
    Double threshold = alert.threshold();
    out.numberIfKnown(Name.THRESHOLD, threshold == null ? Double.NaN : threshold);
    out.textIfKnown(Name.PREDICTION_ID, alert.predictionId());
    out.text(Name.INSTANCE, alert.instance());
  }

  @Override
  public Alert read(byte[] json) {
    return JsonIn.read(json, AlertCodec::read);
  }

  private static Alert read(JsonIn in) throws IOException {
    String id = null;
    long ts = JsonIn.NO_INTEGER;
    AlertType type = null;
    Severity severity = null;
    AlertState state = null;
    String symbol = null;
    String message = null;
    double value = Double.NaN;
    double threshold = Double.NaN;
    String predictionId = null;
    String instance = null;
    Fields fields = in.fields();
    for (String field = fields.next(); field != null; field = fields.next()) {
      switch (field) {
        case "id" -> id = in.text(field);
        case "ts" -> ts = in.integer(field);
        case "type" -> type = in.constant(field, AlertType.class);
        case "severity" -> severity = in.constant(field, Severity.class);
        case "state" -> state = in.constant(field, AlertState.class);
        case "symbol" -> symbol = in.text(field);
        case "message" -> message = in.text(field);
        case "value" -> value = in.number(field);
        case "threshold" -> threshold = in.number(field);
        case "predictionId" -> predictionId = in.text(field);
        case "instance" -> instance = in.text(field);
        default -> in.skip();
      }
    }
    return new Alert(
        Required.value("id", id),
        Required.integer("ts", ts),
        Required.value("type", type),
        Required.value("severity", severity),
        Required.value("state", state),
        symbol,
        Required.value("message", message),
        Double.isNaN(value) ? null : value,
        Double.isNaN(threshold) ? null : threshold,
        predictionId,
        Required.value("instance", instance));
  }
}
