package io.vfr.models.trees;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.ml.lightgbm.SWIGTYPE_p_double;
import com.microsoft.ml.lightgbm.SWIGTYPE_p_p_void;
import com.microsoft.ml.lightgbm.SWIGTYPE_p_void;
import com.microsoft.ml.lightgbm.lightgbmlib;
import com.microsoft.ml.lightgbm.lightgbmlibConstants;
import io.vfr.models.load.LightGbmNative;
import java.io.IOException;

/** LightGBM's own answers, straight from its C interface. */
final class NativeLightGbm {
  private NativeLightGbm() {}

  /**
   * Predicts rows. Not by the wrapper's predictForMat: its buffer is too short for three classes.
   *
   * @param perRow values that the prediction has per row
   * @param type C_API_PREDICT_…
   */
  static double[] predict(String artifact, double[] rows, int inputs, int perRow, int type)
      throws IOException {
    LightGbmNative.ensureWrapperLoaded();
    int count = rows.length / inputs;
    SWIGTYPE_p_p_void handle = lightgbmlib.voidpp_handle();
    assertThat(
            lightgbmlib.LGBM_BoosterLoadModelFromString(artifact, lightgbmlib.new_intp(), handle))
        .isZero();
    SWIGTYPE_p_void booster = lightgbmlib.voidpp_value(handle);
    SWIGTYPE_p_double in = lightgbmlib.new_doubleArray(rows.length);
    SWIGTYPE_p_double out = lightgbmlib.new_doubleArray((long) count * perRow);
    for (int i = 0; i < rows.length; i++) {
      lightgbmlib.doubleArray_setitem(in, i, rows[i]);
    }
    int status =
        lightgbmlib.LGBM_BoosterPredictForMat(
            booster,
            lightgbmlib.double_to_voidp_ptr(in),
            lightgbmlibConstants.C_API_DTYPE_FLOAT64,
            count,
            inputs,
            1,
            type,
            0,
            -1,
            "num_threads=1",
            lightgbmlib.new_int64_tp(),
            out);
    assertThat(status).isZero();
    double[] values = new double[count * perRow];
    for (int i = 0; i < values.length; i++) {
      values[i] = lightgbmlib.doubleArray_getitem(out, i);
    }
    lightgbmlib.delete_doubleArray(in);
    lightgbmlib.delete_doubleArray(out);
    lightgbmlib.LGBM_BoosterFree(booster);
    return values;
  }
}
