package io.vfr.streams.ops;

import io.vfr.models.load.LoadedModel;
import io.vfr.models.load.ModelLoader;
import io.vfr.models.load.ModelRejectedException;
import io.vfr.models.load.RejectionReason;
import io.vfr.models.manifest.Manifest;
import io.vfr.models.registry.CacheStats;
import io.vfr.models.registry.ModelCache;
import io.vfr.models.registry.ModelDirectory;
import io.vfr.models.registry.ModelRegistry;
import io.vfr.models.registry.ModelSet;
import io.vfr.models.registry.RegistryScan;
import io.vfr.models.registry.Rejection;
import io.vfr.models.schema.FeatureSchema;
import io.vfr.streams.config.ModelsConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The models that one instance scores with: loaded and verified through the cache off the stream
 * threads, handed to them as one reference. Thread-safe.
 */
public final class ModelStore implements Supplier<ModelSet>, AutoCloseable {
  private final ModelCache cache;
  private final ModelSet models;
  private final List<Rejection> rejections;

  private ModelStore(ModelCache cache, ModelSet models, List<Rejection> rejections) {
    this.cache = cache;
    this.models = models;
    this.rejections = List.copyOf(rejections);
  }

  /**
   * Loads the newest usable version of every configured model.
   *
   * @throws IllegalStateException if the registry cannot be read or no model is usable
   */
  public static ModelStore open(ModelsConfig config) throws InterruptedException {
    if (!Files.isDirectory(config.dir())) {
      throw new IllegalStateException(
          "models.dir "
              + config.dir()
              + " is no directory; it must hold <id>/<version>/manifest.json");
    }
    ModelCache cache =
        new ModelCache(
            new ModelLoader(FeatureSchema.current()),
            config.cacheModelsMax(),
            config.cacheBytesMax());
    List<Rejection> rejections = new ArrayList<>();
    List<LoadedModel> models = load(config, cache, rejections);
    if (models.isEmpty()) {
      cache.close();
      throw new IllegalStateException(
          "models.dir " + config.dir() + " holds no usable model: " + describe(rejections));
    }
    return new ModelStore(cache, ModelSet.ofChampions(models), rejections);
  }

  private static String describe(Collection<Rejection> rejections) {
    return rejections.isEmpty()
        ? "it is empty, or models.active names none of its models"
        : String.join(
            "; ",
            rejections.stream()
                .map(r -> r.model() + " " + r.reason() + ": " + r.message())
                .toList());
  }

  private static List<LoadedModel> load(
      ModelsConfig config, ModelCache cache, List<Rejection> rejections)
      throws InterruptedException {
    RegistryScan scan;
    try {
      scan = new ModelRegistry(config.dir()).scan();
    } catch (IOException e) {
      throw new IllegalStateException(
          "models.dir " + config.dir() + " cannot be read: " + e.getMessage(), e);
    }
    rejections.addAll(scan.rejections());
    List<LoadedModel> models = new ArrayList<>();
    Set<String> loaded = new HashSet<>();
    for (ModelDirectory directory : scan.models()) {
      boolean wanted = config.active().isEmpty() || config.active().contains(directory.id());
      if (!wanted || loaded.contains(directory.id())) {
        continue;
      }
      try {
        LoadedModel model = cache.get(directory).get();
        String unsuitable = unsuitable(model.manifest());
        if (unsuitable == null) {
          models.add(model);
          loaded.add(directory.id());
        } else {
          model.close();
          rejections.add(new Rejection(directory.key(), RejectionReason.UNSUPPORTED, unsuitable));
        }
      } catch (ExecutionException e) {
        rejections.add(rejection(directory, e.getCause()));
      }
    }
    return models;
  }

  /** Why the ensemble cannot use a model that is sound in itself; null if it can. */
  private static @Nullable String unsuitable(Manifest manifest) {
    if (manifest.calibration() == null) {
      return "the ensemble needs the calibration of every model";
    }
    double hitRate = manifest.metrics().getOrDefault("hitRate", 0.5);
    return hitRate >= 0 && hitRate <= 1 ? null : "metrics.hitRate must be 0..1 but is " + hitRate;
  }

  private static Rejection rejection(ModelDirectory directory, @Nullable Throwable cause) {
    if (cause instanceof ModelRejectedException refused) {
      return new Rejection(directory.key(), refused.reason(), String.valueOf(refused.getMessage()));
    }
    throw new IllegalStateException("loading " + directory.key() + " failed", cause);
  }

  @Override
  public ModelSet get() {
    return models;
  }

  /** What was refused when the store was opened. */
  public List<Rejection> rejections() {
    return rejections;
  }

  /** What the cache did and holds. */
  public CacheStats stats() {
    return cache.stats();
  }

  @Override
  public void close() {
    models.close();
    cache.close();
  }
}
