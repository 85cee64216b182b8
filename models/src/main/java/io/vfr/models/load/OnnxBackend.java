package io.vfr.models.load;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.vfr.models.manifest.Manifest;
import io.vfr.models.trees.Attribution;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * An ONNX model run by ONNX Runtime on the calling thread, one session for each scoring thread.
 *
 * <p>Sessions are made when the model is loaded, since that takes milliseconds to a second; a
 * kernel takes the one of the thread that calls it. Each works with one thread, in sequence, and
 * with all graph optimizations, which change outputs less than the promised 1e-6. Its arena is on:
 * without it a batch's larger intermediate values are mapped and unmapped by the system for every
 * call. The arena grows to what 32 rows need and stays there, so memory patterns, which would be
 * kept for each number of rows, are off.
 */
final class OnnxBackend implements Backend {
  /** How long a call may take while a model is verified, when its first calls are slow. */
  static final Duration VERIFICATION_TIMEOUT = Duration.ofSeconds(2);

  private static final int VERIFICATION_FACTOR = 20;

  /** What a session takes for a graph of a few nodes. */
  private static final long SESSION_BYTES = 200 << 10;

  /** A weight is held as it is in the file, and once more as the kernels want it. */
  private static final int WEIGHT_COPIES = 2;

  /** What an arena takes that holds little: kernels have scratch memory of their own. */
  private static final long ARENA_BYTES_MIN = 512 << 10;

  /** About a third of all intermediate values is alive at a time. */
  private static final int ARENA_REUSE = 3;

  private final Manifest manifest;
  private final OnnxSessions sessions;
  private final LoadOptions options;
  private final long memoryBytes;
  private final double[] baseline;

  // Written while the model is verified, before other threads see it.
  private BatchShape batchShape = BatchShape.NATURAL;
  private double[] baselineOutputs;

  private OnnxBackend(
      Manifest manifest, OnnxSessions sessions, LoadOptions options, long memoryBytes) {
    this.manifest = manifest;
    this.sessions = sessions;
    this.options = options;
    this.memoryBytes = memoryBytes;
    baseline = Occlusion.baseline(manifest);
    baselineOutputs = new double[manifest.outputWidth()];
    Arrays.fill(baselineOutputs, Double.NaN);
  }

  static OnnxBackend load(ArtifactBytes artifact, Manifest manifest, LoadOptions options)
      throws ModelRejectedException {
    long values = OnnxFile.check(artifact.buffer());
    OrtEnvironment environment = OnnxEnvironment.get();
    List<OnnxSession> made = new ArrayList<>();
    boolean good = false;
    try (OrtSession.SessionOptions sessionOptions = sessionOptions()) {
      Duration timeout = verificationTimeout(options);
      while (made.size() < options.scoringThreads()) {
        made.add(session(environment, sessionOptions, artifact, manifest, timeout));
      }
      good = true;
    } catch (OrtException e) {
      throw rejection(e);
    } finally {
      if (!good) {
        made.forEach(OnnxSession::close);
      }
    }
    return new OnnxBackend(
        manifest,
        new OnnxSessions(made),
        options,
        memoryBytes(artifact.size(), values, manifest, made.size()));
  }

  private static OrtSession.SessionOptions sessionOptions() throws OrtException {
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    options.setIntraOpNumThreads(1);
    options.setInterOpNumThreads(1);
    options.setExecutionMode(OrtSession.SessionOptions.ExecutionMode.SEQUENTIAL);
    options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
    options.setCPUArenaAllocator(true);
    options.setMemoryPatternOptimization(false);
    return options;
  }

  private static OnnxSession session(
      OrtEnvironment environment,
      OrtSession.SessionOptions options,
      ArtifactBytes artifact,
      Manifest manifest,
      Duration timeout)
      throws OrtException, ModelRejectedException {
    ByteBuffer buffer = artifact.buffer();
    OrtSession session =
        buffer.isDirect()
            ? environment.createSession(buffer, options)
            : environment.createSession(artifact.array(), options);
    OnnxSignature signature;
    try {
      signature = OnnxSignature.of(session, manifest);
    } catch (OrtException | ModelRejectedException | RuntimeException e) {
      session.close();
      throw e;
    }
    return new OnnxSession(
        environment, session, signature, manifest.inputWidth(), manifest.outputWidth(), timeout);
  }

  /** What the library does not run is told from what is damaged by its code, and else its words. */
  private static ModelRejectedException rejection(OrtException e) {
    String message = String.valueOf(e.getMessage());
    String words = message.toLowerCase(Locale.ROOT);
    boolean unsupported =
        e.getCode() == OrtException.OrtErrorCode.ORT_NOT_IMPLEMENTED
            || words.contains("is not a registered function/op")
            || words.contains("unsupported model ir version")
            || words.contains("opset")
            || words.contains("no op registered");
    return new ModelRejectedException(
        unsupported ? RejectionReason.UNSUPPORTED : RejectionReason.UNREADABLE_ARTIFACT,
        "ONNX Runtime refuses the artifact: " + message.strip(),
        e);
  }

