package io.vfr.models.load;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A first look at an ONNX file, before the native library sees it: the file is walked as the
 * Protocol Buffers messages that onnx.proto defines, and refused if it is none or if it refers to
 * other files. A weight's external data may name any path on the machine, or an address of this
 * process, in a graph however deep.
 */
final class OnnxFile {
  /** Protocol Buffers' own limit. */
  private static final int DEPTH_MAX = 100;

  private static final int ROWS = LoadOptions.BATCH_ROWS;
  private static final int SHOWN_BYTES_MAX = 120;

  /** A dimension without a number: the batch's. */
  private static final long BATCH = -1;

  /** More than any machine has: sums and products stay far from overflowing. */
  private static final long VALUES_MAX = 1L << 40;

  /** ONNX Runtime's own format starts with four bytes, then this. */
  private static final String ORT_FORMAT = "ORTM";

  private static final int TENSOR_DATA_LOCATION = 14;
  private static final int TENSOR_EXTERNAL_DATA = 13;
  private static final int DIMENSION_VALUE = 1;

  private final ByteBuffer bytes;
  private boolean hasGraph;
  private long values;

  // Of the value description that is being walked.
  private long valueSize;
  private long dimension;
  private boolean ofBatch;

  private OnnxFile(ByteBuffer bytes) {
    this.bytes = bytes;
  }

  /**
   * Checks a file.
   *
   * @param bytes the file; its position is moved
   * @return how many intermediate values there are for 32 rows, over all nodes together, as far as
   *     the file states shapes that depend on the batch
   * @throws ModelRejectedException UNREADABLE_ARTIFACT or UNSUPPORTED
   */
  static long check(ByteBuffer bytes) throws ModelRejectedException {
    int head = Math.min(8, bytes.limit());
    if (text(bytes.duplicate().position(Math.min(4, head)).limit(head)).equals(ORT_FORMAT)) {
      throw new ModelRejectedException(
          RejectionReason.UNSUPPORTED,
          "the artifact is in ONNX Runtime's own format; it must be an ONNX file");
    }
    OnnxFile file = new OnnxFile(bytes);
    file.walk(Message.MODEL, bytes.limit(), 0);
    if (!file.hasGraph) {
      throw malformed("it holds no graph");
    }
    return file.values;
  }

  private void walk(Message message, int end, int depth) throws ModelRejectedException {
    if (depth > DEPTH_MAX) {
      throw malformed("its messages are nested more than " + DEPTH_MAX + " deep");
    }
    while (bytes.position() < end) {
      long tag = varint(end);
      int field = (int) Math.min(tag >>> 3, Integer.MAX_VALUE);
      switch ((int) (tag & 7)) {
        case 0 -> number(message, field, varint(end));
        case 1 -> skip(Long.BYTES, end);
        case 2 -> bytes(message, field, end, depth);
        case 5 -> skip(Integer.BYTES, end);
        default -> throw malformed("a field has the wire type " + (tag & 7));
      }
    }
  }

  private void number(Message message, int field, long value) throws ModelRejectedException {
    if (message == Message.TENSOR && field == TENSOR_DATA_LOCATION && value != 0) {
      throw external("another file");
    }
    if (message == Message.DIMENSION && field == DIMENSION_VALUE) {
      dimension = Math.clamp(value, 0, VALUES_MAX);
    }
  }

  private void bytes(Message message, int field, int end, int depth) throws ModelRejectedException {
    long length = varint(end);
    if (length < 0 || length > end - bytes.position()) {
      throw malformed("a field is longer than what holds it");
    }
    int fieldEnd = bytes.position() + (int) length;
    if (message == Message.TENSOR && field == TENSOR_EXTERNAL_DATA) {
      throw external(text(bytes.duplicate().limit(fieldEnd)));
    }
    Message child = message.child(field);
    if (child == null) {
      bytes.position(fieldEnd);
      return;
    }
    before(child);
    walk(child, fieldEnd, depth + 1);
    after(child);
  }

