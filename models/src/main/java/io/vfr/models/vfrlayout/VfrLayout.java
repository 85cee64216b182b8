package io.vfr.models.vfrlayout;

import io.vfr.models.Direction;
import io.vfr.models.load.LightGbmObjective;
import io.vfr.models.load.ModelLoader;
import io.vfr.models.manifest.JsonFields;
import io.vfr.models.manifest.ManifestReader;
import io.vfr.models.manifest.Normalizer;
import io.vfr.models.manifest.Task;
import io.vfr.models.trees.LightGbmText;
import io.vfr.models.trees.LightGbmTrees;
import io.vfr.models.trees.TreeEnsemble;
import io.vfr.models.trees.TreeFormatException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads a directory in VFR's layout: model.txt, and metadata.json and normalizer.json if there. */
final class VfrLayout {
  static final String MODEL = "model.txt";
  static final String METADATA = "metadata.json";
  static final String NORMALIZER = "normalizer.json";
  private static final int JSON_BYTES_MAX = 1 << 20;

  private final LayoutFiles files;
  private final List<String> problems;
  private final List<String> notes = new ArrayList<>();

  private VfrLayout(LayoutFiles files, List<String> problems) {
    this.files = files;
    this.problems = problems;
  }

  /**
   * Reads a model.
   *
   * @param problems where problems are added
   * @return null after a problem
   * @throws ImportException if there is no such directory
   */
  static @Nullable VfrModel read(Path directory, List<String> problems) throws ImportException {
    return new VfrLayout(new LayoutFiles(directory, problems), problems).read();
  }

  private @Nullable VfrModel read() {
    int before = problems.size();
    JsonFields metadata = files.json(METADATA, JSON_BYTES_MAX);
    JsonFields normalizerFields = files.json(NORMALIZER, JSON_BYTES_MAX);
    if (!files.has(METADATA)) {
      notes.add("there is no metadata.json");
    }
    if (!files.has(NORMALIZER)) {
      notes.add("there is no normalizer.json: inputs go to the model as they are");
    }
    byte[] artifact = artifact();
    LightGbmText text = artifact == null ? null : text(artifact);
    TreeEnsemble trees = text == null ? null : trees(text);
    if (artifact == null || text == null || trees == null) {
      return null;
    }
    Task task = task(text, trees);
    FeatureNames names = new FeatureNames(problems);
    names.add(METADATA, metadata);
    names.add(NORMALIZER, normalizerFields);
    names.add(MODEL, text.featureNames());
    List<String> inputs = names.resolve(trees.inputs());
    Normalizer normalizer =
        normalizerFields == null || inputs.isEmpty()
            ? null
            : new NormalizerFile(normalizerFields, inputs, notes).read();
    List<Direction> classes = task == null ? List.of() : classes(metadata, task);
    if (problems.size() > before || task == null) {
      return null;
    }
    return new VfrModel(artifact, text, task, inputs, normalizer, classes, notes);
  }

  private byte @Nullable [] artifact() {
    if (!files.has(MODEL)) {
      problems.add("there is no model.txt; it must be a LightGBM model as save_model writes it");
      return null;
    }
    return files.read(MODEL, ModelLoader.ARTIFACT_BYTES_MAX);
  }

  private @Nullable LightGbmText text(byte[] artifact) {
    try {
      return LightGbmText.read(new String(artifact, StandardCharsets.UTF_8));
    } catch (TreeFormatException e) {
      problems.add(MODEL + ": " + e.getMessage());
      return null;
    }
  }

  private @Nullable TreeEnsemble trees(LightGbmText text) {
    try {
      return LightGbmTrees.parse(text);
    } catch (TreeFormatException e) {
      problems.add(MODEL + ": " + e.getMessage());
      return null;
    }
  }

  private @Nullable Task task(LightGbmText text, TreeEnsemble trees) {
    if (trees.inputs() > ManifestReader.INPUTS_MAX) {
      problems.add(
          MODEL + " has " + trees.inputs() + " inputs; at most " + ManifestReader.INPUTS_MAX);
    }
    if (text.pandasCategories()) {
      problems.add(
          MODEL
              + " was trained on text categories that pandas numbered; features are numbers, so"
              + " train it on the numbers");
    }
    Task task = LightGbmObjective.task(text.objective());
    if (task == null) {
      problems.add(
          MODEL
              + " has the objective "
              + JsonFields.quote(text.objective())
              + "; allowed are "
              + String.join(
                  "; ", Arrays.stream(Task.values()).map(LightGbmObjective::allowed).toList()));
      return null;
    }
    int outputs = task == Task.MULTICLASS ? ClassLabels.usual(task).size() : 1;
    if (trees.outputs() != outputs) {
      problems.add(
          MODEL
              + " has "
              + trees.outputs()
              + " outputs; a "
              + task.jsonName()
              + " model must have "
              + outputs);
    }
    return task;
  }

  private List<Direction> classes(@Nullable JsonFields metadata, Task task) {
    List<Direction> stated = ClassLabels.stated(metadata, task);
    if (stated != null) {
      return stated;
    }
    List<Direction> usual = ClassLabels.usual(task);
    if (!usual.isEmpty()) {
      notes.add("metadata.json does not state the classes: taken as " + usual);
    }
    return usual;
  }
}
