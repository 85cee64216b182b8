package io.vfr.streams.ops.registry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vfr.models.registry.CacheStats;
import io.vfr.models.registry.ModelCache;
import java.time.Duration;
import java.util.function.ToLongFunction;

/** What is counted of models coming and going. */
final class ModelMeters {
  private final MeterRegistry registry;
  private final Timer loads;
  private final Counter swaps;
  private final Counter taken;
  private final Counter refused;

  ModelMeters(MeterRegistry registry) {
    this.registry = registry;
    loads =
        Timer.builder("vfr.model.load")
            .description("Time that loading, verifying and warming a model took, refused ones too")
            .serviceLevelObjectives(
                Duration.ofMillis(10),
                Duration.ofMillis(50),
                Duration.ofMillis(100),
                Duration.ofMillis(500),
                Duration.ofMillis(1000))
            .register(registry);
    swaps =
        Counter.builder("vfr.model.swaps")
            .description("Sets of models that took the place of another one")
            .register(registry);
    taken = records("taken");
    refused = records("refused");
  }

  private Counter records(String result) {
    return Counter.builder("vfr.model.registry.records")
        .description("Records of vfr.models: read = taken + refused")
        .tag("result", result)
        .register(registry);
  }

  /**
   * Publishes what a cache counts: requests = hits + misses, misses = loads + failures + those
   * under way, models = loads − freed.
   */
  void bind(ModelCache cache) {
    Gauge.builder("vfr.model.cache.hit.ratio", cache, c -> c.stats().hitRatio())
        .description(
            "Hits among requests for a model that had been in memory, hits / (hits + reloads)")
        .register(registry);
    Gauge.builder("vfr.model.cache.bytes", cache, c -> c.stats().bytes())
        .description("Memory that loaded models take, heap and native, an estimate, bytes")
        .register(registry);
    Gauge.builder("vfr.model.cache.models", cache, c -> c.stats().models())
        .description("Models in memory")
        .register(registry);
    count(cache, "hits", "Requests that met a model in memory", CacheStats::hits);
    count(cache, "misses", "Requests that started loading", CacheStats::misses);
    count(cache, "reloads", "Misses of models that had been in memory", CacheStats::reloads);
    count(cache, "loads", "Models loaded", CacheStats::loads);
    count(cache, "failures", "Models refused by the loader", CacheStats::failures);
    count(cache, "evictions", "Models let go for others", CacheStats::evictions);
    count(cache, "freed", "Models whose memory was given back", CacheStats::freed);
  }

  private void count(
      ModelCache cache, String name, String description, ToLongFunction<CacheStats> value) {
    FunctionCounter.builder("vfr.model.cache." + name, cache, c -> value.applyAsLong(c.stats()))
        .description(description)
        .register(registry);
  }

  void loaded(Duration time) {
    loads.record(time);
  }

  void swapped() {
    swaps.increment();
  }

  void recordTaken() {
    taken.increment();
  }

  void recordRefused() {
    refused.increment();
  }
}
