package io.vfr.models.registry;

import io.vfr.models.load.LoadedModel;
import io.vfr.models.load.ModelLoader;
import io.vfr.models.load.ModelRejectedException;
import io.vfr.models.load.RejectionReason;
import io.vfr.models.manifest.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A directory of models, {@code <id>/<version>/manifest.json}. Names that start with a dot are not
 * read.
 */
public final class ModelRegistry {
  private static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");
  private final Path root;

  public ModelRegistry(Path root) {
    this.root = root;
  }

  /** Whether a text can be a model's id, and with it the name of a directory. */
  public static boolean isId(String text) {
    return ID.matcher(text).matches();
  }

  /**
   * Lists the models.
   *
   * @throws IOException if the directory cannot be read, e.g. because it is not there
   */
  public RegistryScan scan() throws IOException {
    List<ModelDirectory> models = new ArrayList<>();
    List<Rejection> rejections = new ArrayList<>();
    for (Path idDir : directories(root)) {
      String id = name(idDir);
      if (!isId(id)) {
        rejections.add(
            new Rejection(
                id,
                RejectionReason.BAD_MANIFEST,
                idDir + " is not named after a model id, which matches " + ID.pattern()));
        continue;
      }
      for (Path versionDir : directories(idDir)) {
        try {
          models.add(new ModelDirectory(id, SemanticVersion.parse(name(versionDir)), versionDir));
        } catch (IllegalArgumentException e) {
          rejections.add(
              new Rejection(id, RejectionReason.BAD_MANIFEST, versionDir + ": " + e.getMessage()));
        }
      }
    }
    models.sort(
        Comparator.comparing(ModelDirectory::id)
            .thenComparing(ModelDirectory::version, Comparator.reverseOrder()));
    return new RegistryScan(models, rejections);
  }

  /**
   * Loads the newest version of each model that passes; an older one where newer ones are refused.
   *
   * @param active ids to load; empty means all
   * @throws IOException if the directory cannot be read
   */
  public RegistryLoad loadNewest(ModelLoader loader, Collection<String> active) throws IOException {
    RegistryScan scan = scan();
    List<LoadedModel> models = new ArrayList<>();
    List<Rejection> rejections = new ArrayList<>(scan.rejections());
    Set<String> seen = new HashSet<>();
    Set<String> loaded = new HashSet<>();
    for (ModelDirectory directory : scan.models()) {
      if (!active.isEmpty() && !active.contains(directory.id())) {
        continue;
      }
      seen.add(directory.id());
      if (loaded.contains(directory.id())) {
        continue;
      }
      try {
        models.add(load(loader, directory));
        loaded.add(directory.id());
      } catch (ModelRejectedException e) {
        rejections.add(new Rejection(directory.key(), e.reason(), String.valueOf(e.getMessage())));
      }
    }
    for (String id : active) {
      if (!seen.contains(id)) {
        rejections.add(
            new Rejection(
                id, RejectionReason.NOT_FOUND, "there is no model " + id + " in " + root));
      }
    }
    return new RegistryLoad(models, rejections);
  }

  /** Loads a model and checks that it is the one that its directory's name says. */
  static LoadedModel load(ModelLoader loader, ModelDirectory directory)
      throws ModelRejectedException {
    LoadedModel model = loader.load(directory.path());
    Manifest manifest = model.manifest();
    if (!manifest.key().equals(directory.key())) {
      model.close();
      throw new ModelRejectedException(
          RejectionReason.BAD_MANIFEST,
          directory.path() + " holds " + manifest.key() + "; it must hold " + directory.key());
    }
    return model;
  }

  private static List<Path> directories(Path parent) throws IOException {
    try (Stream<Path> list = Files.list(parent)) {
      return list.filter(Files::isDirectory)
          .filter(path -> !name(path).startsWith("."))
          .sorted()
          .toList();
    }
  }

  private static String name(Path path) {
    return String.valueOf(path.getFileName());
  }
}
