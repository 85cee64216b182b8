package io.vfr.streams.config;

import java.nio.file.Path;
import java.util.List;

/**
 * Which models are loaded, from where, and how much memory they may take.
 *
 * @param dir registry directory, {@code <id>/<version>/manifest.json}
 * @param active ids to score with; empty means every model in the registry, newest version
 * @param cacheModelsMax most models held in memory
 * @param cacheBytesMax memory cap for loaded models, bytes
 */
public record ModelsConfig(Path dir, List<String> active, int cacheModelsMax, long cacheBytesMax) {
  public ModelsConfig {
    active = List.copyOf(active);
  }
}
