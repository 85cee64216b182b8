package io.vfr.streams.config;

import java.nio.file.Path;
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

  /**
   * The same for a run over a broker of its own: every vector is emitted, there is no standby, and
   * {@code kafka.…} properties, which are for other brokers, do not count.
   */
  public AppConfig overOwnBroker(String brokers, Path stateDir, HttpConfig ownHttp) {
    return new AppConfig(
        applicationId,
        brokers,
        bars,
        ingest,
        sentiment,
        new FeaturesConfig(
            true,
            features.hotSymbols(),
            features.openNamesMax(),
            features.fundamentalsStaleAfter(),
            features.sentimentStaleAfter()),
        scoring,
        alerts,
        models,
        processing,
        new StreamsSettings(streams.threads(), 0, stateDir, streams.membership()),
        ownHttp,
        Map.of());
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
