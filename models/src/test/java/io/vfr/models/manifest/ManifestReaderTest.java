package io.vfr.models.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vfr.models.TestModels;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ManifestReaderTest {
  private static final ObjectMapper JSON = new ObjectMapper();
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
        "/sequence|{\"length\":3,\"features\":[\"a\"]}|inputs",
      })
  void read_oneBadField_namesIt(String pointer, String value, String field) throws Exception {
    ObjectNode root = (ObjectNode) JSON.readTree(ManifestWriter.write(good));
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
