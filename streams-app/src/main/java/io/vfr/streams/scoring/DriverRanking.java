package io.vfr.streams.scoring;

import io.vfr.models.schema.FeatureSlots;
import io.vfr.schemas.Driver;
import io.vfr.schemas.Prediction;
import io.vfr.streams.features.FeatureVector;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Adds up how much each feature moved a forecast over all models, and names the largest. Reused
 * from row to row.
 *
 * <p>A model whose attribution costs more than its score (a neural one) is one driver as a whole,
 * {@code model.<id>}, with its output as the value and its share of the forecast as the
 * contribution; so is a model that another one takes as an input.
 */
final class DriverRanking {
  private final FeatureSlots slots;
  private final List<String> models = new ArrayList<>();
  private double[] bySlot = new double[0];
  private double[] modelValues = new double[8];
  private double[] byModel = new double[8];

  /** The largest so far: slots, and behind the last slot models. */
  private final int[] ranks = new int[Prediction.DRIVERS_MAX];

  private final double[] amounts = new double[Prediction.DRIVERS_MAX];
  private int ranked;

  DriverRanking(FeatureSlots slots) {
    this.slots = slots;
  }

  void clear() {
    if (bySlot.length < slots.size()) {
      bySlot = new double[slots.size()];
    }
    Arrays.fill(bySlot, 0);
    models.clear();
  }

  /**
   * Adds one model's attribution of a row.
   *
   * @param scale expected return per unit of the model's margin
   */
  void add(BoundModel model, int row, double scale) {
    RowInputs inputs = model.inputs();
    for (int i = 0; i < inputs.size(); i++) {
      double contribution = scale * model.contribution(row, i);
      if (inputs.isOutput(i)) {
        addWhole(inputs.name(i), model.input(row, i), contribution);
      } else {
        addFeature(inputs.slot(i), contribution);
      }
    }
  }

  /**
   * Adds what a feature contributed.
   *
   * @param slot its slot; a negative one, or one assigned later than {@link #clear}, has no place
   */
  void addFeature(int slot, double contribution) {
    if (slot >= 0 && slot < bySlot.length) {
      bySlot[slot] += contribution;
    }
  }

  /**
   * Adds a model as a whole.
   *
   * @param name {@code model.<id>}
   * @param value its output
   * @param contribution its share of the expected return
   */
  void addWhole(String name, double value, double contribution) {
    int at = models.indexOf(name);
    if (at < 0) {
      at = models.size();
      models.add(name);
      if (at == byModel.length) {
        byModel = Arrays.copyOf(byModel, 2 * at);
        modelValues = Arrays.copyOf(modelValues, 2 * at);
      }
      byModel[at] = 0;
    }
    modelValues[at] = value;
    byModel[at] += contribution;
  }

  /**
   * The drivers with the largest contributions by amount, largest first; none that contributed
   * nothing.
   */
  List<Driver> largest(FeatureVector vector) {
    ranked = 0;
    // Of equal ones the first counts as the larger: features by slot, then models.
    for (int slot = 0; slot < bySlot.length; slot++) {
      rank(slot, Math.abs(bySlot[slot]));
    }
    for (int model = 0; model < models.size(); model++) {
      rank(bySlot.length + model, Math.abs(byModel[model]));
    }
    List<Driver> largest = new ArrayList<>(ranked);
    for (int i = 0; i < ranked; i++) {
      int slot = ranks[i];
      int model = slot - bySlot.length;
      largest.add(
          model < 0
              ? new Driver(slots.name(slot), vector.value(slot), bySlot[slot])
              : new Driver(models.get(model), modelValues[model], byModel[model]));
    }
    return largest;
  }

  /** Takes a contribution among the largest if it is one of them. */
  private void rank(int which, double amount) {
    if (!(amount > 0 && amount < Double.POSITIVE_INFINITY)
        || ranked == ranks.length && amount <= amounts[ranked - 1]) {
      return;
    }
    int at = ranked < ranks.length ? ranked++ : ranked - 1;
    while (at > 0 && amount > amounts[at - 1]) {
      amounts[at] = amounts[at - 1];
      ranks[at] = ranks[at - 1];
      at--;
    }
    amounts[at] = amount;
    ranks[at] = which;
  }
}
