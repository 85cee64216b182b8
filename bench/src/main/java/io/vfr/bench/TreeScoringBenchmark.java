package io.vfr.bench;

import static com.microsoft.ml.lightgbm.lightgbmlibConstants.C_API_DTYPE_FLOAT64;
import static com.microsoft.ml.lightgbm.lightgbmlibConstants.C_API_PREDICT_CONTRIB;
import static com.microsoft.ml.lightgbm.lightgbmlibConstants.C_API_PREDICT_NORMAL;

import com.microsoft.ml.lightgbm.SWIGTYPE_p_double;
import com.microsoft.ml.lightgbm.SWIGTYPE_p_int;
import com.microsoft.ml.lightgbm.SWIGTYPE_p_long_long;
import com.microsoft.ml.lightgbm.SWIGTYPE_p_p_void;
import com.microsoft.ml.lightgbm.SWIGTYPE_p_void;
import com.microsoft.ml.lightgbm.lightgbmlib;
import io.vfr.models.train.LightGbmTrainer;
import io.vfr.models.train.TrainingMatrix;
import io.vfr.models.train.XgboostTrainer;
import io.vfr.models.trees.FlatTrees;
import io.vfr.models.trees.LightGbmTrees;
import io.vfr.models.trees.MarginEvaluator;
import io.vfr.models.trees.TreeEnsemble;
import io.vfr.models.trees.TreeShap;
import io.vfr.models.trees.XgboostTrees;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;
import ml.dmlc.xgboost4j.java.XGBoostError;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One row, and 32, through 200 trees of 60 inputs of which a tenth is missing, and one row's
 * Shapley values: on the heap, and by the libraries that trained them, each with one thread, in its
 * usual and its fastest way. Of 32 rows the time of one is told.
 */
@BenchmarkMode(Mode.SampleTime) // its medians stand on a busy machine
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH sets the fields before a benchmark runs
public class TreeScoringBenchmark {
  private static final int INPUTS = 60;
  private static final int TRAINING_ROWS = 20_000;
  private static final int ROWS = 4096;
  private static final int BATCH = 32;
  private static final String ONE_THREAD = "num_threads=1 verbosity=-1";

  private double[] rows;
  private float[] floats;
  private double[] batch;
  private double[] row;
  private float[] floatRow;
  private float[] floatBatch;
  private int next;

  private MarginEvaluator xgboostHeap;
  private TreeEnsemble xgboostWalk;
  private MarginEvaluator lightGbmHeap;
  private Booster booster;
  private SWIGTYPE_p_p_void lightGbm;
  private SWIGTYPE_p_p_void fast;
  private SWIGTYPE_p_p_void fastShap;
  private TreeShap xgboostShap;
  private TreeShap lightGbmShap;
  private SWIGTYPE_p_double nativeBatch;
  private SWIGTYPE_p_double nativeOut;
  private SWIGTYPE_p_long_long nativeLength;
  private SWIGTYPE_p_double nativeShap;
  private final double[] out = new double[BATCH];
  private final double[] shap = new double[INPUTS];

  private static double[] random(long seed, int count) {
    Random random = new Random(seed);
    return random
        .doubles((long) count * INPUTS)
        .map(u -> u < 0.1 ? Double.NaN : random.nextGaussian())
        .toArray();
  }

  private static TrainingMatrix matrix() {
    double[] values = random(1, TRAINING_ROWS);
    double[] labels = new double[TRAINING_ROWS];
    Random noise = new Random(2);
    for (int r = 0; r < TRAINING_ROWS; r++) {
      double sum = 0;
      for (int i = 0; i < INPUTS; i++) {
        double x = values[r * INPUTS + i];
        sum += Double.isNaN(x) ? 0 : Math.sin(x * (1 + i % 5));
      }
      labels[r] = sum + noise.nextGaussian();
    }
    return new TrainingMatrix(values, INPUTS, labels);
  }

