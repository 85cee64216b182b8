package io.vfr.chaos.oracle;

import com.microsoft.ml.lightgbm.SWIGTYPE_p_double;
import com.microsoft.ml.lightgbm.SWIGTYPE_p_long_long;
import com.microsoft.ml.lightgbm.SWIGTYPE_p_p_void;
import com.microsoft.ml.lightgbm.SWIGTYPE_p_void;
import com.microsoft.ml.lightgbm.lightgbmlib;
import com.microsoft.ml.lightgbm.lightgbmlibConstants;
import io.vfr.models.load.LightGbmNative;
import io.vfr.models.manifest.Algorithm;
import io.vfr.models.manifest.Manifest;
import io.vfr.models.manifest.Normalizer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;
import ml.dmlc.xgboost4j.java.XGBoostError;
import org.jspecify.annotations.Nullable;

/**
 * A model of trees as the library that grew them evaluates it, not as the application does.
 * Normalizer and missing values are those of SPEC §5.
 */
abstract class NativeTrees implements AutoCloseable {
  private final Manifest manifest;

  private NativeTrees(Manifest manifest) {
    this.manifest = manifest;
  }

  /** Whether a model is one of trees. */
  static boolean reads(Manifest manifest) {
    return manifest.algorithm() == Algorithm.XGBOOST || manifest.algorithm() == Algorithm.LIGHTGBM;
  }

  /**
   * Loads a model of trees.
   *
   * @throws IllegalStateException if its library does not take it
   */
  static NativeTrees load(Manifest manifest, Path directory) throws IOException {
    byte[] artifact = Files.readAllBytes(directory.resolve(manifest.artifact().file()));
    return manifest.algorithm() == Algorithm.XGBOOST
        ? new Xgboost(manifest, artifact)
        : new LightGbm(manifest, artifact);
  }

  /** Computes one row, features as they are. */
  final double[] score(double[] features) {
    double[] row = features.clone();
    Normalizer normalizer = manifest.normalizer();
    for (int i = 0; i < row.length; i++) {
      double value =
          Double.isNaN(row[i]) ? manifest.missing().valueFor(manifest.inputs().get(i)) : row[i];
      if (normalizer != null && !Double.isNaN(value)) {
        double std = normalizer.std()[i];
        value = std == 0 ? 0 : (value - normalizer.mean()[i]) / std;
      }
      row[i] = value;
    }
    return predict(row);
  }

  abstract double[] predict(double[] row);

  @Override
  public abstract void close();

  private static final class Xgboost extends NativeTrees {
    private final Booster booster;

    Xgboost(Manifest manifest, byte[] artifact) throws IOException {
      super(manifest);
      try {
        booster = XGBoost.loadModel(artifact);
        booster.setParam("nthread", 1);
      } catch (XGBoostError e) {
        throw new IllegalStateException(manifest.key() + ": " + e.getMessage(), e);
      }
    }

    @Override
    double[] predict(double[] row) {
      float[] values = new float[row.length];
      for (int i = 0; i < row.length; i++) {
        values[i] = (float) row[i];
      }
      @Nullable DMatrix matrix = null;
      try {
        matrix = new DMatrix(values, 1, values.length, Float.NaN);
        float[] scores = booster.predict(matrix)[0];
        double[] out = new double[scores.length];
        for (int i = 0; i < out.length; i++) {
          out[i] = scores[i];
        }
        return out;
      } catch (XGBoostError e) {
        throw new IllegalStateException("XGBoost: " + e.getMessage(), e);
      } finally {
        if (matrix != null) {
          matrix.dispose();
        }
      }
    }

    @Override
    public void close() {
      booster.dispose();
    }
  }

  private static final class LightGbm extends NativeTrees {
    private final SWIGTYPE_p_void booster;
    private final int outputs;

    LightGbm(Manifest manifest, byte[] artifact) throws IOException {
      super(manifest);
      LightGbmNative.ensureWrapperLoaded();
      outputs = manifest.outputWidth();
      SWIGTYPE_p_p_void handle = lightgbmlib.voidpp_handle();
      String text = new String(artifact, StandardCharsets.UTF_8);
      check(lightgbmlib.LGBM_BoosterLoadModelFromString(text, lightgbmlib.new_intp(), handle));
      booster = lightgbmlib.voidpp_value(handle);
    }

    @Override
    double[] predict(double[] row) {
      SWIGTYPE_p_double in = lightgbmlib.new_doubleArray(row.length);
      SWIGTYPE_p_double out = lightgbmlib.new_doubleArray(outputs);
      SWIGTYPE_p_long_long written = lightgbmlib.new_int64_tp();
      try {
        for (int i = 0; i < row.length; i++) {
          lightgbmlib.doubleArray_setitem(in, i, row[i]);
        }
        check(
            lightgbmlib.LGBM_BoosterPredictForMat(
                booster,
                lightgbmlib.double_to_voidp_ptr(in),
                lightgbmlibConstants.C_API_DTYPE_FLOAT64,
                1,
                row.length,
                1,
                lightgbmlibConstants.C_API_PREDICT_NORMAL,
                0,
                -1,
                "num_threads=1",
                written,
                out));
        double[] values = new double[outputs];
        for (int i = 0; i < outputs; i++) {
          values[i] = lightgbmlib.doubleArray_getitem(out, i);
        }
        return values;
      } finally {
        lightgbmlib.delete_doubleArray(in);
        lightgbmlib.delete_doubleArray(out);
        lightgbmlib.delete_int64_tp(written);
      }
    }

    private static void check(int status) {
      if (status != 0) {
        throw new IllegalStateException("LightGBM: " + lightgbmlib.LGBM_GetLastError());
      }
    }

    @Override
    public void close() {
      check(lightgbmlib.LGBM_BoosterFree(booster));
    }
  }
}
