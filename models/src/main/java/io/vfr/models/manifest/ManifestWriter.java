package io.vfr.models.manifest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Writes a manifest as manifest.json: the same manifest always gives the same bytes. */
public final class ManifestWriter {
  private static final ObjectMapper JSON = new ObjectMapper();

  private ManifestWriter() {}

  /** The UTF-8 bytes of the manifest's JSON, indented, with a line feed at the end. */
  public static byte[] write(Manifest manifest) {
    ObjectNode root = JSON.createObjectNode();
    root.put("id", manifest.id());
    root.put("version", manifest.version());
    root.put("algorithm", manifest.algorithm().jsonName());
    root.put("kind", manifest.kind().jsonName());
    root.put("task", manifest.task().jsonName());
    root.put("target", manifest.target().jsonName());
    root.put("horizon", horizon(manifest));
    root.putObject("artifact")
        .put("file", manifest.artifact().file())
        .put("sha256", manifest.artifact().sha256());
    root.put("featureSchema", manifest.featureSchema());
    inputs(root, manifest);
    missing(root, manifest.missing());
    Normalizer normalizer = manifest.normalizer();
    if (normalizer != null) {
      ObjectNode node = root.putObject("normalizer");
      numbers(node.putArray("mean"), normalizer.mean());
      numbers(node.putArray("std"), normalizer.std());
    }
    if (!manifest.classes().isEmpty()) {
      ArrayNode classes = root.putArray("classes");
      manifest.classes().forEach(c -> classes.add(c.name()));
    }
    if (manifest.fallback() != null) {
      root.put("fallback", manifest.fallback());
    }
    ObjectNode metrics = root.putObject("metrics");
    new TreeMap<>(manifest.metrics()).forEach(metrics::put);
    TrainingWindow window = manifest.trainingWindow();
    if (window != null) {
      root.putObject("trainingWindow")
          .put("from", window.from().toString())
          .put("to", window.to().toString());
    }
    calibration(root, manifest);
    reference(root, manifest.reference());
    selfTests(root, manifest.selfTest());
    return bytes(root);
  }

  /** Whole days as P1D rather than PT24H. */
  private static String horizon(Manifest manifest) {
    long days = manifest.horizon().toDays();
    return manifest.horizon().equals(java.time.Duration.ofDays(days))
        ? "P" + days + "D"
        : manifest.horizon().toString();
  }

  private static void inputs(ObjectNode root, Manifest manifest) {
    Sequence sequence = manifest.sequence();
    if (sequence == null) {
      texts(root.putArray("inputs"), manifest.inputs());
    } else {
      ObjectNode node = root.putObject("sequence").put("length", sequence.length());
      texts(node.putArray("features"), sequence.features());
    }
    texts(root.putArray("required"), manifest.required());
  }

  private static void missing(ObjectNode root, MissingPolicy policy) {
    ObjectNode node = root.putObject("missing");
    switch (policy) {
      case MissingPolicy.KeepNan() -> node.put("policy", "nan");
      case MissingPolicy.Default(var value, var values) -> {
        node.put("policy", "default");
        if (value != null) {
          node.put("value", value);
        }
        if (!values.isEmpty()) {
          ObjectNode own = node.putObject("values");
          new TreeMap<>(values).forEach(own::put);
        }
      }
    }
  }

  private static void calibration(ObjectNode root, Manifest manifest) {
    CalibrationData calibration = manifest.calibration();
    if (calibration == null) {
      return;
    }
    ObjectNode node = root.putObject("calibration");
    node.put("neutralBand", calibration.neutralBand());
    node.put("fallbackSigma", calibration.fallbackSigma());
    if (calibration.classMeans().length > 0) {
      numbers(node.putArray("classMeans"), calibration.classMeans());
    }
    numbers(node.putArray("residualQuantiles"), calibration.residualQuantiles());
  }

  private static void reference(ObjectNode root, @Nullable FeatureReference reference) {
    if (reference == null) {
      return;
    }
    ObjectNode node = root.putObject("reference").put("rows", reference.rows());
    ObjectNode features = node.putObject("features");
    new TreeMap<>(reference.features())
        .forEach((name, distribution) -> {
          ObjectNode feature = features.putObject(name);
          numbers(feature.putArray("edges"), distribution.edges());
          numbers(feature.putArray("shares"), distribution.shares());
          feature.put("missing", distribution.missing());
        });
  }

  private static void selfTests(ObjectNode root, List<SelfTest> tests) {
    ArrayNode array = root.putArray("selfTest");
    for (SelfTest test : tests) {
      ObjectNode node = array.addObject();
      numbers(node.putArray("inputs"), test.inputs());
      numbers(node.putArray("expected"), test.expected());
      node.put("tolerance", test.tolerance());
    }
  }

  private static void texts(ArrayNode array, List<String> values) {
    values.forEach(array::add);
  }

  /** NaN, a missing value, becomes null. */
  private static void numbers(ArrayNode array, double[] values) {
    for (double value : values) {
      if (Double.isNaN(value)) {
        array.addNull();
      } else {
        array.add(value);
      }
    }
  }

  private static byte[] bytes(ObjectNode root) {
    DefaultPrettyPrinter printer =
        new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter("  ", "\n"));
    try {
      return (JSON.writer(printer).writeValueAsString(root) + "\n")
          .getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a JSON tree could not be written", e);
    }
  }
}
