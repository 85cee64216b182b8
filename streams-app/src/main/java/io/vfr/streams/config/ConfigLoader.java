package io.vfr.streams.config;

import io.smallrye.config.ConfigValue;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.config.common.MapBackedConfigSource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads a configuration: defaults, then those of a profile, then a properties file, then the
 * environment, then {@code --set} arguments, then options of the command; later ones override. All
 * errors are reported together.
 */
public final class ConfigLoader {
  private final Path home;
  private final List<String> errors = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();
  private final SmallRyeConfig values;
  private final SequencedMap<String, String> kafka = new LinkedHashMap<>();

  /**
   * Where values come from.
   *
   * @param file properties file, if any
   * @param environment variables; those that begin with {@code VFR_} count
   * @param arguments {@code key=value} texts
   * @param options keys that options of the command set
   * @param home directory that default paths are relative to
   */
  public record Sources(
      @Nullable Path file,
      Map<String, String> environment,
      List<String> arguments,
      Map<String, String> options,
      Path home) {
    public Sources {
      environment = Map.copyOf(environment);
      arguments = List.copyOf(arguments);
      options = Map.copyOf(options);
    }

    /** Arguments alone. */
    public static Sources ofArguments(String... arguments) {
      return new Sources(null, Map.of(), List.of(arguments), Map.of(), Path.of(""));
    }
  }

  /**
   * A valid configuration.
   *
   * @param warnings what is allowed but probably not meant, one line each
   */
  public record Loaded(AppConfig config, List<String> warnings) {
    public Loaded {
      warnings = List.copyOf(warnings);
    }
  }

  /** A layer as the library sees it; errors name it by its origin. */
  private static final class Source extends MapBackedConfigSource {
    private static final long serialVersionUID = 1L;

    Source(ConfigLayer layer) {
      super(layer.origin(), layer.values(), layer.ordinal());
    }
  }

  private ConfigLoader(Sources sources) {
    home = sources.home();
    List<ConfigLayer> layers = new ArrayList<>();
    if (sources.file() != null) {
      layers.add(ConfigLayer.file(sources.file(), errors));
    }
    layers.add(ConfigLayer.environment(sources.environment()));
    layers.add(ConfigLayer.arguments(sources.arguments(), errors));
    layers.add(ConfigLayer.options(sources.options()));
    layers.addFirst(ConfigLayer.profile(profile(layers)));
    layers.replaceAll(layer -> KafkaAliases.resolve(layer, errors));
    layers.forEach(this::checkNames);
    // No interceptors: a ${...} in a value, such as a password, is not an expression.
    SmallRyeConfigBuilder builder = new SmallRyeConfigBuilder();
    layers.forEach(layer -> builder.withSources(new Source(layer)));
    values = builder.build();
  }

  /** The profile that the last layer names; a wrong name is told of with all other errors. */
  private static Profile profile(List<ConfigLayer> layers) {
    ConfigKey<Profile> key = ConfigKeys.PROCESSING_PROFILE;
    Profile profile = key.parser().apply(key.defaultText());
    for (ConfigLayer layer : layers) {
      String name = layer.values().get(key.name());
      try {
        profile = name == null ? profile : key.parser().apply(name.strip());
      } catch (IllegalArgumentException e) {
        // The key's value is checked like any other's.
        return Profile.THROUGHPUT;
      }
    }
    return profile;
  }

  /**
   * Loads and checks.
   *
   * @throws ConfigException with every error found
   */
  public static Loaded load(Sources sources) {
    return new ConfigLoader(sources).load();
  }

  /** The configuration without any source, paths relative to the working directory. */
  public static AppConfig defaults() {
    return load(Sources.ofArguments()).config();
  }

  /**
   * An hour for clocks that differ, but never more than a bar: what comes early must not close the
   * bars before it.
   */
  private ProcessingConfig processing() {
    // Its settings are a layer already; a wrong name is told of here.
    value(ConfigKeys.PROCESSING_PROFILE);
    ProcessingConfig.Mode mode = value(ConfigKeys.PROCESSING_MODE);
    return new ProcessingConfig(
        mode, value(ConfigKeys.PROCESSING_COMMIT_INTERVAL).orElse(mode.commitInterval()));
  }

