package io.vfr.models.load;

import static com.microsoft.ml.lightgbm.lightgbmlibConstants.C_API_DTYPE_FLOAT64;
import static com.microsoft.ml.lightgbm.lightgbmlibConstants.C_API_PREDICT_NORMAL;
import static com.microsoft.ml.lightgbm.lightgbmlibConstants.C_API_PREDICT_RAW_SCORE;

import com.microsoft.ml.lightgbm.SWIGTYPE_p_double;
import com.microsoft.ml.lightgbm.SWIGTYPE_p_int;
import com.microsoft.ml.lightgbm.SWIGTYPE_p_long_long;
import com.microsoft.ml.lightgbm.SWIGTYPE_p_p_void;
import com.microsoft.ml.lightgbm.SWIGTYPE_p_void;
import com.microsoft.ml.lightgbm.lightgbmlib;
import io.vfr.models.manifest.Task;
import io.vfr.models.trees.Attribution;
import io.vfr.models.trees.LightGbmTrees;
import io.vfr.models.trees.PathAttribution;
import io.vfr.models.trees.TreeEnsemble;
import io.vfr.models.trees.TreeFormatException;
import io.vfr.models.trees.TreeLink;
import io.vfr.models.trees.TreeShap;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A LightGBM model run by its native library, one thread a call. */
final class LightGbmBackend implements NativeTrees {
  /** By default LightGBM starts a team of threads for every row. */
  private static final String PREDICT_PARAMETERS = "num_threads=1 verbosity=-1";

  private final SWIGTYPE_p_p_void booster;
  private final TreeEnsemble trees;
  private final long artifactBytes;

  private LightGbmBackend(SWIGTYPE_p_p_void booster, TreeEnsemble trees, long artifactBytes) {
    this.booster = booster;
    this.trees = trees;
    this.artifactBytes = artifactBytes;
  }

  static LightGbmBackend load(byte[] artifact, Task task)
      throws ModelRejectedException, TreeFormatException {
    String text = new String(artifact, StandardCharsets.UTF_8);
    TreeEnsemble trees = LightGbmTrees.parse(text);
    checkObjective(trees.objective(), task);
    double sigmoid = LightGbmObjective.sigmoid(trees.objective());
    if (!(sigmoid > 0)) {
      throw new ModelRejectedException(
          RejectionReason.UNREADABLE_ARTIFACT,
          "the objective \"" + trees.objective() + "\" has no sigmoid above 0");
    }
    try {
      LightGbmNative.ensureLoaded();
    } catch (IOException e) {
      throw new ModelRejectedException(
          RejectionReason.NATIVE_LIBRARY_UNAVAILABLE,
          "LightGBM's library cannot be unpacked: " + e.getMessage(),
          e);
    }
    SWIGTYPE_p_int iterations = lightgbmlib.new_intp();
    SWIGTYPE_p_p_void handle = lightgbmlib.voidpp_handle();
    try {
      if (lightgbmlib.LGBM_BoosterLoadModelFromString(text, iterations, handle) != 0) {
        throw new ModelRejectedException(
            RejectionReason.UNREADABLE_ARTIFACT,
            "LightGBM refuses the artifact: " + LightGbmNative.lastError());
      }
    } finally {
      lightgbmlib.delete_intp(iterations);
    }
    return new LightGbmBackend(handle, trees, artifact.length);
  }

  private static void checkObjective(String objective, Task task) throws ModelRejectedException {
    if (LightGbmObjective.task(objective) != task) {
      throw new ModelRejectedException(
          RejectionReason.WRONG_SHAPE,
          "the objective \""
              + objective
              + "\" does not make a "
              + task.jsonName()
              + " model; allowed is "
              + LightGbmObjective.allowed(task));
    }
  }

  @Override
  public String library() {
    return "LightGBM";
  }

  @Override
  public TreeEnsemble trees() {
    return trees;
  }

  @Override
  public void link(double[] margins, int rowCount) {
    String objective = trees.objective();
    TreeLink link =
        switch (objective.split(" ", 2)[0]) {
          case "binary" -> TreeLink.SIGMOID;
          case "multiclass" -> TreeLink.SOFTMAX;
          default -> TreeLink.IDENTITY;
        };
    link.apply(margins, rowCount, trees.outputs(), LightGbmObjective.sigmoid(objective), x -> x);
  }

  @Override
  public void margins(double[] rows, int rowCount, double[] out) {
    try (LightGbmKernel kernel = new LightGbmKernel()) {
      kernel.predict(rows, rowCount, C_API_PREDICT_RAW_SCORE, out);
    }
  }

  @Override
  public int inputs() {
    return trees.inputs();
  }

  @Override
  public int outputs() {
    return trees.outputs();
  }

  /** The native trees take about as much as their text. */
  @Override
  public long memoryBytes() {
    return artifactBytes + trees.memoryBytes();
  }

  @Override
  public Kernel newKernel() {
    return new LightGbmKernel();
  }

  @Override
  public Attribution newAttribution(double[] outputWeights) {
    return new PathAttribution(trees, outputWeights);
  }

  @Override
  public Attribution newExactAttribution(double[] outputWeights) {
    return new TreeShap(trees, outputWeights);
  }

  @Override
  public void close() {
    lightgbmlib.LGBM_BoosterFree(lightgbmlib.voidpp_value(booster));
    lightgbmlib.delete_voidpp(booster);
  }

  /**
   * Uses the matrix call for single rows too: the single-row calls of this version share one
   * predictor and an exclusive lock per booster, so they stop scaling at one thread.
   */
  private final class LightGbmKernel implements Kernel {
    private final SWIGTYPE_p_void handle = lightgbmlib.voidpp_value(booster);
    private final SWIGTYPE_p_long_long outLength = lightgbmlib.new_int64_tp();
    private int rowsMax;
    private @Nullable SWIGTYPE_p_double input;
    private @Nullable SWIGTYPE_p_double output;

    @Override
    public void score(double[] rows, int rowCount, double[] out) {
      predict(rows, rowCount, C_API_PREDICT_NORMAL, out);
    }

    private void predict(double[] rows, int rowCount, int type, double[] out) {
      int inputs = trees.inputs();
      int outputs = trees.outputs();
      if (input == null || output == null || rowsMax < rowCount) {
        free();
        input = lightgbmlib.new_doubleArray((long) rowCount * inputs);
        output = lightgbmlib.new_doubleArray((long) rowCount * outputs);
        rowsMax = rowCount;
      }
      for (int i = 0; i < rowCount * inputs; i++) {
        lightgbmlib.doubleArray_setitem(input, i, rows[i]);
      }
      int status =
          lightgbmlib.LGBM_BoosterPredictForMat(
              handle,
              lightgbmlib.double_to_voidp_ptr(input),
              C_API_DTYPE_FLOAT64,
              rowCount,
              inputs,
              1,
              type,
              0,
              -1,
              PREDICT_PARAMETERS,
              outLength,
              output);
      if (status != 0) {
        throw new ScoringException("LightGBM failed to score: " + LightGbmNative.lastError());
      }
      for (int i = 0; i < rowCount * outputs; i++) {
        out[i] = lightgbmlib.doubleArray_getitem(output, i);
      }
    }

    private void free() {
      if (input != null) {
        lightgbmlib.delete_doubleArray(input);
        input = null;
      }
      if (output != null) {
        lightgbmlib.delete_doubleArray(output);
        output = null;
      }
      rowsMax = 0;
    }

    @Override
    public void close() {
      free();
      lightgbmlib.delete_int64_tp(outLength);
    }
  }
}
