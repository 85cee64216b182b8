package io.vfr.streams.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/** Defaults that belong together; what anything else sets overrides them (docs/performance.md). */
public enum Profile {
  /**
   * The defaults of each key: large batches, and commits ten times a second. Larger and fewer ones
   * were measured, and brought nothing.
   */
  THROUGHPUT(List.of()),

  /**
   * For readers that take a prediction before it is committed: each is sent at once, small batches
   * are not compressed, which takes 128 KB of buffers for each, and commits, which hold the stream
   * thread up for tens of milliseconds, are rare (docs/decisions/0022).
   */
  LOW_LATENCY(
      List.of(
          Map.entry("processing.mode", "at-least-once"),
          Map.entry("processing.commit-interval", "PT5S"),
          Map.entry("kafka.producer.linger.ms", "0"),
          Map.entry("kafka.producer.compression.type", "none")));

  private final List<Map.Entry<String, String>> settings;

  Profile(List<Map.Entry<String, String>> settings) {
    this.settings = settings;
  }

  /** What it sets, by key. */
  SequencedMap<String, String> settings() {
    SequencedMap<String, String> values = new LinkedHashMap<>();
    settings.forEach(setting -> values.put(setting.getKey(), setting.getValue()));
    return values;
  }
}
