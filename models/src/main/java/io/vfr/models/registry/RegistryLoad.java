package io.vfr.models.registry;

import io.vfr.models.load.LoadedModel;
import java.util.List;

/**
 * The outcome of loading a registry.
 *
 * @param models at most one version per id, by id; the caller closes them
 * @param rejections what was refused on the way
 */
public record RegistryLoad(List<LoadedModel> models, List<Rejection> rejections) {
  public RegistryLoad {
    models = List.copyOf(models);
    rejections = List.copyOf(rejections);
  }
}
