package io.vfr.streams.ops.registry;

import io.vfr.models.load.LoadOptions;
import io.vfr.models.load.ModelLoader;
import io.vfr.models.schema.FeatureSchema;
import io.vfr.streams.config.AppConfig;

/**
 * The loader that a configuration asks for: commands that verify a model do it as an instance does.
 */
public final class ModelLoaders {
  private ModelLoaders() {}

  /** A loader. */
  public static ModelLoader of(AppConfig config) {
    return new ModelLoader(
        FeatureSchema.current(),
        new LoadOptions(
            Math.min(config.streams().threads(), LoadOptions.SCORING_THREADS_MAX),
            config.models().timeout(),
            config.scoring().deterministic()));
  }
}
