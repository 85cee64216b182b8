package io.vfr.schemas;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The parts of a prediction that say what it rests on: drivers, features, reasons, source. */
final class EvidenceJson {
  private EvidenceJson() {}

  static void write(JsonOut out, Driver driver) {
    out.text(Name.FEATURE, driver.feature());
    out.numberOrNull(Name.VALUE, driver.value());
    out.number(Name.CONTRIBUTION, driver.contribution());
  }

  static Driver driver(JsonIn in) throws IOException {
    in.expectObject("drivers");
    String feature = null;
    double value = Double.NaN;
    double contribution = Double.NaN;
    Fields fields = in.fields();
    for (String field = fields.next(); field != null; field = fields.next()) {
      switch (field) {
        case "feature" -> feature = in.text("drivers.feature");
        case "value" -> value = in.number("drivers.value");
        case "contribution" -> contribution = in.number("drivers.contribution");
        default -> in.skip();
      }
    }
    return new Driver(
        Required.value("drivers.feature", feature),
        value,
        Required.number("drivers.contribution", contribution));
  }

  static void write(JsonOut out, Map<String, AttributionMethod> methods) {
    out.object(Name.DRIVERS_BY);
    for (Map.Entry<String, AttributionMethod> model : methods.entrySet()) {
      out.constant(model.getKey(), model.getValue());
    }
    out.end();
  }

  /** Empty for null. */
  static Map<String, AttributionMethod> methods(JsonIn in) throws IOException {
    Map<String, AttributionMethod> methods = in.object("driversBy", EvidenceJson::methodsOf);
    return methods == null ? Map.of() : methods;
  }

  private static Map<String, AttributionMethod> methodsOf(JsonIn in) throws IOException {
    Map<String, AttributionMethod> methods = new LinkedHashMap<>();
    Fields fields = in.fields();
    for (String model = fields.next(); model != null; model = fields.next()) {
      methods.put(
          model, Required.value("driversBy", in.constant("driversBy", AttributionMethod.class)));
    }
    return methods;
  }

  static void write(JsonOut out, FeatureSummary features) {
    out.object(Name.FEATURES);
    out.text(Name.SCHEMA, features.schema());
    out.number(Name.COMPLETENESS, features.completeness());
    out.texts(Name.IMPUTED, features.imputed());
    out.end();
  }

  static FeatureSummary features(JsonIn in) throws IOException {
    String schema = null;
    double completeness = Double.NaN;
    List<String> imputed = null;
    Fields fields = in.fields();
    for (String field = fields.next(); field != null; field = fields.next()) {
      switch (field) {
        case "schema" -> schema = in.text("features.schema");
        case "completeness" -> completeness = in.number("features.completeness");
        case "imputed" -> imputed = in.array("features.imputed", EvidenceJson::featureName);
        default -> in.skip();
      }
    }
    return new FeatureSummary(
        Required.value("features.schema", schema),
        Required.number("features.completeness", completeness),
        Required.value("features.imputed", imputed));
  }

  private static String featureName(JsonIn in) throws IOException {
    return Required.value("features.imputed", in.text("features.imputed"));
  }

  static DegradedReason reason(JsonIn in) throws IOException {
    return Required.value("degradedReasons", in.constant("degradedReasons", DegradedReason.class));
  }

  static void write(JsonOut out, SourceRef source) {
    out.object(Name.SOURCE);
    out.text(Name.TOPIC, source.topic());
    out.integer(Name.PARTITION, source.partition());
    out.integer(Name.OFFSET, source.offset());
    out.end();
  }

  static SourceRef source(JsonIn in) throws IOException {
    String topic = null;
    Integer partition = null;
    long offset = JsonIn.NO_INTEGER;
    Fields fields = in.fields();
    for (String field = fields.next(); field != null; field = fields.next()) {
      switch (field) {
        case "topic" -> topic = in.text("source.topic");
        case "partition" -> partition = in.int32("source.partition");
        case "offset" -> offset = in.integer("source.offset");
        default -> in.skip();
      }
    }
    return new SourceRef(
        Required.value("source.topic", topic),
        Required.value("source.partition", partition),
        Required.integer("source.offset", offset));
  }
}
