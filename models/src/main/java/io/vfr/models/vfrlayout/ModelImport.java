package io.vfr.models.vfrlayout;

import io.vfr.models.load.LoadedModel;
import io.vfr.models.load.ModelLoader;
import io.vfr.models.load.ModelRejectedException;
import io.vfr.models.load.SelfTests;
import io.vfr.models.load.Sha256;
import io.vfr.models.manifest.Algorithm;
import io.vfr.models.manifest.Artifact;
import io.vfr.models.manifest.JsonFields;
import io.vfr.models.manifest.Kind;
import io.vfr.models.manifest.Manifest;
import io.vfr.models.manifest.ManifestWriter;
import io.vfr.models.manifest.MissingPolicy;
import io.vfr.models.manifest.SelfTest;
import io.vfr.models.manifest.Target;
import io.vfr.models.manifest.Task;
import io.vfr.models.schema.FeatureSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Imports models in VFR's layout into a registry directory. What is imported scores exactly as
 * LightGBM's own {@code predict} does after {@code z = (x − mean) / std}; it is loaded and verified
 * like every model before it gets its place, so a directory is either there as a whole or not.
 */
public final class ModelImport {
  private static final String CARD = "MODEL_CARD.md";

  /** Names that begin with a dot are not read by the registry. */
  private static final String UNFINISHED = ".import-";

  private final FeatureSchema schema = FeatureSchema.current();
  private final Path registry;
  private final Set<String> computed;

  /**
   * Creates an importer.
   *
   * @param registry directory that holds {@code <id>/<version>}; it is made if it is not there
   * @param furtherComputed names of features that the stream computes beside those of the schema
   */
  public ModelImport(Path registry, Set<String> furtherComputed) {
    this.registry = registry;
    computed = new HashSet<>(schema.names());
    computed.addAll(furtherComputed);
  }

  /**
   * Imports one model.
   *
   * @param source directory with model.txt, and metadata.json and normalizer.json if there are such
   * @throws ImportException with every problem found
   * @throws IOException if the registry cannot be written
   */
  public ImportedModel run(Path source, ImportOptions options) throws ImportException, IOException {
    // Checked before they become parts of a path.
    List<String> problems = new ArrayList<>(options.problems());
    VfrModel model = VfrLayout.read(source, problems);
    if (model != null) {
      for (String name : options.required()) {
        if (!model.inputs().contains(name)) {
          problems.add("required input " + JsonFields.quote(name) + " is none of the inputs");
        }
      }
    }
    if (model == null || !problems.isEmpty()) {
      throw new ImportException(problems);
    }
    Path directory = registry.resolve(options.id()).resolve(options.version());
    if (Files.exists(directory)) {
      throw new ImportException(
          List.of(directory + " is there already; a version never changes, give another one"));
    }
    Manifest manifest = manifest(model, options);
    byte[] bytes = ManifestWriter.write(manifest);
    List<String> known = model.inputs().stream().filter(computed::contains).toList();
    List<String> open = model.inputs().stream().filter(name -> !computed.contains(name)).toList();
    ImportedModel imported =
        new ImportedModel(manifest, directory, Sha256.hex(bytes), known, open, model.notes());
    write(model, imported, bytes);
    return imported;
  }

  private Manifest manifest(VfrModel model, ImportOptions options) throws ImportException {
    Manifest draft = manifest(model, options, List.of());
    try {
      List<SelfTest> tests = SelfTests.score(model.artifact(), draft, SelfTestRows.of(model));
      return manifest(model, options, tests);
    } catch (ModelRejectedException e) {
      throw new ImportException(e.reason() + ": " + e.getMessage(), e);
    }
  }

  private Manifest manifest(VfrModel model, ImportOptions options, List<SelfTest> selfTest) {
    boolean classifier = model.task() != Task.REGRESSION;
    return new Manifest(
        options.id(),
        options.version(),
        Algorithm.LIGHTGBM,
        classifier ? Kind.DIRECTION : Kind.RETURN,
        model.task(),
        classifier ? Target.DIRECTION : Target.RETURN,
        options.horizon(),
        new Artifact(VfrLayout.MODEL, Sha256.hex(model.artifact())),
        schema.hash(),
        model.inputs(),
        null,
        options.required(),
        new MissingPolicy.KeepNan(),
        model.normalizer(),
        model.classes(),
        selfTest,
        null,
        Map.of(),
        null,
        DefaultCalibration.of(model.task(), model.classes()),
        null);
  }

  private void write(VfrModel model, ImportedModel imported, byte[] manifest)
      throws ImportException, IOException {
    Path parent = registry.resolve(imported.manifest().id());
    Files.createDirectories(parent);
    Path unfinished =
        Files.createDirectory(
            parent.resolve(
                UNFINISHED + imported.manifest().version() + "-" + ProcessHandle.current().pid()));
    try {
      Files.write(unfinished.resolve(VfrLayout.MODEL), model.artifact());
      Files.writeString(unfinished.resolve(CARD), ImportCard.of(imported, model));
      Files.write(unfinished.resolve(ModelLoader.MANIFEST), manifest);
      try (LoadedModel loaded = new ModelLoader(schema).load(unfinished)) {
        Files.move(unfinished, imported.directory(), StandardCopyOption.ATOMIC_MOVE);
      }
    } catch (ModelRejectedException e) {
      throw new ImportException(e.reason() + ": " + e.getMessage(), e);
    } finally {
      delete(unfinished);
    }
  }

  private static void delete(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(directory);
  }
}
