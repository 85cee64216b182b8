package io.vfr.models;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vfr.models.TestModels.Draft;
import io.vfr.models.manifest.Algorithm;
import io.vfr.models.manifest.SelfTest;
import io.vfr.models.manifest.Sequence;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The ONNX models that make_onnx_models.py writes, and drafts of their manifests. */
public final class OnnxModels {
  /** Features of the sequence models; the weights are random, so any from bars will do. */
  public static final Sequence SEQUENCE =
      new Sequence(8, List.of("log_return_1d", "rsi_14", "volume_ratio_5d", "atr_14_pct"));

  /** What ONNX Runtime for Python and for Java may differ by, on other processors too. */
  public static final double TOLERANCE = 1e-5;

  private static final ObjectMapper JSON = new ObjectMapper();

  private OnnxModels() {}

  /** The bytes of a model. */
  public static byte[] bytes(String name) {
    return resource(name + ".onnx");
  }

  private static byte[] resource(String name) {
    try (InputStream in = OnnxModels.class.getResourceAsStream("/onnx/" + name)) {
      return Objects.requireNonNull(in, name).readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The rows that were scored in Python, with what came out. */
  public static List<SelfTest> scoredInPython(String name) {
    try {
      JsonNode root = JSON.readTree(resource(name + ".json"));
      List<SelfTest> tests = new ArrayList<>();
      for (int i = 0; i < root.get("inputs").size(); i++) {
        tests.add(
            new SelfTest(
                JSON.treeToValue(root.get("inputs").get(i), double[].class),
                JSON.treeToValue(root.get("expected").get(i), double[].class),
                TOLERANCE));
      }
      return tests;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A sequence model: lstm or transformer. */
  public static Draft sequence(String name) {
    Draft draft = new Draft(Algorithm.ONNX, bytes(name), 0, 1, 0);
    draft.sequence = SEQUENCE;
    draft.selfTest = scoredInPython(name);
    return draft;
  }

  /** The classifier of six inputs and three classes. */
  public static Draft mlp() {
    Draft draft = new Draft(Algorithm.ONNX, bytes("mlp"), 3, 6, 0, 0, 0);
    draft.selfTest = scoredInPython("mlp");
    return draft;
  }

  /**
   * A model of two inputs that gives their sum, at least for the self-test.
   *
   * @param selfTest inputs of the self-test; the expected output is their sum
   */
  public static Draft sum(String name, double... selfTest) {
    return sum(bytes(name), selfTest);
  }

  /** The same for other bytes. */
  public static Draft sum(byte[] artifact, double... selfTest) {
    Draft draft = new Draft(Algorithm.ONNX, artifact, 0, 2, 0);
    draft.selfTest =
        List.of(new SelfTest(selfTest, new double[] {selfTest[0] + selfTest[1]}, TOLERANCE));
    return draft;
  }
}
