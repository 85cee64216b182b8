package io.vfr.models.train;

import io.github.metarank.lightgbm4j.LGBMBooster;
import io.github.metarank.lightgbm4j.LGBMDataset;
import io.github.metarank.lightgbm4j.LGBMException;
import io.vfr.models.load.LightGbmNative;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;

/** Trains LightGBM models with one thread, in its deterministic mode. */
public final class LightGbmTrainer {
  private LightGbmTrainer() {}

  /**
   * Trains a model.
   *
   * @param parameters LightGBM's own, e.g. objective and num_leaves; num_threads is always 1
   * @param rounds boosting rounds
   * @param onRound called after each round with its number, from 1
   * @return the model in LightGBM's text format
   */
  public static String train(
      TrainingMatrix rows, Map<String, Object> parameters, int rounds, IntConsumer onRound) {
    Map<String, Object> all = new TreeMap<>(parameters);
    all.put("num_threads", 1);
    all.put("deterministic", true);
    all.put("force_row_wise", true);
    all.put("verbosity", -1);
    String text =
        all.entrySet().stream()
            .map(entry -> entry.getKey() + "=" + entry.getValue())
            .collect(Collectors.joining(" "));
    try {
      LightGbmNative.ensureWrapperLoaded();
      try (LGBMDataset dataset =
          LGBMDataset.createFromMat(rows.values(), rows.rows(), rows.inputs(), true, text, null)) {
        dataset.setField("label", rows.floatLabels());
        try (LGBMBooster booster = LGBMBooster.create(dataset, text)) {
          for (int round = 0; round < rounds; round++) {
            booster.updateOneIter();
            onRound.accept(round + 1);
          }
          return booster.saveModelToString(0, -1, LGBMBooster.FeatureImportanceType.SPLIT);
        }
      }
    } catch (LGBMException | IOException e) {
      throw new TrainingException("LightGBM failed to train: " + e.getMessage(), e);
    }
  }
}
