package io.vfr.streams.emit;

import io.vfr.schemas.Alert;
import io.vfr.schemas.AlertState;
import io.vfr.schemas.AlertType;
import io.vfr.schemas.ModelScore;
import io.vfr.schemas.ModelStatus;
import io.vfr.schemas.Prediction;
import io.vfr.schemas.Severity;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * MODEL_FAILED over the predictions of one instance: raised with a model's first failure, cleared
 * when it has scored {@link #QUIET_ROWS} rows on end without another one. Shared by all tasks, so
 * that a failing model is told once and not once per partition. Thread-safe.
 */
public final class ModelAlerts {
  /**
   * How many rows on end a model must score before it counts as repaired. Counted over all symbols:
   * a model that fails for a single one must not be told as failing and repaired in turn. Rows and
   * not time, because a replay runs through days within seconds.
   */
  static final int QUIET_ROWS = 1_000;

  /** Rows scored since the last failure, by failing model; written only under the monitor. */
  private final Map<String, Integer> quietRows = new ConcurrentHashMap<>();

  private final String instance;

  /** Creates the memory of an instance. */
  public ModelAlerts(String instance) {
    this.instance = instance;
  }

  void check(Prediction prediction, List<Alert> out) {
    for (ModelScore model : prediction.models()) {
      if (model.status() == ModelStatus.FAILED) {
        String name = name(model);
        if (failed(name)) {
          out.add(
              alert(prediction, name, AlertState.RAISED, "model " + name + " fails while scoring"));
        }
      } else if (model.status() != ModelStatus.SKIPPED && !quietRows.isEmpty()) {
        // The usual case, no model failing, takes neither the lock nor a string.
        String name = name(model);
        if (recovered(name)) {
          String message = "model " + name + " scored " + QUIET_ROWS + " rows without a failure";
          out.add(alert(prediction, name, AlertState.CLEARED, message));
        }
      }
    }
  }

  /** Notes a failure; true if the model was not failing before. */
  private synchronized boolean failed(String model) {
    return quietRows.put(model, 0) == null;
  }

  /** Notes a scored row; true if it is the one that ends the model's failing. */
  private synchronized boolean recovered(String model) {
    Integer before = quietRows.get(model);
    if (before == null) {
      return false;
    }
    if (before + 1 < QUIET_ROWS) {
      quietRows.put(model, before + 1);
      return false;
    }
    quietRows.remove(model);
    return true;
  }

  private static String name(ModelScore model) {
    return model.id() + "@" + model.version();
  }

  private Alert alert(Prediction prediction, String model, AlertState state, String message) {
    return new Alert(
        AlertType.MODEL_FAILED + ":" + model + ":" + prediction.id(),
        prediction.ts(),
        AlertType.MODEL_FAILED,
        state == AlertState.RAISED ? Severity.CRITICAL : Severity.INFO,
        state,
        null,
        message,
        null,
        null,
        prediction.id(),
        instance);
  }
}
