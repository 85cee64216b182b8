package io.vfr.streams.config;

import java.util.Map;

/**
 * The whole configuration of one application instance.
 *
 * @param kafka Kafka client and Streams properties given as {@code kafka.<property>}, prefix
 *     removed; they override ours
 */
public record AppConfig(
    String applicationId,
    String bootstrapServers,
    BarsConfig bars,
    IngestConfig ingest,
    SentimentConfig sentiment,
    FeaturesConfig features,
    ScoringConfig scoring,
    AlertsConfig alerts,
    ModelsConfig models,
    ProcessingConfig processing,
    StreamsSettings streams,
    HttpConfig http,
    Map<String, String> kafka) {
  public AppConfig {
    kafka = Map.copyOf(kafka);
  }

  /** All of it, with secret values masked. */
  @Override
  public String toString() {
    return "AppConfig[applicationId="
        + applicationId
        + ", bootstrapServers="
        + bootstrapServers
        + ", bars="
        + bars
        + ", ingest="
        + ingest
        + ", sentiment="
        + sentiment
        + ", features="
        + features
        + ", scoring="
        + scoring
        + ", alerts="
        + alerts
        + ", models="
        + models
        + ", processing="
        + processing
        + ", streams="
        + streams
        + ", http="
        + http
        + ", kafka="
        + Secrets.masked(kafka)
        + "]";
  }
}
