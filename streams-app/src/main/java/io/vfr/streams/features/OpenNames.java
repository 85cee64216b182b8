package io.vfr.streams.features;

import io.vfr.models.schema.FeatureSchema;
import io.vfr.streams.config.SentimentConfig;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells which names of open maps may become features: all but the computed ones. What we compute
 * wins; a clash is counted each time and warned of once per name.
 */
final class OpenNames implements Predicate<String> {
  private static final Logger LOG = LoggerFactory.getLogger(OpenNames.class);

  private final Set<String> computed;
  private final Set<String> warned = ConcurrentHashMap.newKeySet();
  private final FeaturesCounters counters;

  OpenNames(FeatureSchema schema, SentimentConfig sentiment, FeaturesCounters counters) {
    this.counters = counters;
    computed = new HashSet<>(schema.names());
    computed.addAll(Features.sentimentNames(sentiment));
  }

  /** A name that found no slot: {@code features.open-names-max} is reached. */
  void dropped(String name) {
    counters.droppedName();
    if (warned.add(name)) {
      LOG.warn(
          "The input value {} becomes no feature: features.open-names-max names are taken", name);
    }
  }

  /** Whether no computed feature has this name. */
  boolean isOpen(String name) {
    return !computed.contains(name);
  }

  /** The same, counting and warning of a clash. */
  @Override
  public boolean test(String name) {
    if (isOpen(name)) {
      return true;
    }
    counters.shadowedName();
    if (warned.add(name)) {
      LOG.warn(
          "The input value {} is ignored: a computed feature has that name, and what is computed wins",
          name);
    }
    return false;
  }
}
