package io.vfr.schemas;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Feature vectors as JSON: NaN becomes null. */
final class FeatureValuesCodec implements MessageCodec<FeatureValues> {
  @Override
  public byte[] write(FeatureValues message) {
    return JsonOut.write(message, FeatureValuesCodec::write);
  }

  private static void write(JsonOut out, FeatureValues vector) {
    out.text(Name.SYMBOL, vector.symbol());
    out.integer(Name.TS, vector.ts());
    out.text(Name.SCHEMA, vector.schema());
    out.object(Name.VALUES);
    List<String> names = vector.names();
    for (int i = 0; i < names.size(); i++) {
      out.numberOrNull(names.get(i), vector.value(i));
    }
    out.end();
  }

  @Override
  public FeatureValues read(byte[] json) {
    return JsonIn.read(json, FeatureValuesCodec::read);
  }

  private static FeatureValues read(JsonIn in) throws IOException {
    String symbol = null;
    long ts = JsonIn.NO_INTEGER;
    String schema = null;
    Columns values = null;
    Fields fields = in.fields();
    for (String field = fields.next(); field != null; field = fields.next()) {
      switch (field) {
        case "symbol" -> symbol = in.text(field);
        case "ts" -> ts = in.integer(field);
        case "schema" -> schema = in.text(field);
        case "values" -> values = in.object(field, Columns::read);
        default -> in.skip();
      }
    }
    Columns columns = Required.value("values", values);
    return new FeatureValues(
        Required.value("symbol", symbol),
        Required.integer("ts", ts),
        Required.value("schema", schema),
        columns.names,
        Arrays.copyOf(columns.values, columns.names.size()));
  }

  /** Names and values in the order of the message. */
  private static final class Columns {
    private final List<String> names = new ArrayList<>();
    private double[] values = new double[128];

    static Columns read(JsonIn in) throws IOException {
      Columns columns = new Columns();
      Fields fields = in.fields();
      for (String name = fields.next(); name != null; name = fields.next()) {
        int index = columns.names.size();
        if (index == columns.values.length) {
          columns.values = Arrays.copyOf(columns.values, 2 * index);
        }
        columns.names.add(name);
        columns.values[index] = in.number(name);
      }
      return columns;
    }
  }
}
