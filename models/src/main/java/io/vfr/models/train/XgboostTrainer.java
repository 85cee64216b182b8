package io.vfr.models.train;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;
import ml.dmlc.xgboost4j.java.XGBoostError;

/** Trains XGBoost models with one thread. */
public final class XgboostTrainer {
  private XgboostTrainer() {}

  /**
   * Trains a model.
   *
   * @param parameters XGBoost's own, e.g. objective and max_depth; nthread is always 1
   * @param rounds boosting rounds
   * @param onRound called after each round with its number, from 1
   * @return the model in XGBoost's JSON format
   */
  public static byte[] train(
      TrainingMatrix rows, Map<String, Object> parameters, int rounds, IntConsumer onRound) {
    Map<String, Object> all = new TreeMap<>(parameters);
    all.put("nthread", 1);
    DMatrix matrix = null;
    Booster booster = null;
    try {
      matrix = new DMatrix(rows.floatValues(), rows.rows(), rows.inputs(), Float.NaN);
      matrix.setLabel(rows.floatLabels());
      // No round yet: only this call can make a booster that knows its training matrix.
      booster = XGBoost.train(matrix, all, 0, new HashMap<>(), null, null);
      for (int round = 0; round < rounds; round++) {
        booster.update(matrix, round);
        onRound.accept(round + 1);
      }
      return booster.toByteArray("json");
    } catch (XGBoostError e) {
      throw new TrainingException("XGBoost failed to train: " + e.getMessage(), e);
    } finally {
      if (booster != null) {
        booster.dispose();
      }
      if (matrix != null) {
        matrix.dispose();
      }
    }
  }
}