  private void before(Message child) {
    switch (child) {
      case GRAPH -> hasGraph = true;
      case VALUE -> {
        valueSize = 1;
        ofBatch = false;
      }
      // Unless a number follows.
      case DIMENSION -> dimension = BATCH;
      default -> {}
    }
  }

  private void after(Message child) {
    if (child == Message.DIMENSION) {
      ofBatch |= dimension == BATCH;
      // In double: the product of two large dimensions must not wrap around.
      valueSize =
          (long) Math.min(VALUES_MAX, (double) valueSize * (dimension == BATCH ? ROWS : dimension));
    } else if (child == Message.VALUE && ofBatch) {
      values = Math.min(VALUES_MAX, values + valueSize);
    }
  }

  private long varint(int end) throws ModelRejectedException {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      if (bytes.position() >= end) {
        throw malformed("it ends in the middle of a field");
      }
      byte next = bytes.get();
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw malformed("a number has more than ten bytes");
  }

  private void skip(int count, int end) throws ModelRejectedException {
    if (count > end - bytes.position()) {
      throw malformed("it ends in the middle of a field");
    }
    bytes.position(bytes.position() + count);
  }

  /** The printable part of bytes that nobody vouches for. */
  private static String text(ByteBuffer bytes) {
    byte[] shown = new byte[Math.min(bytes.remaining(), SHOWN_BYTES_MAX)];
    bytes.get(shown);
    return new String(shown, StandardCharsets.ISO_8859_1).replaceAll("[^ -~]+", " ").strip();
  }

  private static ModelRejectedException malformed(String what) {
    return new ModelRejectedException(
        RejectionReason.UNREADABLE_ARTIFACT, "the artifact is not an ONNX file: " + what);
  }

  private static ModelRejectedException external(String where) {
    return new ModelRejectedException(
        RejectionReason.UNSUPPORTED,
        "the artifact keeps weights elsewhere ("
            + where
            + "); all of them must be in the file itself, e.g. external_data=False in"
            + " torch.onnx.export");
  }

  /** The messages of onnx.proto that can hold a tensor or describe a value, and the way to them. */
  private enum Message {
    MODEL,
    GRAPH,
    NODE,
    ATTRIBUTE,
    TENSOR,
    SPARSE_TENSOR,
    FUNCTION,
    TRAINING,
    VALUE,
    TYPE,
    TENSOR_TYPE,
    SHAPE,
    DIMENSION;

    @Nullable Message child(int field) {
      return switch (this) {
        case MODEL ->
            switch (field) {
              case 7 -> GRAPH;
              case 20 -> TRAINING;
              case 25 -> FUNCTION;
              default -> null;
            };
        case TRAINING -> field == 1 || field == 2 ? GRAPH : null;
        case GRAPH ->
            switch (field) {
              case 1 -> NODE;
              case 5 -> TENSOR;
              case 13 -> VALUE;
              case 15 -> SPARSE_TENSOR;
              default -> null;
            };
        case FUNCTION -> field == 7 ? NODE : field == 11 ? ATTRIBUTE : null;
        case NODE -> field == 5 ? ATTRIBUTE : null;
        case ATTRIBUTE ->
            switch (field) {
              case 5, 10 -> TENSOR;
              case 6, 11 -> GRAPH;
              case 22, 23 -> SPARSE_TENSOR;
              default -> null;
            };
        case SPARSE_TENSOR -> field == 1 || field == 2 ? TENSOR : null;
        case VALUE -> field == 2 ? TYPE : null;
        case TYPE -> field == 1 ? TENSOR_TYPE : null;
        case TENSOR_TYPE -> field == 2 ? SHAPE : null;
        case SHAPE -> field == 1 ? DIMENSION : null;
        case TENSOR, DIMENSION -> null;
      };
    }
  }
}
