package io.vfr.streams.ops.registry;

import io.vfr.models.load.ModelLoader;
import io.vfr.models.load.ModelRejectedException;
import io.vfr.models.load.Sha256;
import io.vfr.models.registry.ModelDirectory;
import io.vfr.models.registry.ModelRegistry;
import io.vfr.models.registry.RegistryScan;
import io.vfr.models.registry.Rejection;
import io.vfr.schemas.ModelStage;
import io.vfr.streams.config.AppConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;

/** What {@code models.dir} held when it was read; read once, at the start of an instance. */
final class LocalModels {
  private final SequencedMap<ModelRef, ModelDirectory> directories;
  private final List<Rejection> rejections;

  /**
   * Models by what they are.
   *
   * @param directories of each id the newest version first
   */
  LocalModels(SequencedMap<ModelRef, ModelDirectory> directories, List<Rejection> rejections) {
    this.directories = directories;
    this.rejections = rejections;
  }

  private static LocalModels of(RegistryScan scan) {
    SequencedMap<ModelRef, ModelDirectory> directories = new LinkedHashMap<>();
    for (ModelDirectory directory : scan.models()) {
      directories.put(
          new ModelRef(directory.id(), directory.version(), digest(directory)), directory);
    }
    return new LocalModels(directories, scan.rejections());
  }

  /**
   * Reads a registry directory; there is nothing in one that is not there.
   *
   * @throws IllegalStateException if it is there and cannot be read
   */
  static LocalModels read(Path dir) {
    if (!Files.isDirectory(dir)) {
      return of(new RegistryScan(List.of(), List.of()));
    }
    try {
      return of(new ModelRegistry(dir).scan());
    } catch (IOException e) {
      throw new IllegalStateException(
          "models.dir " + dir + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** Empty where there is no manifest: loading will say so. */
  private static String digest(ModelDirectory directory) {
    try {
      return Sha256.hex(Files.readAllBytes(directory.path().resolve(ModelLoader.MANIFEST)));
    } catch (IOException e) {
      return "";
    }
  }

  /** Names that are no models. */
  List<Rejection> rejections() {
    return rejections;
  }

  Optional<ModelDirectory> directory(ModelRef ref) {
    return Optional.ofNullable(directories.get(ref));
  }

  Set<String> ids() {
    Set<String> ids = new TreeSet<>();
    directories.keySet().forEach(ref -> ids.add(ref.id()));
    return ids;
  }

  /**
   * The versions that may serve a model of which the registry has no champion, the best first:
   * newest first, those that are registered as shadows behind all others, none that is retired.
   */
  List<ModelRef> candidates(String id, RegistryState registry) {
    List<ModelRef> candidates = new ArrayList<>();
    List<ModelRef> shadows = new ArrayList<>();
    for (ModelRef ref : directories.keySet()) {
      if (!ref.id().equals(id) || registry.isRetired(ref)) {
        continue;
      }
      (registry.is(ref, ModelStage.SHADOW) ? shadows : candidates).add(ref);
    }
    candidates.addAll(shadows);
    return candidates;
  }

  /** The version that an instance with this {@code models.dir} serves without the registry. */
  static Optional<ModelDirectory> champion(
      AppConfig config, ModelLoader loader, RegistryState registry, String id) {
    LocalModels local = read(config.models().dir());
    for (ModelRef ref : local.candidates(id, registry)) {
      ModelDirectory directory = local.directories.get(ref);
      if (directory != null && loads(loader, directory)) {
        return Optional.of(directory);
      }
    }
    return Optional.empty();
  }

  private static boolean loads(ModelLoader loader, ModelDirectory directory) {
    try {
      loader.load(directory.path()).close();
      return true;
    } catch (ModelRejectedException e) {
      return false;
    }
  }
}
