package io.vfr.streams.scoring;

import io.vfr.models.manifest.Manifest;
import io.vfr.models.manifest.Sequence;
import io.vfr.models.schema.FeatureSlots;
import io.vfr.models.schema.SequencePlan;
import io.vfr.streams.features.FeatureSequence;
import io.vfr.streams.features.FeatureVector;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Fills the input rows of one model: from the slots of a feature vector, for a model over other
 * models from their outputs, and for a sequence model from the last bars.
 */
final class RowInputs {
  /** What the name of an input begins with that is another model's output. */
  static final String MODEL_PREFIX = "model.";

  /** Where the outputs of the other models are. */
  interface OutputSource {
    /** The output of a name behind {@link #MODEL_PREFIX} for a row of the batch; NaN if none. */
    double output(String name, int batchRow);
  }

  private final List<String> names;
  private final int[] slots;
  private final boolean[] required;

  /** The other model whose output an input is; null for a feature. */
  private final @Nullable String[] models;

  private final OutputSource outputs;
  private final @Nullable Sequence sequence;

  /** Which columns of the plan, computed for {@link #plan}, make the sequence. */
  private int[] columns = new int[0];

  private SequencePlan plan = SequencePlan.NONE;

  RowInputs(Manifest manifest, FeatureSlots slots, OutputSource outputs) {
    this.outputs = outputs;
    sequence = manifest.sequence();
    names = manifest.inputs();
    this.slots = new int[names.size()];
    required = new boolean[names.size()];
    models = new String[names.size()];
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      if (name.startsWith(MODEL_PREFIX)) {
        models[i] = name.substring(MODEL_PREFIX.length());
        this.slots[i] = -1;
      } else {
        this.slots[i] = slots.intern(name);
      }
      required[i] = manifest.required().contains(names.get(i));
    }
  }

  /** Whether an input is another model's output. */
  boolean isOutput(int input) {
    return models[input] != null;
  }

  int size() {
    return names.size();
  }

  String name(int input) {
    return names.get(input);
  }

  /** The slot of a feature input; -1 for an output, or where no slot was left. */
  int slot(int input) {
    return slots[input];
  }

  /**
   * Writes the row of a vector.
   *
   * @param batchRow the vector's place in the batch
   * @return whether every required input is there
   */
  boolean gather(FeatureVector vector, int batchRow, double[] into, int at) {
    if (sequence != null) {
      return gather(sequence, vector.sequence(), into, at);
    }
    for (int i = 0; i < slots.length; i++) {
      double value = value(i, vector, batchRow);
      if (required[i] && Double.isNaN(value)) {
        return false;
      }
      into[at + i] = value;
    }
    return true;
  }

  /** Every bar of a sequence is required, whatever of it is missing. */
  private boolean gather(Sequence wanted, @Nullable FeatureSequence known, double[] into, int at) {
    if (known == null || known.bars() < wanted.length()) {
      return false;
    }
    if (!known.plan().equals(plan)) {
      plan = known.plan();
      columns = wanted.features().stream().mapToInt(plan::columnOf).toArray();
    }
    for (int column : columns) {
      if (column < 0) {
        return false;
      }
    }
    known.copyLast(wanted.length(), columns, into, at);
    return true;
  }

  private double value(int input, FeatureVector vector, int batchRow) {
    if (slots[input] >= 0) {
      return vector.value(slots[input]);
    }
    String model = models[input];
    return model == null ? Double.NaN : outputs.output(model, batchRow);
  }
}
