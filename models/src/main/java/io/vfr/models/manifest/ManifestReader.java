package io.vfr.models.manifest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vfr.models.Direction;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads manifest.json as untrusted input: bounded, typed, and with all problems reported together.
 * Unknown fields are ignored.
 */
public final class ManifestReader {
  /** Largest manifest that is read, bytes. */
  public static final int BYTES_MAX = 1 << 20;

  /** Most inputs of a model. */
  public static final int INPUTS_MAX = 1024;

  static final int SEQUENCE_VALUES_MAX = 65_536;
  static final int SELF_TESTS_MAX = 64;
  static final int METRICS_MAX = 64;
  static final int QUANTILES_MIN = 3;
  static final int QUANTILES_MAX = 1001;

  /** Ids of models. */
  public static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");

  /** Versions of models. */
  public static final Pattern VERSION =
      Pattern.compile("(0|[1-9]\\d{0,8})(\\.(0|[1-9]\\d{0,8})){2}");

  /**
   * Wide enough for every key of vfr.fundamentals, for an input gets the value of that very key.
   */
  static final Pattern FEATURE = Pattern.compile("[A-Za-z0-9_.-]{1,64}");

  /** An input of a meta model: another model's output, or that of one class. */
  static final Pattern MODEL_OUTPUT =
      Pattern.compile("model\\.[a-z0-9][a-z0-9._-]{0,63}(\\.[0-2])?");

  static final Pattern INPUT = Pattern.compile(FEATURE.pattern() + "|" + MODEL_OUTPUT.pattern());

  static final Pattern FILE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");
  static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
  static final Pattern METRIC = Pattern.compile("[A-Za-z0-9_.-]{1,64}");
  private static final Pattern DATE = Pattern.compile("\\d{4}-\\d{2}-\\d{2}");

  /** Farthest horizon. */
  public static final Duration HORIZON_MAX = Duration.ofDays(366);

