package io.vfr.models.vfrlayout;

import io.vfr.models.Direction;
import io.vfr.models.manifest.Normalizer;
import io.vfr.models.manifest.Task;
import io.vfr.models.trees.LightGbmText;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A model as a directory in VFR's layout describes it.
 *
 * @param artifact the bytes of model.txt, untouched
 * @param inputs names in the order of the model's inputs
 * @param classes what a classifier's outputs stand for; empty for a regression
 * @param notes what was assumed or left aside, one sentence each
 */
@SuppressWarnings("ArrayRecordComponent") // may be large; nobody writes to it
record VfrModel(
    byte[] artifact,
    LightGbmText text,
    Task task,
    List<String> inputs,
    @Nullable Normalizer normalizer,
    List<Direction> classes,
    List<String> notes) {
  VfrModel {
    inputs = List.copyOf(inputs);
    classes = List.copyOf(classes);
    notes = List.copyOf(notes);
  }
}