  private static Duration maxAhead(Duration barsInterval) {
    Duration hour = Duration.ofHours(1);
    return barsInterval.compareTo(hour) < 0 ? barsInterval : hour;
  }

  private Loaded load() {
    BarsConfig bars =
        section(
            () -> {
              var interval = value(ConfigKeys.BARS_INTERVAL);
              var grace = value(ConfigKeys.BARS_GRACE);
              return new BarsConfig(interval, grace.orElse(interval.multipliedBy(2)));
            },
            new BarsConfig(Duration.ofDays(1), Duration.ofDays(2)));
    SentimentConfig sentiment =
        section(
            () ->
                new SentimentConfig(
                    value(ConfigKeys.SENTIMENT_SOURCES),
                    value(ConfigKeys.SENTIMENT_WINDOW),
                    value(ConfigKeys.SENTIMENT_HOP)),
            new SentimentConfig(new LinkedHashMap<>(), Duration.ofDays(1), Duration.ofMinutes(15)));
    AppConfig config =
        new AppConfig(
            value(ConfigKeys.APPLICATION_ID),
            value(ConfigKeys.BOOTSTRAP_SERVERS),
            bars,
            new IngestConfig(
                value(ConfigKeys.INGEST_MAX_AHEAD).orElse(maxAhead(bars.interval())),
                Math.toIntExact(value(ConfigKeys.INGEST_MAX_BYTES))),
            sentiment,
            new FeaturesConfig(
                value(ConfigKeys.FEATURES_EMIT),
                value(ConfigKeys.FEATURES_HOT_SYMBOLS),
                value(ConfigKeys.FEATURES_OPEN_NAMES_MAX),
                value(ConfigKeys.FEATURES_FUNDAMENTALS_STALE_AFTER),
                value(ConfigKeys.FEATURES_SENTIMENT_STALE_AFTER)),
            new ScoringConfig(
                value(ConfigKeys.SCORING_DETERMINISTIC),
                value(ConfigKeys.SCORING_BATCH_ROWS_MAX),
                value(ConfigKeys.SCORING_BATCH_WAIT_MAX),
                value(ConfigKeys.SCORING_NEUTRAL_BAND),
                value(ConfigKeys.SCORING_COVERAGE)),
            new AlertsConfig(
                value(ConfigKeys.ALERTS_STRONG_CONFIDENCE),
                value(ConfigKeys.ALERTS_VOLATILITY_SPIKE_RATIO),
                value(ConfigKeys.ALERTS_CLEAR_RATIO),
                value(ConfigKeys.ALERTS_COVERAGE_TOLERANCE),
                value(ConfigKeys.ALERTS_FEATURE_DRIFT),
                new VitalsConfig(
                    value(ConfigKeys.ALERTS_SLOW_PREDICTION),
                    value(ConfigKeys.ALERTS_HIGH_LATENCY),
                    value(ConfigKeys.ALERTS_HEAP_RATIO),
                    value(ConfigKeys.ALERTS_LONG_GC_PAUSE),
                    value(ConfigKeys.ALERTS_CACHE_HIT_RATIO))),
            new ModelsConfig(
                path(ConfigKeys.MODELS_DIR),
                value(ConfigKeys.MODELS_ACTIVE),
                value(ConfigKeys.MODELS_WARM),
                value(ConfigKeys.MODELS_CACHE_MODELS_MAX),
                value(ConfigKeys.MODELS_CACHE_BYTES_MAX),
                value(ConfigKeys.MODELS_TIMEOUT),
                value(ConfigKeys.MODELS_ROLLBACK_LEVEL),
                value(ConfigKeys.MODELS_REGISTRY_WAIT)),
            processing(),
            new StreamsSettings(
                value(ConfigKeys.STREAMS_THREADS),
                value(ConfigKeys.STREAMS_STANDBY),
                path(ConfigKeys.STREAMS_STATE_DIR),
                new MembershipConfig(
                    value(ConfigKeys.STREAMS_SESSION_TIMEOUT),
                    value(ConfigKeys.STREAMS_ON_STOP),
                    Optional.of(value(ConfigKeys.STREAMS_INSTANCE_ID)).filter(id -> !id.isEmpty()),
                    value(ConfigKeys.STREAMS_PEER_HOST),
                    value(ConfigKeys.STREAMS_PEER_PORT))),
            new HttpConfig(
                value(ConfigKeys.HTTP_HOST),
                value(ConfigKeys.HTTP_PORT),
                Optional.of(value(ConfigKeys.HTTP_ADVERTISED)).filter(text -> !text.isEmpty()),
                Optional.of(value(ConfigKeys.HTTP_TOKEN)).filter(token -> !token.isEmpty())),
            kafka);
    if (!errors.isEmpty()) {
      throw new ConfigException(errors);
    }
    return new Loaded(config, warnings);
  }