  private static Duration verificationTimeout(LoadOptions options) {
    Duration several = options.timeout().multipliedBy(VERIFICATION_FACTOR);
    return several.compareTo(VERIFICATION_TIMEOUT) > 0 ? several : VERIFICATION_TIMEOUT;
  }

  private static long memoryBytes(long artifact, long values, Manifest manifest, int sessions) {
    long arena = Math.max(ARENA_BYTES_MIN, Float.BYTES * values / ARENA_REUSE);
    long buffers =
        (long) LoadOptions.BATCH_ROWS
            * Float.BYTES
            * (manifest.inputWidth() + manifest.outputWidth());
    return sessions * (SESSION_BYTES + WEIGHT_COPIES * artifact + arena + buffers);
  }

  @Override
  public int inputs() {
    return manifest.inputWidth();
  }

  @Override
  public int outputs() {
    return manifest.outputWidth();
  }

  /**
   * Native memory of all sessions, estimated from the artifact's size and the shapes that it
   * states; nearest for large models. A measure would be no better: it sees what other threads do
   * as well.
   */
  @Override
  public long memoryBytes() {
    return memoryBytes;
  }

  /** How rows are given to the graph, settled when the model was verified. */
  BatchShape batchShape() {
    return batchShape;
  }

  @Override
  public String execution() {
    int count = sessions.all().size();
    return count + (count == 1 ? " session, " : " sessions, ") + batchShape;
  }

  OnnxSessions sessions() {
    return sessions;
  }

  /** Finds the batch shape, and lets every session reach its full memory. */
  @Override
  public void settle(double[] rows) throws ModelRejectedException {
    OnnxSession first = sessions.all().getFirst();
    batchShape =
        BatchShapeProbe.find(
            (run, count, out) -> first.run(run, 0, count, count, out),
            inputs(),
            outputs(),
            rows,
            options.deterministic());
    double[] batch = new double[LoadOptions.BATCH_ROWS * inputs()];
    double[] out = new double[LoadOptions.BATCH_ROWS * outputs()];
    int count = rows.length / inputs();
    for (int r = 0; r < LoadOptions.BATCH_ROWS; r++) {
      System.arraycopy(rows, r % count * inputs(), batch, r * inputs(), inputs());
    }
    for (OnnxSession session : sessions.all()) {
      score(session, batch, LoadOptions.BATCH_ROWS, out);
      score(session, batch, 1, out);
    }
    try {
      score(first, baseline, 1, baselineOutputs);
    } catch (ScoringException e) {
      // The graph need not know what to do with the mean of everything; there is no bias then.
      Arrays.fill(baselineOutputs, Double.NaN);
    }
  }

  @Override
  public void verified() {
    sessions.all().forEach(session -> session.timeout(options.timeout()));
    sessions.forgetThreads();
  }

  /**
   * Scores rows in runs of the batch shape. A graph fails for all rows of a run when it fails for
   * one of them; they are then scored one by one, and only the rows that fail are NaN.
   *
   * @throws ScoringException if no row can be scored, or a run exceeds the time-out
   */
  private void score(OnnxSession session, double[] rows, int rowCount, double[] out) {
    BatchShape shape = batchShape;
    ScoringException failure = null;
    boolean scoredAny = false;
    for (int from = 0; from < rowCount; from += shape.rowsMax()) {
      int count = Math.min(shape.rowsMax(), rowCount - from);
      try {
        session.run(rows, from, count, shape.padded(count), out);
        scoredAny = true;
      } catch (ScoringException e) {
        if (e.isTimeout()) {
          throw e;
        }
        failure = e;
        scoredAny |= scoreOneByOne(session, rows, from, count, out);
      }
    }
    if (failure != null && !scoredAny) {
      throw failure;
    }
  }

  private boolean scoreOneByOne(
      OnnxSession session, double[] rows, int from, int count, double[] out) {
    boolean scoredAny = false;
    for (int r = from; r < from + count; r++) {
      try {
        session.run(rows, r, 1, batchShape.padded(1), out);
        scoredAny = true;
      } catch (ScoringException e) {
        if (e.isTimeout()) {
          throw e;
        }
        Arrays.fill(out, r * outputs(), (r + 1) * outputs(), Double.NaN);
      }
    }
    return scoredAny;
  }

  @Override
  public Kernel newKernel() {
    OnnxSessions.Cursor cursor = sessions.new Cursor();
    return new Kernel() {
      @Override
      public void score(double[] rows, int rowCount, double[] out) {
        OnnxBackend.this.score(cursor.current(), rows, rowCount, out);
      }

      @Override
      public void close() {
        // The sessions own all native memory.
      }
    };
  }

  /** {@link Occlusion} of the outputs: a graph has no margin that could be told from them. */
  @Override
  public Attribution newAttribution(double[] outputWeights) {
    double bias = 0;
    for (int o = 0; o < outputWeights.length; o++) {
      // A weight of 0 must not let a NaN through.
      bias += outputWeights[o] == 0 ? 0 : outputWeights[o] * baselineOutputs[o];
    }
    return new Occlusion(newKernel(), manifest, baseline, outputWeights, bias);
  }

  /** Frees the sessions, each after the call in flight; calls that come later are refused. */
  @Override
  public void close() {
    sessions.close();
  }
}
