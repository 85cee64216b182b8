package io.vfr.bench;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.vfr.models.load.LoadedModel;
import io.vfr.models.load.ModelLoader;
import io.vfr.models.load.ModelRejectedException;
import io.vfr.models.load.Scorer;
import io.vfr.models.schema.FeatureSchema;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The shipped neural models, a row a call and 32: through the scorer that serves, and with ONNX
 * Runtime's Java API as its examples use it, a new tensor for each row. Each with one thread. Run
 * it from the root of the repository.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH sets the fields before a benchmark runs
public class OnnxBenchmark {
  private static final int BATCH = 32;

  /** A model directory below models/registry. */
  @Param({"momentum-lstm-v3/3.1.0", "volatility-transformer-v1/1.1.0"})
  public String model;

  private LoadedModel loaded;
  private Scorer scorer;
  private double[] row;
  private double[] rows;
  private double[] out;
  private OrtEnvironment environment;
  private OrtSession session;
  private String input;
  private long[] shape;
  private float[] floats;

  /** Loads the model twice, for the scorer and for the plain session. */
  @Setup
  public void load() throws ModelRejectedException, OrtException {
    Path directory = Path.of("models", "registry").resolve(model);
    loaded = new ModelLoader(FeatureSchema.current()).load(directory);
    scorer = loaded.newScorer();
    row = loaded.manifest().selfTest().getFirst().inputs();
    rows = new double[BATCH * row.length];
    for (int r = 0; r < BATCH; r++) {
      System.arraycopy(row, 0, rows, r * row.length, row.length);
    }
    out = new double[BATCH * loaded.outputs()];
    environment = OrtEnvironment.getEnvironment();
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    options.setIntraOpNumThreads(1);
    session =
        environment.createSession(
            directory.resolve(loaded.manifest().artifact().file()).toString(), options);
    input = session.getInputNames().iterator().next();
    NodeInfo info = Objects.requireNonNull(session.getInputInfo().get(input));
    shape = ((TensorInfo) info.getInfo()).getShape().clone();
    shape[0] = 1;
    floats = new float[row.length];
    for (int i = 0; i < row.length; i++) {
      floats[i] = Double.isNaN(row[i]) ? 0 : (float) row[i];
    }
  }

  /** Frees the native memory. */
  @TearDown
  public void close() throws OrtException {
    scorer.close();
    loaded.close();
    session.close();
  }

  /** One row through the scorer. */
  @Benchmark
  public double[] scorer1() {
    scorer.score(row, 1, out);
    return out;
  }

  /** 32 rows through the scorer; the time is that of one. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public double[] scorer32() {
    scorer.score(rows, BATCH, out);
    return out;
  }

  /** One row the usual way. */
  @Benchmark
  public Object runtimePerRow() throws OrtException {
    try (OnnxTensor tensor = OnnxTensor.createTensor(environment, FloatBuffer.wrap(floats), shape);
        OrtSession.Result result = session.run(Map.of(input, tensor))) {
      return result.get(0).getValue();
    }
  }
}
