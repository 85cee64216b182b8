package io.vfr.schemas;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Fundamentals as JSON. Values that are null are unknown and left out. */
final class FundamentalsCodec implements InputCodec<Fundamentals> {
  @Override
  public byte[] write(Fundamentals message) {
    return UncheckedInputs.fundamentals(
        message.symbol(), message.knownAt(), message.periodEnd(), message.values());
  }

  @Override
  public Parsed<Fundamentals> parse(byte[] json) {
    return JsonIn.parse(json, FundamentalsCodec::read);
  }

  private static Fundamentals read(JsonIn in) throws IOException {
    String symbol = null;
    long knownAt = JsonIn.NO_INTEGER;
    long periodEnd = JsonIn.NO_INTEGER;
    Map<String, Double> values = null;
    Fields fields = in.fields();
    for (String field = fields.next(); field != null; field = fields.next()) {
      switch (field) {
        case "symbol" -> symbol = in.text(field);
        case "knownAt" -> knownAt = in.integer(field);
        case "periodEnd" -> periodEnd = in.integer(field);
        case "values" -> values = in.object(field, FundamentalsCodec::values);
        default -> in.skip();
      }
    }
    return new Fundamentals(
        Required.value("symbol", symbol),
        Required.integer("knownAt", knownAt),
        Required.integer("periodEnd", periodEnd),
        Required.value("values", values));
  }

  private static Map<String, Double> values(JsonIn in) throws IOException {
    Map<String, Double> values = new LinkedHashMap<>();
    Fields fields = in.fields();
    int entries = 0;
    for (String name = fields.next(); name != null; name = fields.next()) {
      Bounds.name("a name in values", name);
      if (++entries > Bounds.FUNDAMENTALS_VALUES_MAX) {
        throw new InvalidMessageException(
            RejectCode.TOO_MANY_VALUES,
            "values must have at most " + Bounds.FUNDAMENTALS_VALUES_MAX + " entries");
      }
      double value = in.number(name);
      if (!Double.isNaN(value)) {
        values.put(name, value);
      }
    }
    return values;
  }
}
