package io.vfr.models.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vfr.models.TestModels;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ManifestReaderTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final JsonNode REFERENCE =
      JSON.valueToTree(
          Map.of(
              "rows",
              1000,
              "features",
              Map.of(
                  "f0",
                  Map.of(
                      "edges",
                      List.of(-0.5, 0.5),
                      "shares",
                      List.of(0.25, 0.5, 0.25),
                      "missing",
                      0.125))));

  private final Manifest good = TestModels.linearDraft().manifest();

  private static List<String> problems(byte[] bytes) {
    ManifestException problem =
        catchThrowableOfType(ManifestException.class, () -> ManifestReader.read(bytes));
    assertThat(problem).as("the manifest must be refused").isNotNull();
    return problem.problems();
  }

  private static List<String> problems(String text) {
    return problems(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void read_whatWasWritten_isEqualAndStable() throws Exception {
    TestModels.Draft draft = TestModels.linearDraft();
    draft.normalizer = new Normalizer(new double[] {1, 2}, new double[] {0, 0.1});
    draft.missing = new MissingPolicy.Default(1.5, Map.of("f1", -2.0));
    draft.selfTest =
        List.of(new SelfTest(new double[] {Double.NaN, 1 / 3.0}, new double[] {1e-9}, 1e-6));
    draft.reference =
        new FeatureReference(
            150_000,
            Map.of(
                "f1",
                new FeatureDistribution(
                    new double[] {-1, 1 / 3.0}, new double[] {0.25, 0.5, 0.25}, 0.1),
                "f0",
                new FeatureDistribution(new double[0], new double[] {1}, 1)));
    Manifest manifest = draft.manifest();
    byte[] bytes = ManifestWriter.write(manifest);
    assertThat(ManifestReader.read(bytes)).isEqualTo(manifest);
    assertThat(ManifestWriter.write(ManifestReader.read(bytes))).isEqualTo(bytes);
  }

  @Test
  void read_unknownFields_areIgnored() throws Exception {
    ObjectNode root = (ObjectNode) JSON.readTree(ManifestWriter.write(good));
    root.put("colour", "blue").putObject("artifact2");
    ((ObjectNode) root.get("calibration")).put("note", 1);
    assertThat(ManifestReader.read(JSON.writeValueAsBytes(root))).isEqualTo(good);
  }

  @Test
  void read_inputNamedLikeAnyFundamentalsKey_isAccepted() throws Exception {
    ObjectNode root = (ObjectNode) JSON.readTree(ManifestWriter.write(good));
    String name = "PE_Ratio.ttm-" + "x".repeat(51);
    root.putArray("inputs").add(name).add("f1");
    root.putArray("required").add(name);
    assertThat(ManifestReader.read(JSON.writeValueAsBytes(root)).inputs())
        .containsExactly(name, "f1");
  }

  @ParameterizedTest(name = "{0} = {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "/id|\"../up\"|id",
        "/id|7|id",
        "/version|\"1.0\"|version",
        "/algorithm|\"XGBOOST\"|algorithm",
        "/kind|\"oracle\"|kind",
        "/task|\"binary\"|classes",
        "/target|\"direction\"|target",
        "/horizon|\"PT0S\"|horizon",
        "/horizon|\"-P1D\"|horizon",
        "/horizon|\"P9999D\"|horizon",
        "/horizon|1|horizon",
        "/artifact/file|\"../../etc/passwd\"|artifact.file",
        "/artifact/file|\"a/b\"|artifact.file",
        "/artifact/file|\"a\\\\b\"|artifact.file",
        "/artifact/file|\".hidden\"|artifact.file",
        "/artifact/file|\"a\\u0000b\"|artifact.file",
        "/artifact/sha256|\"ABC\"|artifact.sha256",
        "/featureSchema|\"\"|featureSchema",
        "/inputs|[]|inputs",
        "/inputs|\"f0\"|inputs",
        "/inputs/0|\"Bad Name\"|inputs[0]",
        "/inputs/1|\"f0\"|inputs[1]",
        "/inputs/1|null|inputs[1]",
        "/required/0|\"other\"|required",
        "/missing/policy|\"zero\"|missing.policy",
        "/missing|{\"policy\":\"default\"}|missing.value",
        "/missing|{\"policy\":\"default\",\"value\":1,\"values\":{\"zz\":1}}|missing.values",
        "/missing|{\"policy\":\"default\",\"value\":\"1\"}|missing.value",
        "/normalizer|{\"mean\":[1],\"std\":[1,1]}|normalizer.mean",
        "/normalizer|{\"mean\":[1,1],\"std\":[1,-1]}|normalizer.std[1]",
        "/normalizer|{\"mean\":[1,1e999],\"std\":[1,1]}|normalizer.mean[1]",
        "/selfTest|[]|selfTest",
        "/selfTest/0|5|selfTest[0]",
        "/selfTest/0/inputs|[1]|selfTest[0].inputs",
        "/selfTest/0/inputs|[1,\"x\"]|selfTest[0].inputs[1]",
        "/selfTest/0/expected|[1,2]|selfTest[0].expected",
        "/selfTest/0/expected|[null]|selfTest[0].expected[0]",
        "/selfTest/0/tolerance|1|selfTest[0].tolerance",
        "/selfTest/0/tolerance|-1|selfTest[0].tolerance",
        "/metrics|{\"a b\":1}|metrics",
        "/metrics|{\"a\":null}|metrics.a",
        "/trainingWindow|{\"from\":\"2014-01-01\",\"to\":\"2013-01-01\"}|trainingWindow",
        "/trainingWindow|{\"from\":\"2014-13-01\",\"to\":\"2015-01-01\"}|trainingWindow",
        "/calibration|null|calibration",
        "/calibration/residualQuantiles|[1]|calibration.residualQuantiles",
        "/calibration/residualQuantiles|[1,3,2]|calibration.residualQuantiles[2]",
        "/calibration/fallbackSigma|0|calibration.fallbackSigma",
        "/calibration/neutralBand|-0.1|calibration.neutralBand",
        "/calibration/classMeans|[1]|calibration.classMeans",
        "/classes|[\"UP\"]|classes",
        "/fallback|\"test-model\"|fallback",
        "/inputs/1|\"model.other-v1\"|inputs",
        "/inputs/1|\"model.other-v1.2\"|inputs",
        "/inputs/1|\"model.\"|inputs[1]",
        "/kind|\"volatility\"|target",
        "/reference|[]|reference",
        "/reference|{\"rows\":0,\"features\":{}}|reference.rows",
        "/reference|{\"rows\":1.5,\"features\":{}}|reference.rows",
        "/reference|{\"rows\":1}|reference.features",
        "/reference|{\"rows\":1,\"features\":{\"zz\":{}}}|reference.features",
        "/reference/features/f0|7|reference.features.f0",
        "/reference/features/f0/edges|[1,1]|reference.features.f0.edges[1]",
        "/reference/features/f0/edges|[1,null]|reference.features.f0.edges[1]",
        "/reference/features/f0/shares|[0.5,0.5]|reference.features.f0.shares",
        "/reference/features/f0/shares|[0.5,0.6,-0.1]|reference.features.f0.shares[2]",
        "/reference/features/f0/shares|[0.5,0.25,0.2501]|reference.features.f0.shares",
        "/reference/features/f0/missing|1.1|reference.features.f0.missing",
        "/reference/features/f0/missing|null|reference.features.f0.missing",
        "/sequence|{\"length\":3,\"features\":[\"a\"]}|inputs",
      })
  void read_oneBadField_namesIt(String pointer, String value, String field) throws Exception {
    ObjectNode root = (ObjectNode) JSON.readTree(ManifestWriter.write(good));
    root.set("reference", REFERENCE.deepCopy());
    set(root, pointer, JSON.readTree(value));
    assertThat(problems(JSON.writeValueAsBytes(root)))
        .as("pointer %s", pointer)
        .anyMatch(problem -> problem.startsWith(field + " "));
  }

  @Test
  void read_manyBadFields_reportsAllAtOnceWithValueAndWhatIsAllowed() throws Exception {
    ObjectNode root = (ObjectNode) JSON.readTree(ManifestWriter.write(good));
    root.put("id", "NO").put("version", "x").put("horizon", "never").remove("artifact");
    assertThat(problems(JSON.writeValueAsBytes(root)))
        .hasSize(4)
        .anySatisfy(p -> assertThat(p).contains("id is \"NO\"").contains("[a-z0-9]"))
        .anySatisfy(p -> assertThat(p).contains("horizon is \"never\"").contains("ISO-8601"))
        .anySatisfy(p -> assertThat(p).contains("artifact is missing"));
  }

  @Test
  void read_notAnObject_isRefused() {
    assertThat(problems("")).hasSize(1);
    assertThat(problems("[]")).hasSize(1);
    assertThat(problems("{\"id\":NaN}").getFirst()).contains("not JSON");
    assertThat(problems("{} {}").getFirst()).contains("not JSON");
    assertThat(problems("{\"id\":\"a\",\"id\":\"b\"}").getFirst()).contains("Duplicate");
    assertThat(problems("[".repeat(5000)).getFirst()).contains("not JSON");
  }

  @Test
  void read_tooManyInputs_isRefused() throws Exception {
    ObjectNode root = (ObjectNode) JSON.readTree(ManifestWriter.write(good));
    root.set("inputs", JSON.valueToTree(TestModels.names(ManifestReader.INPUTS_MAX + 1)));
    assertThat(problems(JSON.writeValueAsBytes(root)))
        .anyMatch(problem -> problem.startsWith("inputs has 1025 elements"));
  }

  @Test
  void read_sequenceOfAnOnnxModel_isParsed() throws Exception {
    ObjectNode root = (ObjectNode) JSON.readTree(ManifestWriter.write(good));
    root.put("algorithm", "onnx").remove(List.of("inputs", "required"));
    root.set("sequence", JSON.readTree("{\"length\":3,\"features\":[\"a\",\"b\"]}"));
    set(root, "/selfTest/0/inputs", JSON.readTree("[1,2,3,4,null,6]"));
    Manifest manifest = ManifestReader.read(JSON.writeValueAsBytes(root));
    assertThat(manifest.inputWidth()).isEqualTo(6);
    assertThat(manifest.inputNames()).containsExactly("a", "b", "a", "b", "a", "b");
  }

  @Test
  void read_tooManyEdges_isRefusedAndTheMostAreRead() throws Exception {
    ObjectNode root = (ObjectNode) JSON.readTree(ManifestWriter.write(good));
    root.set("reference", REFERENCE.deepCopy());
    int most = FeatureDistribution.EDGES_MAX;
    ObjectNode feature = (ObjectNode) root.at("/reference/features/f0");
    feature.set("edges", JSON.valueToTree(IntStream.range(0, most).toArray()));
    feature.set(
        "shares", JSON.valueToTree(DoubleStream.generate(() -> 1.0 / 32).limit(32).toArray()));
    assertThat(ManifestReader.read(JSON.writeValueAsBytes(root)).reference())
        .isNotNull()
        .extracting(read -> read.features().get("f0"))
        .isNotNull()
        .extracting(FeatureDistribution::bins)
        .isEqualTo(most + 1);
    feature.set("edges", JSON.valueToTree(IntStream.range(0, most + 1).toArray()));
    assertThat(problems(JSON.writeValueAsBytes(root)))
        .anyMatch(p -> p.startsWith("reference.features.f0.edges has 32 elements"));
  }

  @Test
  void bin_values_fallBehindTheLastEdgeThatIsNotAboveThem() {
    FeatureDistribution distribution =
        new FeatureDistribution(new double[] {-1, 2}, new double[] {0.25, 0.5, 0.25}, 0);
    double[] values = {-1e300, Math.nextDown(-1.0), -1, 0, Math.nextDown(2.0), 2, 1e300};
    assertThat(Arrays.stream(values).mapToInt(distribution::bin))
        .containsExactly(0, 0, 1, 1, 1, 2, 2);
  }

  @Test
  void read_metaModel_mayHaveOutputsOfOtherModels() throws Exception {
    ObjectNode root = (ObjectNode) JSON.readTree(ManifestWriter.write(good));
    String longest = "model." + "a".repeat(64) + ".2";
    root.put("kind", "meta");
    set(root, "/inputs", JSON.valueToTree(List.of("model.other-v1", longest)));
    root.set("required", JSON.valueToTree(List.of(longest)));
    root.set(
        "missing",
        JSON.readTree("{\"policy\":\"default\",\"value\":0,\"values\":{\"" + longest + "\":1}}"));
    assertThat(ManifestReader.read(JSON.writeValueAsBytes(root)).inputs())
        .containsExactly("model.other-v1", longest);
  }

  @Test
  void read_volatilityModel_isARegressionOfVolatilityWithACalibration() throws Exception {
    ObjectNode root = (ObjectNode) JSON.readTree(ManifestWriter.write(good));
    root.put("kind", "volatility").put("target", "volatility");
    assertThat(ManifestReader.read(JSON.writeValueAsBytes(root)).kind()).isEqualTo(Kind.VOLATILITY);
    root.put("task", "binary").put("target", "direction").remove("calibration");
    assertThat(problems(JSON.writeValueAsBytes(root)))
        .anyMatch(p -> p.startsWith("task is binary; a model of kind volatility"))
        .anyMatch(p -> p.startsWith("target is direction; a model of kind volatility"))
        .anyMatch(p -> p.startsWith("calibration is missing"));
  }

  @Test
  void read_sequenceWithAnotherModelsOutput_isRefused() throws Exception {
    ObjectNode root = (ObjectNode) JSON.readTree(ManifestWriter.write(good));
    root.put("algorithm", "onnx").put("kind", "meta").remove(List.of("inputs", "required"));
    root.set("sequence", JSON.readTree("{\"length\":1,\"features\":[\"a\",\"model.b\"]}"));
    assertThat(problems(JSON.writeValueAsBytes(root)))
        .anyMatch(p -> p.startsWith("sequence.features names model.b"));
  }

  private static void set(JsonNode root, String pointer, JsonNode value) {
    int slash = pointer.lastIndexOf('/');
    JsonNode parent = root.at(pointer.substring(0, slash));
    String last = pointer.substring(slash + 1);
    if (parent.isArray()) {
      ((com.fasterxml.jackson.databind.node.ArrayNode) parent).set(Integer.parseInt(last), value);
    } else {
      ((ObjectNode) parent).set(last, value);
    }
  }
}
