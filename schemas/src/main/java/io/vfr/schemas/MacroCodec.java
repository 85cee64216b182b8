package io.vfr.schemas;

import java.io.IOException;

/** Macro values as JSON. */
final class MacroCodec implements InputCodec<MacroValue> {
  @Override
  public byte[] write(MacroValue message) {
    return UncheckedInputs.macro(message.series(), message.ts(), message.value());
  }

  @Override
  public Parsed<MacroValue> parse(byte[] json) {
    return JsonIn.parse(json, MacroCodec::read);
  }

  private static MacroValue read(JsonIn in) throws IOException {
    String series = null;
    long ts = JsonIn.NO_INTEGER;
    double value = Double.NaN;
    Fields fields = in.fields();
    for (String field = fields.next(); field != null; field = fields.next()) {
      switch (field) {
        case "series" -> series = in.text(field);
        case "ts" -> ts = in.integer(field);
        case "value" -> value = in.number(field);
        default -> in.skip();
      }
    }
    return new MacroValue(
        Required.value("series", series),
        Required.integer("ts", ts),
        Required.number("value", value));
  }
}
