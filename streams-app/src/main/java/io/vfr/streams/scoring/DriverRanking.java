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
 */
final class DriverRanking {
  private final FeatureSlots slots;
  private double[] bySlot = new double[0];
  private double[] contributions = new double[0];

  DriverRanking(FeatureSlots slots) {
    this.slots = slots;
  }

  void clear() {
    if (bySlot.length < slots.size()) {
      bySlot = new double[slots.size()];
    }
    Arrays.fill(bySlot, 0);
  }

  /**
   * Adds one model's attribution of a vector.
   *
   * @param scale expected return per unit of the model's margin
   */
  void add(BoundModel model, FeatureVector vector, double scale) {
    if (contributions.length < model.inputs()) {
      contributions = new double[model.inputs()];
    }
    model.contributions(vector, contributions);
    for (int i = 0; i < model.inputs(); i++) {
      int slot = model.inputSlot(i);
      if (slot >= 0 && slot < bySlot.length) {
        bySlot[slot] += scale * contributions[i];
      }
    }
  }

  /**
   * The features with the largest contributions by amount, largest first; none that contributed
   * nothing.
   */
  List<Driver> largest(FeatureVector vector) {
    List<Driver> largest = new ArrayList<>(Prediction.DRIVERS_MAX);
    for (int rank = 0; rank < Prediction.DRIVERS_MAX; rank++) {
      int best = -1;
      for (int slot = 0; slot < bySlot.length; slot++) {
        if (bySlot[slot] != 0
            && Double.isFinite(bySlot[slot])
            && (best < 0 || Math.abs(bySlot[slot]) > Math.abs(bySlot[best]))) {
          best = slot;
        }
      }
      if (best < 0) {
        break;
      }
      largest.add(new Driver(slots.name(best), vector.value(best), bySlot[best]));
      bySlot[best] = 0;
    }
    return largest;
  }
}
