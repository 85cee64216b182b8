package io.vfr.models.registry;

import java.util.List;

/**
 * What a registry directory holds, before anything is loaded.
 *
 * @param models by id, newest version first
 * @param rejections directories whose names are not {@code <id>/<version>}
 */
public record RegistryScan(List<ModelDirectory> models, List<Rejection> rejections) {
  public RegistryScan {
    models = List.copyOf(models);
    rejections = List.copyOf(rejections);
  }
}
