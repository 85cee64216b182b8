package io.vfr.streams.emit;

import io.vfr.schemas.Alert;
import io.vfr.schemas.AlertState;
import io.vfr.schemas.AlertType;
import io.vfr.schemas.ModelScore;
import io.vfr.schemas.ModelStatus;
import io.vfr.schemas.Prediction;
import io.vfr.schemas.Severity;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * MODEL_FAILED over the predictions of one instance: raised with a model's first failure, cleared
 * with its next success. Shared by all tasks, so that a failing model is told once and not once per
 * partition. Thread-safe.
 */
public final class ModelAlerts {
  private final Set<String> failing = ConcurrentHashMap.newKeySet();
  private final String instance;

  /** Creates the memory of an instance. */
  public ModelAlerts(String instance) {
    this.instance = instance;
  }

  void check(Prediction prediction, List<Alert> out) {
    for (ModelScore model : prediction.models()) {
      String name = model.id() + "@" + model.version();
      if (model.status() == ModelStatus.FAILED) {
        if (failing.add(name)) {
          out.add(
              alert(prediction, name, AlertState.RAISED, "model " + name + " fails while scoring"));
        }
      } else if (model.status() == ModelStatus.OK && failing.remove(name)) {
        out.add(alert(prediction, name, AlertState.CLEARED, "model " + name + " scores again"));
      }
    }
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