  /** Trains both models and opens them in their libraries. */
  @Setup
  public void train() throws Exception {
    byte[] xgboost =
        XgboostTrainer.train(
            matrix(),
            Map.of("objective", "reg:squarederror", "max_depth", 6, "eta", 0.1, "seed", 7),
            200,
            round -> {});
    String text =
        LightGbmTrainer.train(
            matrix(),
            Map.of("objective", "regression", "num_leaves", 63, "verbosity", -1, "seed", 7),
            200,
            round -> {});
    xgboostWalk = XgboostTrees.parse(xgboost);
    xgboostHeap = new FlatTrees(xgboostWalk).newEvaluator();
    TreeEnsemble lightGbmTrees = LightGbmTrees.parse(text);
    lightGbmHeap = new FlatTrees(lightGbmTrees).newEvaluator();
    xgboostShap = new TreeShap(xgboostWalk, new double[] {1});
    lightGbmShap = new TreeShap(lightGbmTrees, new double[] {1});
    booster = XGBoost.loadModel(xgboost);
    booster.setParam("nthread", 1);
    openLightGbm(text);
    rows = random(3, ROWS);
    floats = new float[rows.length];
    for (int i = 0; i < rows.length; i++) {
      floats[i] = (float) rows[i];
    }
    row = new double[INPUTS];
    floatRow = new float[INPUTS];
    batch = new double[BATCH * INPUTS];
    floatBatch = new float[BATCH * INPUTS];
  }

  private void openLightGbm(String text) {
    SWIGTYPE_p_int iterations = lightgbmlib.new_intp();
    lightGbm = lightgbmlib.voidpp_handle();
    check(lightgbmlib.LGBM_BoosterLoadModelFromString(text, iterations, lightGbm));
    lightgbmlib.delete_intp(iterations);
    fast = singleRowFast(C_API_PREDICT_NORMAL);
    fastShap = singleRowFast(C_API_PREDICT_CONTRIB);
    nativeBatch = lightgbmlib.new_doubleArray((long) BATCH * INPUTS);
    nativeOut = lightgbmlib.new_doubleArray(BATCH);
    nativeShap = lightgbmlib.new_doubleArray(INPUTS + 1);
    nativeLength = lightgbmlib.new_int64_tp();
  }

  private SWIGTYPE_p_p_void singleRowFast(int what) {
    SWIGTYPE_p_p_void made = lightgbmlib.voidpp_handle();
    check(
        lightgbmlib.LGBM_BoosterPredictForMatSingleRowFastInit(
            lightgbmlib.voidpp_value(lightGbm),
            what,
            0,
            -1,
            C_API_DTYPE_FLOAT64,
            INPUTS,
            ONE_THREAD,
            made));
    return made;
  }

  private double predictFast(SWIGTYPE_p_p_void config, SWIGTYPE_p_double into) {
    System.arraycopy(rows, next(1) * INPUTS, row, 0, INPUTS);
    check(
        lightgbmlib.LGBM_BoosterPredictForMatSingleRowFastCriticalSWIG(
            row, lightgbmlib.voidpp_value(config), nativeLength, into));
    return lightgbmlib.doubleArray_getitem(into, 0);
  }

  private static void check(int status) {
    if (status != 0) {
      throw new IllegalStateException(lightgbmlib.LGBM_GetLastError());
    }
  }

  /** Frees the native memory. */
  @TearDown
  public void close() {
    booster.dispose();
    lightgbmlib.LGBM_FastConfigFree(lightgbmlib.voidpp_value(fast));
    lightgbmlib.LGBM_FastConfigFree(lightgbmlib.voidpp_value(fastShap));
    lightgbmlib.LGBM_BoosterFree(lightgbmlib.voidpp_value(lightGbm));
  }

  private int next(int count) {
    next = next + count > ROWS - count ? 0 : next + count;
    return next;
  }

  /** XGBoost's trees on the heap. */
  @Benchmark
  public double xgboostHeap() {
    System.arraycopy(rows, next(1) * INPUTS, row, 0, INPUTS);
    xgboostHeap.margins(row, 0, out);
    return out[0];
  }

  /** The same, node by node. */
  @Benchmark
  public double xgboostWalk() {
    System.arraycopy(rows, next(1) * INPUTS, row, 0, INPUTS);
    xgboostWalk.margins(row, out);
    return out[0];
  }

