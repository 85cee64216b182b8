package io.vfr.models.load;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One native session with the buffers that its calls reuse. Input and output lie outside the heap
 * and are bound to tensors once, one pair for every number of rows, so that a call copies rows in,
 * runs, and copies outputs back. One call at a time: a second thread waits, and so does {@link
 * #close}, for a session that is freed during a call takes the process with it.
 */
final class OnnxSession implements AutoCloseable {
  private static final int ROWS = LoadOptions.BATCH_ROWS;

  private final OrtSession session;
  private final OrtSession.RunOptions runOptions;
  private final Watch watch;
  private final Values input;
  private final Values output;

  /** By number of rows; the first is of one row. */
  private final List<Map<String, OnnxTensor>> inputTensors = new ArrayList<>(ROWS);

  private final List<Map<String, OnnxTensor>> outputTensors = new ArrayList<>(ROWS);
  private boolean closed;

  /**
   * Takes over a session.
   *
   * @param inputs values of one input row
   * @param outputs values of one output row
   */
  OnnxSession(
      OrtEnvironment environment,
      OrtSession session,
      OnnxSignature signature,
      int inputs,
      int outputs,
      Duration timeout)
      throws OrtException {
    this.session = session;
    input = new Values(ROWS * inputs, signature.hasDoubleInput());
    output = new Values(ROWS * outputs, signature.hasDoubleOutput());
    runOptions = new OrtSession.RunOptions();
    watch = new Watch(timeout, this::terminate);
    try {
      for (int rows = 1; rows <= ROWS; rows++) {
        inputTensors.add(
            Map.of(signature.input(), input.tensor(environment, signature.inputShape(rows))));
        outputTensors.add(
            Map.of(signature.output(), output.tensor(environment, signature.outputShape(rows))));
      }
    } catch (OrtException | RuntimeException e) {
      free();
      throw e;
    }
    Watchdog.shared().add(watch);
  }

  /** Sets the time-out of the calls to come. */
  void timeout(Duration timeout) {
    watch.timeout(timeout);
  }

  /**
   * Scores rows in one run of the graph.
   *
   * @param rows row-major prepared rows
   * @param from the first row
   * @param count how many rows
   * @param runRows rows of the run, at least count and at most {@link LoadOptions#BATCH_ROWS}: what
   *     is missing is filled with copies of the last row, which fail only if that does
   * @param out row-major; the outputs are written behind those of the rows before from
   * @throws ScoringException if the graph fails or takes too long; the session stays usable
   */
  synchronized void run(double[] rows, int from, int count, int runRows, double[] out) {
    if (closed) {
      throw new IllegalStateException("the ONNX session is closed");
    }
    int width = input.length / ROWS;
    input.put(0, rows, from * width, count * width);
    for (int r = count; r < runRows; r++) {
      input.put(r * width, rows, (from + count - 1) * width, width);
    }
    run(runRows);
    int outWidth = output.length / ROWS;
    output.get(out, from * outWidth, count * outWidth);
  }

  private void run(int runRows) {
    OrtException failure = null;
    boolean terminated;
    watch.begin();
    try {
      session
          .run(inputTensors.get(runRows - 1), Set.of(), outputTensors.get(runRows - 1), runOptions)
          .close();
    } catch (OrtException e) {
      failure = e;
    } finally {
      terminated = watch.end();
    }
    if (terminated) {
      // The flag stays set until it is taken back, and would end every later call.
      setTerminate(false);
    }
    if (failure != null && terminated) {
      throw ScoringException.timeout("the ONNX model exceeded its time-out and was ended", failure);
    }
    if (failure != null) {
      throw new ScoringException("ONNX Runtime failed to score: " + failure.getMessage(), failure);
    }
  }

  /** Called by the watchdog while a call is in flight. */
  private void terminate() {
    setTerminate(true);
  }

  private void setTerminate(boolean terminate) {
    try {
      runOptions.setTerminate(terminate);
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime does not take its terminate flag", e);
    }
  }

  /** Frees the native memory after the call in flight, if there is one. */
  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      Watchdog.shared().remove(watch);
      free();
    }
  }

  private void free() {
    inputTensors.forEach(tensors -> tensors.values().forEach(OnnxTensor::close));
    outputTensors.forEach(tensors -> tensors.values().forEach(OnnxTensor::close));
    runOptions.close();
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime does not close a session", e);
    }
  }

  /** Values outside the heap, of 32 or 64 bits. */
  private static final class Values {
    private final int length;
    private final Buffer buffer;

    Values(int length, boolean doubles) {
      this.length = length;
      ByteBuffer bytes =
          ByteBuffer.allocateDirect(length * (doubles ? Double.BYTES : Float.BYTES))
              .order(ByteOrder.nativeOrder());
      buffer = doubles ? bytes.asDoubleBuffer() : bytes.asFloatBuffer();
    }

    /** A tensor over the first values. */
    OnnxTensor tensor(OrtEnvironment environment, long[] shape) throws OrtException {
      long elements = 1;
      for (long dimension : shape) {
        elements *= dimension;
      }
      return switch (buffer) {
        case FloatBuffer floats ->
            OnnxTensor.createTensor(environment, floats.slice(0, (int) elements), shape);
        case DoubleBuffer doubles ->
            OnnxTensor.createTensor(environment, doubles.slice(0, (int) elements), shape);
        default -> throw new IllegalStateException("neither floats nor doubles");
      };
    }

    void put(int at, double[] values, int from, int count) {
      if (buffer instanceof DoubleBuffer doubles) {
        doubles.put(at, values, from, count);
      } else if (buffer instanceof FloatBuffer floats) {
        for (int i = 0; i < count; i++) {
          double x = values[from + i];
          // A double beyond the range of float32 must stay a number.
          floats.put(
              at + i,
              (float) (Math.abs(x) > Float.MAX_VALUE ? Math.copySign(Float.MAX_VALUE, x) : x));
        }
      }
    }

    void get(double[] values, int to, int count) {
      if (buffer instanceof DoubleBuffer doubles) {
        doubles.get(0, values, to, count);
      } else if (buffer instanceof FloatBuffer floats) {
        for (int i = 0; i < count; i++) {
          values[to + i] = floats.get(i);
        }
      }
    }
  }
}