  /** The value of a key; where it is wrong, that is noted and the default stands in. */
  private <T> T value(ConfigKey<T> key) {
    ConfigValue given = values.getConfigValue(key.name());
    String text = given.getRawValue();
    if (text == null) {
      return key.parser().apply(key.defaultText());
    }
    try {
      return key.parser().apply(text.strip());
    } catch (IllegalArgumentException e) {
      errors.add(
          "%s=%s (%s): expected %s"
              .formatted(key.name(), key.shown(text), given.getConfigSourceName(), key.allowed()));
      return key.parser().apply(key.defaultText());
    }
  }

  /** A directory: as given, or the default inside the installation. */
  private Path path(ConfigKey<Path> key) {
    boolean given = values.getConfigValue(key.name()).getRawValue() != null;
    Path path = value(key);
    return given ? path : home.resolve(path);
  }

  /** A record whose parts are checked against each other; each part has been checked alone. */
  private <T> T section(Supplier<T> maker, T standIn) {
    try {
      return maker.get();
    } catch (IllegalArgumentException e) {
      errors.add(String.valueOf(e.getMessage()));
      return standIn;
    }
  }

  private void checkNames(ConfigLayer layer) {
    layer
        .values()
        .forEach((name, text) -> {
          if (name.startsWith(ConfigKeys.KAFKA_PREFIX)) {
            addKafka(layer, name.substring(ConfigKeys.KAFKA_PREFIX.length()), text);
          } else if (ConfigKeys.find(name).isEmpty()) {
            errors.add(unknown(layer, name, text));
          }
        });
  }

  private void addKafka(ConfigLayer layer, String property, String text) {
    boolean secret = Secrets.looksSecret(property) || KafkaPropertyNames.isPassword(property);
    if (!KafkaPropertyNames.isKnown(property)) {
      warnings.add(
          "kafka.%s (%s): no property of Kafka's clients%s; passed on"
              .formatted(
                  property,
                  layer.origin(),
                  NearestName.of(
                          KafkaPropertyNames.withoutPrefix(property), KafkaPropertyNames.all())
                      .map(nearest -> ", did you mean " + nearest + "?")
                      .orElse("")));
    }
    KafkaPropertyNames.objection(property, text)
        .ifPresent(objection ->
            errors.add(
                "kafka.%s=%s (%s): %s"
                    .formatted(property, secret ? Secrets.MASK : text, layer.origin(), objection)));
    // Layers come in the order of their ordinals: the last one stands.
    kafka.put(property, text);
  }

  private static String unknown(ConfigLayer layer, String name, String text) {
    var known = new TreeSet<>(ConfigKeys.all().stream().map(ConfigKey::name).toList());
    Optional<String> nearest = NearestName.of(name, known);
    boolean secret =
        Secrets.looksSecret(name)
            || nearest.flatMap(ConfigKeys::find).map(ConfigKey::secret).orElse(false);
    return "%s=%s (%s): unknown key, %s"
        .formatted(
            name,
            secret ? Secrets.MASK : text,
            layer.origin(),
            nearest
                .map(found -> "did you mean " + found + "?")
                .orElse("allowed are " + String.join(", ", known) + ", kafka.<client property>"));
  }
}
