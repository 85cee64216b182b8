package io.vfr.models.registry;

/**
 * What a model cache did since it was made. Requests = hits + misses; misses = loads + failures +
 * those under way; models = loads − freed.
 *
 * @param hits requests that met a model in memory or already being loaded
 * @param misses requests that started loading
 * @param reloads misses of a model that had been in memory before: what a larger cache would have
 *     saved
 * @param loads models loaded
 * @param failures models refused
 * @param evictions models that the cache let go for others
 * @param freed models whose memory was given back
 * @param models in memory now, also those that were evicted and are still held by someone
 * @param bytes that they take, an estimate, heap and native
 */
public record CacheStats(
    long hits,
    long misses,
    long reloads,
    long loads,
    long failures,
    long evictions,
    long freed,
    int models,
    long bytes) {
  /**
   * Share of hits among the requests that a cache can meet at all, hits / (hits + reloads): the
   * first request for a version is none of them. 1 before there was one.
   */
  public double hitRatio() {
    long requests = hits + reloads;
    return requests == 0 ? 1 : (double) hits / requests;
  }
}
