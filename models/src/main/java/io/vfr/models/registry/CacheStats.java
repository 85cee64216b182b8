package io.vfr.models.registry;

/**
 * What a model cache did since it was made. Requests = hits + misses; misses = loads + failures +
 * those under way; models = loads − evictions until the cache is closed.
 *
 * @param hits requests that met a model in memory or already being loaded
 * @param misses requests that started loading
 * @param loads models loaded
 * @param failures models refused
 * @param evictions models dropped for others
 * @param models in memory now
 * @param bytes that they take, an estimate
 */
public record CacheStats(
    long hits, long misses, long loads, long failures, long evictions, int models, long bytes) {
  /** Share of requests that were hits; 1 before the first request. */
  public double hitRatio() {
    long requests = hits + misses;
    return requests == 0 ? 1 : (double) hits / requests;
  }
}
