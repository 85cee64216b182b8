package io.vfr.streams.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Which models are loaded, from where, and how much memory they may take.
 *
 * @param dir registry directory, {@code <id>/<version>/manifest.json}
 * @param active ids to score with; empty means every model that the registry or the directory has
 * @param warm ids whose champion, and the version that it replaced, stay in memory also when they
 *     are not scored with
 * @param cacheModelsMax most models held in memory
 * @param cacheBytesMax memory cap for loaded models, bytes
 * @param timeout how long scoring one batch may take
 * @param rollbackLevel largest chance that a promoted model that is no worse than the one before is
 *     rolled back for its outcomes; 0 if models are never rolled back by themselves
 * @param registryWait how long an instance waits at its start for the registry to be read
 */
public record ModelsConfig(
    Path dir,
    List<String> active,
    List<String> warm,
    int cacheModelsMax,
    long cacheBytesMax,
    Duration timeout,
    double rollbackLevel,
    Duration registryWait) {
  public ModelsConfig {
    active = List.copyOf(active);
    warm = List.copyOf(warm);
  }
}
