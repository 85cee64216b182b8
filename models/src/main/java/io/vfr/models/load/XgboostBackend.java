package io.vfr.models.load;

import io.vfr.models.manifest.Task;
import io.vfr.models.trees.Attribution;
import io.vfr.models.trees.PathAttribution;
import io.vfr.models.trees.TreeEnsemble;
import io.vfr.models.trees.TreeFormatException;
import io.vfr.models.trees.TreeLink;
import io.vfr.models.trees.TreeShap;
import io.vfr.models.trees.XgboostTrees;
import java.lang.ref.Reference;
import java.lang.reflect.Field;
import java.util.Set;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.Booster.PredictionType;
import ml.dmlc.xgboost4j.java.XGBoost;
import ml.dmlc.xgboost4j.java.XGBoostError;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An XGBoost model run by xgboost4j, one thread a call. */
final class XgboostBackend implements NativeTrees {
  /** Objectives whose prediction is the margin itself. */
  private static final Set<String> REGRESSION =
      Set.of("reg:squarederror", "reg:pseudohubererror", "reg:absoluteerror");

  /** The native library, loaded once per JVM if it was unpacked ahead of time. */
  private static final class Library {
    private static final Logger LOG = LoggerFactory.getLogger(XgboostBackend.class);

    static {
      // xgboost4j has no other way to learn that its library is loaded.
      try {
        Field loaded =
            Class.forName("ml.dmlc.xgboost4j.java.NativeLibLoader").getDeclaredField("initialized");
        loaded.setAccessible(true);
        if (!loaded.getBoolean(null) && NativeLibraries.load(NativeLibraries.XGBOOST)) {
          loaded.setBoolean(null, true);
        }
      } catch (ReflectiveOperationException | RuntimeException e) {
        LOG.warn("xgboost4j unpacks its library with each start: {}", e.toString());
      }
    }

    /** What was not unpacked, xgboost4j unpacks and loads with the first call. */
    static void ensureLoaded() {}
  }

  private final Booster booster;
  private final TreeEnsemble trees;
  private final long artifactBytes;

  private XgboostBackend(Booster booster, TreeEnsemble trees, long artifactBytes) {
    this.booster = booster;
    this.trees = trees;
    this.artifactBytes = artifactBytes;
  }

  static XgboostBackend load(byte[] artifact, Task task)
      throws ModelRejectedException, TreeFormatException {
    TreeEnsemble trees = XgboostTrees.parse(artifact);
    boolean fits =
        switch (task) {
          case REGRESSION -> REGRESSION.contains(trees.objective());
          case BINARY -> trees.objective().equals("binary:logistic");
          case MULTICLASS -> trees.objective().equals("multi:softprob");
        };
    if (!fits) {
      throw new ModelRejectedException(
          RejectionReason.WRONG_SHAPE,
          "the objective "
              + trees.objective()
              + " does not make a "
              + task.jsonName()
              + " model; allowed are "
              + switch (task) {
                case REGRESSION -> REGRESSION.stream().sorted().toList();
                case BINARY -> "binary:logistic";
                case MULTICLASS -> "multi:softprob";
              });
    }
    Library.ensureLoaded();
    try {
      Booster booster = XGBoost.loadModel(artifact);
      booster.setParam("nthread", 1);
      return new XgboostBackend(booster, trees, artifact.length);
    } catch (XGBoostError e) {
      throw new ModelRejectedException(
          RejectionReason.UNREADABLE_ARTIFACT,
          "XGBoost refuses the artifact: " + e.getMessage(),
          e);
    } catch (java.io.IOException e) {
      throw new ModelRejectedException(
          RejectionReason.UNREADABLE_ARTIFACT, "the artifact cannot be read: " + e.getMessage(), e);
    }
  }

  @Override
  public String library() {
    return "XGBoost";
  }

  @Override
  public TreeEnsemble trees() {
    return trees;
  }

  /** XGBoost's outputs are float32. */
  @Override
  public void link(double[] margins, int rowCount) {
    TreeLink link =
        switch (trees.objective()) {
          case "binary:logistic" -> TreeLink.SIGMOID;
          case "multi:softprob" -> TreeLink.SOFTMAX;
          default -> TreeLink.IDENTITY;
        };
    link.apply(margins, rowCount, trees.outputs(), 1, x -> (float) x);
  }

  @Override
  public void margins(double[] rows, int rowCount, double[] out) {
    predict(floats(rows, rowCount * trees.inputs()), rowCount, PredictionType.kMargin, out);
  }

  /** A double beyond the range of float32 must stay a number: XGBoost refuses infinities. */
  private static float[] floats(double[] rows, int length) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      double x = rows[i];
      values[i] = (float) (Math.abs(x) > Float.MAX_VALUE ? Math.copySign(Float.MAX_VALUE, x) : x);
    }
    return values;
  }

  private void predict(float[] values, int rowCount, PredictionType type, double[] out) {
    try {
      float[][] scores =
          booster.inplace_predict(
              values, rowCount, trees.inputs(), Float.NaN, new int[] {0, 0}, type, null);
      for (int r = 0; r < rowCount; r++) {
        for (int o = 0; o < scores[r].length; o++) {
          out[r * scores[r].length + o] = scores[r][o];
        }
      }
    } catch (XGBoostError e) {
      throw new ScoringException("XGBoost failed to score: " + e.getMessage(), e);
    } finally {
      // The booster frees its native memory in a finalizer; it must not run during the call.
      Reference.reachabilityFence(booster);
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

  /** The native trees take about as much as their JSON. */
  @Override
  public long memoryBytes() {
    return artifactBytes + trees.memoryBytes();
  }

  /** In-place prediction does not touch the booster, so the kernels of all threads share it. */
  @Override
  public Kernel newKernel() {
    return new XgboostKernel();
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
    booster.dispose();
  }

  private final class XgboostKernel implements Kernel {
    @Override
    public void score(double[] rows, int rowCount, double[] out) {
      predict(floats(rows, rowCount * trees.inputs()), rowCount, PredictionType.kValue, out);
    }

    @Override
    public void close() {}
  }
}