  /** The same, 32 rows. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public double[] xgboostHeap32() {
    System.arraycopy(rows, next(BATCH) * INPUTS, batch, 0, BATCH * INPUTS);
    for (int r = 0; r < BATCH; r++) {
      xgboostHeap.margins(batch, r, out);
    }
    return out;
  }

  /** XGBoost's usual way. */
  @Benchmark
  public float xgboostDMatrix() throws XGBoostError {
    System.arraycopy(floats, next(1) * INPUTS, floatRow, 0, INPUTS);
    DMatrix matrix = new DMatrix(floatRow, 1, INPUTS, Float.NaN);
    try {
      return booster.predict(matrix)[0][0];
    } finally {
      matrix.dispose();
    }
  }

  /** XGBoost's faster way. */
  @Benchmark
  public float xgboostInplace() throws XGBoostError {
    System.arraycopy(floats, next(1) * INPUTS, floatRow, 0, INPUTS);
    return booster.inplace_predict(floatRow, 1, INPUTS, Float.NaN)[0][0];
  }

  /** The same, 32 rows. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public float xgboostInplace32() throws XGBoostError {
    System.arraycopy(floats, next(BATCH) * INPUTS, floatBatch, 0, BATCH * INPUTS);
    return booster.inplace_predict(floatBatch, BATCH, INPUTS, Float.NaN)[0][0];
  }

  /** Exact Shapley values of XGBoost's trees, on the heap. */
  @Benchmark
  public double[] xgboostShapHeap() {
    System.arraycopy(rows, next(1) * INPUTS, row, 0, INPUTS);
    xgboostShap.contributions(row, shap);
    return shap;
  }

  /** The same by XGBoost. */
  @Benchmark
  public float[][] xgboostShapNative() throws XGBoostError {
    System.arraycopy(floats, next(1) * INPUTS, floatRow, 0, INPUTS);
    DMatrix matrix = new DMatrix(floatRow, 1, INPUTS, Float.NaN);
    try {
      return booster.predictContrib(matrix, 0);
    } finally {
      matrix.dispose();
    }
  }

  /** LightGBM's trees on the heap. */
  @Benchmark
  public double lightGbmHeap() {
    System.arraycopy(rows, next(1) * INPUTS, row, 0, INPUTS);
    lightGbmHeap.margins(row, 0, out);
    return out[0];
  }

  /** The same, 32 rows. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public double[] lightGbmHeap32() {
    System.arraycopy(rows, next(BATCH) * INPUTS, batch, 0, BATCH * INPUTS);
    for (int r = 0; r < BATCH; r++) {
      lightGbmHeap.margins(batch, r, out);
    }
    return out;
  }

  /** Exact Shapley values of LightGBM's trees, on the heap. */
  @Benchmark
  public double[] lightGbmShapHeap() {
    System.arraycopy(rows, next(1) * INPUTS, row, 0, INPUTS);
    lightGbmShap.contributions(row, shap);
    return shap;
  }

  /** The same by LightGBM. */
  @Benchmark
  public double lightGbmShapNative() {
    return predictFast(fastShap, nativeShap);
  }

  /** LightGBM's fastest way for one row. */
  @Benchmark
  public double lightGbmSingleRowFast() {
    return predictFast(fast, nativeOut);
  }

  /** LightGBM's matrix call, 32 rows. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public double lightGbmMatrix32() {
    int from = next(BATCH) * INPUTS;
    for (int i = 0; i < BATCH * INPUTS; i++) {
      lightgbmlib.doubleArray_setitem(nativeBatch, i, rows[from + i]);
    }
    SWIGTYPE_p_void handle = lightgbmlib.voidpp_value(lightGbm);
    check(
        lightgbmlib.LGBM_BoosterPredictForMat(
            handle,
            lightgbmlib.double_to_voidp_ptr(nativeBatch),
            C_API_DTYPE_FLOAT64,
            BATCH,
            INPUTS,
            1,
            C_API_PREDICT_NORMAL,
            0,
            -1,
            ONE_THREAD,
            nativeLength,
            nativeOut));
    return lightgbmlib.doubleArray_getitem(nativeOut, 0);
  }
}
