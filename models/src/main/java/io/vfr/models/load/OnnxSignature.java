package io.vfr.models.load;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.vfr.models.manifest.Manifest;
import io.vfr.models.manifest.Sequence;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * The one input and the one output of an ONNX model, checked against its manifest: the input is
 * {@code [batch, length, features]} for a sequence and else {@code [batch, inputs]}, the output
 * {@code [batch, outputs]} or, where that is one, {@code [batch]}; each float or double, the batch
 * of any size.
 */
final class OnnxSignature {
  private final String input;
  private final String output;
  private final boolean doubleInput;
  private final boolean doubleOutput;
  private final long[] inputShape;
  private final long[] outputShape;

  private OnnxSignature(String input, TensorInfo inputInfo, String output, TensorInfo outputInfo) {
    this.input = input;
    this.output = output;
    doubleInput = inputInfo.type == OnnxJavaType.DOUBLE;
    doubleOutput = outputInfo.type == OnnxJavaType.DOUBLE;
    inputShape = inputInfo.getShape();
    outputShape = outputInfo.getShape();
  }

  /**
   * Reads and checks the signature of a session.
   *
   * @throws ModelRejectedException WRONG_SHAPE, saying what is and what must be
   */
  static OnnxSignature of(OrtSession session, Manifest manifest)
      throws OrtException, ModelRejectedException {
    Map<String, NodeInfo> inputs = session.getInputInfo();
    Map<String, NodeInfo> outputs = session.getOutputInfo();
    Sequence sequence = manifest.sequence();
    long[] tail =
        sequence == null
            ? new long[] {manifest.inputs().size()}
            : new long[] {sequence.length(), sequence.features().size()};
    String wanted = "one input " + text(tail) + ", float or double";
    TensorInfo input = tensor(inputs, wanted);
    if (!fits(input, tail)) {
      throw wrong(inputs, wanted);
    }
    int width = manifest.outputWidth();
    wanted = "one output " + text(width) + (width == 1 ? " or [batch]" : "") + ", float or double";
    TensorInfo output = tensor(outputs, wanted);
    if (!fits(output, width) && !(width == 1 && fits(output))) {
      throw wrong(outputs, wanted);
    }
    return new OnnxSignature(name(inputs), input, name(outputs), output);
  }

  private static String name(Map<String, NodeInfo> nodes) {
    return nodes.keySet().iterator().next();
  }

  private static TensorInfo tensor(Map<String, NodeInfo> nodes, String wanted)
      throws ModelRejectedException {
    if (nodes.size() == 1
        && nodes.values().iterator().next().getInfo() instanceof TensorInfo tensor
        && (tensor.type == OnnxJavaType.FLOAT || tensor.type == OnnxJavaType.DOUBLE)
        // Half precision also comes as Java's float.
        && (tensor.onnxType == TensorInfo.OnnxTensorType.ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT
            || tensor.onnxType == TensorInfo.OnnxTensorType.ONNX_TENSOR_ELEMENT_DATA_TYPE_DOUBLE)) {
      return tensor;
    }
    throw wrong(nodes, wanted);
  }

  private static boolean fits(TensorInfo tensor, long... tail) {
    long[] shape = tensor.getShape();
    boolean fits = shape.length == tail.length + 1 && shape[0] == -1;
    for (int i = 0; fits && i < tail.length; i++) {
      fits = shape[i + 1] == tail[i];
    }
    return fits;
  }

  private static ModelRejectedException wrong(Map<String, NodeInfo> nodes, String wanted) {
    String found =
        nodes.entrySet().stream()
            .map(node -> node.getKey() + ": " + describe(node.getValue()))
            .collect(Collectors.joining("; "));
    return new ModelRejectedException(
        RejectionReason.WRONG_SHAPE,
        "the graph has (" + found + "); the manifest asks for " + wanted + ", batch of any size");
  }

  private static String describe(NodeInfo node) {
    return node.getInfo() instanceof TensorInfo tensor
        ? tensor.type + " " + Arrays.toString(tensor.getShape())
        : node.getInfo().toString();
  }

  private static String text(long... tail) {
    return LongStream.of(tail)
        .mapToObj(Long::toString)
        .collect(Collectors.joining(", ", "[batch, ", "]"));
  }

  String input() {
    return input;
  }

  String output() {
    return output;
  }

  /** Whether the input is of 64 bits. */
  boolean hasDoubleInput() {
    return doubleInput;
  }

  boolean hasDoubleOutput() {
    return doubleOutput;
  }

  /** The shape of the input for a number of rows. */
  long[] inputShape(int rows) {
    return withRows(inputShape, rows);
  }

  long[] outputShape(int rows) {
    return withRows(outputShape, rows);
  }

  private static long[] withRows(long[] shape, int rows) {
    long[] sized = shape.clone();
    sized[0] = rows;
    return sized;
  }
}