  private static final ObjectMapper JSON =
      new ObjectMapper(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(16).build())
                  .build())
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private final List<String> problems = new ArrayList<>();

  private ManifestReader() {}

  /**
   * Reads a manifest.
   *
   * @param bytes UTF-8 JSON
   * @throws ManifestException with every problem found
   */
  public static Manifest read(byte[] bytes) throws ManifestException {
    if (bytes.length > BYTES_MAX) {
      throw new ManifestException(
          List.of(
              "the manifest has " + bytes.length + " bytes; at most " + BYTES_MAX + " are read"));
    }
    JsonNode root;
    try {
      root = JSON.readTree(bytes);
    } catch (JsonProcessingException e) {
      throw new ManifestException(List.of("the manifest is not JSON: " + e.getOriginalMessage()));
    } catch (IOException e) {
      throw new ManifestException(List.of("the manifest cannot be read: " + e.getMessage()));
    }
    if (root == null || !root.isObject()) {
      throw new ManifestException(List.of("the manifest must be one JSON object"));
    }
    return new ManifestReader().manifest(root);
  }

  private Manifest manifest(JsonNode root) throws ManifestException {
    JsonFields fields = new JsonFields(root, "", problems);
    Task task = fields.constant("task", Task.values());
    Algorithm algorithm = fields.constant("algorithm", Algorithm.values());
    Kind kind = fields.constant("kind", Kind.values());
    Sequence sequence = InputFields.sequence(fields);
    List<String> inputs = InputFields.inputs(fields, sequence, algorithm, kind);
    List<String> features = sequence == null ? inputs : sequence.features();
    List<Direction> classes = classes(fields, task);
    Manifest manifest =
        new Manifest(
            fields.text("id", ID),
            fields.text("version", VERSION),
            algorithm,
            kind,
            task,
            fields.constant("target", Target.values()),
            horizon(fields),
            artifact(fields),
            fields.text("featureSchema", SHA256),
            inputs,
            sequence,
            InputFields.required(fields, features),
            InputFields.missing(fields, features),
            InputFields.normalizer(fields, features.size()),
            classes,
            selfTests(fields),
            fields.optionalText("fallback", ID),
            metrics(fields),
            trainingWindow(fields),
            calibration(fields, classes.size()),
            ReferenceFields.reference(fields, features));
    checkTogether(manifest, fields);
    if (!problems.isEmpty()) {
      throw new ManifestException(problems);
    }
    return manifest;
  }

  private void checkTogether(Manifest manifest, JsonFields fields) {
    boolean classifier = manifest.task() != Task.REGRESSION;
    if (classifier != (manifest.target() == Target.DIRECTION)) {
      fields.problem(
          "target",
          "is "
              + manifest.target().jsonName()
              + "; a "
              + manifest.task().jsonName()
              + " model must have "
              + (classifier ? "direction" : "return, standardized-return or volatility"));
    }
    if (manifest.id().equals(manifest.fallback())) {
      fields.problem("fallback", "is " + manifest.fallback() + "; it must be another model's id");
    }
    checkVolatility(manifest, fields);
    if (manifest.kind() != Kind.META && manifest.calibration() == null) {
      fields.missing("calibration", "an object for a model of kind " + manifest.kind().jsonName());
    }
    if (!problems.isEmpty()) {
      return;
    }
    for (int i = 0; i < manifest.selfTest().size(); i++) {
      SelfTest test = manifest.selfTest().get(i);
      length(fields, "selfTest[" + i + "].inputs", test.inputs().length, manifest.inputWidth());
      length(
          fields, "selfTest[" + i + "].expected", test.expected().length, manifest.outputWidth());
    }
  }

  /** A volatility forecast is one number, and its calibration makes it the scale of an interval. */
  private static void checkVolatility(Manifest manifest, JsonFields fields) {
    if (manifest.kind() != Kind.VOLATILITY) {
      return;
    }
    if (manifest.task() != Task.REGRESSION) {
      fields.problem(
          "task",
          "is " + manifest.task().jsonName() + "; a model of kind volatility must have regression");
    }
    if (manifest.target() != Target.VOLATILITY) {
      fields.problem(
          "target",
          "is "
              + manifest.target().jsonName()
              + "; a model of kind volatility must have volatility");
    }
  }

  private static void length(JsonFields fields, String field, int actual, int expected) {
    if (actual != expected) {
      fields.problem(field, "has " + actual + " elements; it must have " + expected);
    }
  }

  private static Duration horizon(JsonFields fields) {
    String allowed = "an ISO-8601 duration above zero and up to P366D, e.g. \"P1D\"";
    JsonNode node = fields.optional("horizon");
    if (node == null) {
      fields.missing("horizon", allowed);
      return Duration.ofDays(1);
    }
    try {
      Duration horizon = Duration.parse(node.asText());
      if (node.isTextual() && horizon.isPositive() && horizon.compareTo(HORIZON_MAX) <= 0) {
        return horizon;
      }
    } catch (DateTimeException e) {
      fields.wrong("horizon", node, allowed);
      return Duration.ofDays(1);
    }
    fields.wrong("horizon", node, allowed);
    return Duration.ofDays(1);
  }

  private static Artifact artifact(JsonFields fields) {
    JsonFields artifact = fields.object("artifact", true);
    return artifact == null
        ? new Artifact("", "")
        : new Artifact(artifact.text("file", FILE), artifact.text("sha256", SHA256));
  }

  private static List<Direction> classes(JsonFields fields, Task task) {
    int count = task == Task.REGRESSION ? 0 : task == Task.BINARY ? 2 : 3;
    List<JsonNode> elements = fields.array("classes", count > 0, count, count);
    List<Direction> classes = new ArrayList<>(elements.size());
    for (int i = 0; i < elements.size(); i++) {
      Direction known = null;
      for (Direction direction : Direction.values()) {
        if (direction.name().equals(elements.get(i).textValue())) {
          known = direction;
        }
      }
      if (known == null || classes.contains(known)) {
        fields.wrong("classes[" + i + "]", elements.get(i), "DOWN, NEUTRAL or UP, each once");
      } else {
        classes.add(known);
      }
    }
    return classes;
  }

  private List<SelfTest> selfTests(JsonFields fields) {
    List<JsonNode> elements = fields.array("selfTest", true, 1, SELF_TESTS_MAX);
    List<SelfTest> tests = new ArrayList<>(elements.size());
    for (int i = 0; i < elements.size(); i++) {
      if (!elements.get(i).isObject()) {
        fields.wrong("selfTest[" + i + "]", elements.get(i), "{inputs, expected, tolerance}");
        continue;
      }
      JsonFields test = new JsonFields(elements.get(i), "selfTest[" + i + "].", problems);
      tests.add(
          new SelfTest(
              test.numbers("inputs", true, 1, SEQUENCE_VALUES_MAX, true),
              test.numbers("expected", true, 1, 3, false),
              test.number("tolerance", 0, 0.01)));
    }
    return tests;
  }

  private static Map<String, Double> metrics(JsonFields fields) {
    return InputFields.numberMap(fields, "metrics", METRIC, METRICS_MAX);
  }

  private static @Nullable TrainingWindow trainingWindow(JsonFields fields) {
    JsonFields window = fields.object("trainingWindow", false);
    if (window == null) {
      return null;
    }
    String from = window.text("from", DATE);
    String to = window.text("to", DATE);
    if (from.isEmpty() || to.isEmpty()) {
      return null;
    }
    try {
      return new TrainingWindow(LocalDate.parse(from), LocalDate.parse(to));
    } catch (DateTimeException | IllegalArgumentException e) {
      fields.problem("trainingWindow", "is not a window of two dates: " + e.getMessage());
      return null;
    }
  }

  private static @Nullable CalibrationData calibration(JsonFields fields, int classes) {
    JsonFields calibration = fields.object("calibration", false);
    if (calibration == null) {
      return null;
    }
    double[] quantiles =
        calibration.numbers("residualQuantiles", true, QUANTILES_MIN, QUANTILES_MAX, false);
    for (int i = 1; i < quantiles.length; i++) {
      if (quantiles[i] < quantiles[i - 1]) {
        calibration.problem(
            "residualQuantiles[" + i + "]",
            "is " + quantiles[i] + ", below its predecessor; they must not decrease");
      }
    }
    return new CalibrationData(
        calibration.number("neutralBand", 0, 10),
        calibration.number("fallbackSigma", 1e-6, 10),
        quantiles,
        calibration.numbers("classMeans", classes > 0, classes, classes, false));
  }
}
