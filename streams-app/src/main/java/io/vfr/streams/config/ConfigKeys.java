package io.vfr.streams.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Every configuration key, in the order of the flow, with its default: the one place for both. */
public final class ConfigKeys {
  /** What the name of an environment variable that sets a key begins with. */
  public static final String ENVIRONMENT_PREFIX = "VFR_";

  /** What a key begins with that is handed to Kafka's clients without the prefix. */
  public static final String KAFKA_PREFIX = "kafka.";

  static final ConfigKey<String> APPLICATION_ID =
      ConfigTypes.text(
          "application.id",
          "vfr-streams",
          "1..200 of the characters a-z A-Z 0-9 . _ -",
          "Name of the application: its consumer group and the prefix of its internal topics.",
          text -> text.matches("[a-zA-Z0-9._-]{1,200}"));
  static final ConfigKey<String> BOOTSTRAP_SERVERS =
      ConfigTypes.text(
          "bootstrap.servers",
          "127.0.0.1:9092",
          "host:port pairs separated by commas",
          "Kafka brokers to connect to first.",
          text -> text.matches("\\s*[^\\s,]+:\\d{1,5}(\\s*,\\s*[^\\s,]+:\\d{1,5})*\\s*"));

  static final ConfigKey<Duration> BARS_INTERVAL =
      ConfigTypes.duration(
          "bars.interval",
          "P1D",
          Duration.ofSeconds(1),
          Duration.ofDays(366),
          "Length of one bar; bars start at multiples of it since the epoch, UTC.");
  static final ConfigKey<Optional<Duration>> BARS_GRACE =
      optional(
          ConfigTypes.duration(
              "bars.grace",
              "2 x bars.interval",
              Duration.ZERO,
              Duration.ofDays(366L * BarsConfig.GRACE_BARS_MAX),
              "How long after its end a bar still accepts events; at most "
                  + BarsConfig.GRACE_BARS_MAX
                  + " bars."));

  static final ConfigKey<Optional<Duration>> INGEST_MAX_AHEAD =
      optional(
          ConfigTypes.duration(
              "ingest.max-ahead",
              "PT1H, at most bars.interval",
              Duration.ZERO,
              Duration.ofDays(366),
              "How far a record's event time may lie in the future; one record that far ahead makes its"
                  + " symbol's events late that are older by more than an interval and the grace."));
  static final ConfigKey<Long> INGEST_MAX_BYTES =
      ConfigTypes.bytes(
          "ingest.max-bytes", "1048576", "1KiB", "4MiB", "Largest accepted record value.");

  static final ConfigKey<SequencedMap<String, Double>> SENTIMENT_SOURCES =
      ConfigTypes.weights(
          "sentiment.sources",
          "news=0.7,reddit=0.3",
          "Sources that become features, with their weights in combined_sentiment.");
  static final ConfigKey<Duration> SENTIMENT_WINDOW =
      ConfigTypes.duration(
          "sentiment.window",
          "PT24H",
          Duration.ofMinutes(1),
          Duration.ofDays(31),
          "Length of the sentiment window, a multiple of sentiment.hop.");
  static final ConfigKey<Duration> SENTIMENT_HOP =
      ConfigTypes.duration(
          "sentiment.hop",
          "PT15M",
          Duration.ofSeconds(1),
          Duration.ofDays(31),
          "By how much the sentiment window moves.");

  static final ConfigKey<Boolean> FEATURES_EMIT =
      ConfigTypes.bool(
          "features.emit", false, "Whether every feature vector goes to vfr.features.");
  static final ConfigKey<Integer> FEATURES_HOT_SYMBOLS =
      ConfigTypes.integer(
          "features.hot-symbols",
          20_000,
          1,
          10_000_000,
          "Symbols whose derived state each task keeps on the heap.");
  static final ConfigKey<Integer> FEATURES_OPEN_NAMES_MAX =
      ConfigTypes.integer(
          "features.open-names-max",
          256,
          0,
          4096,
          "How many names of fundamentals and macro series become features.");
  static final ConfigKey<Duration> FEATURES_FUNDAMENTALS_STALE_AFTER =
      ConfigTypes.duration(
          "features.fundamentals-stale-after",
          "P180D",
          Duration.ofMinutes(1),
          Duration.ofDays(3660),
          "Age of the fundamentals in force above which STALE_FEATURES is raised; the default is two"
              + " quarters.");
  static final ConfigKey<Duration> FEATURES_SENTIMENT_STALE_AFTER =
      ConfigTypes.duration(
          "features.sentiment-stale-after",
          "P7D",
          Duration.ofMinutes(1),
          Duration.ofDays(3660),
          "Age of the newest sentiment above which STALE_FEATURES is raised.");

  static final ConfigKey<Boolean> SCORING_DETERMINISTIC =
      ConfigTypes.bool(
          "scoring.deterministic",
          true,
          "Fixed batch shape for neural models: scores never depend on batch neighbours.");
  static final ConfigKey<Integer> SCORING_BATCH_ROWS_MAX =
      ConfigTypes.integer("scoring.batch-rows-max", 32, 1, 32, "Most rows scored together.");
  static final ConfigKey<Duration> SCORING_BATCH_WAIT_MAX =
      ConfigTypes.duration(
          "scoring.batch-wait-max",
          "PT0.05S",
          Duration.ofMillis(1),
          Duration.ofMillis(50),
          "Longest time that a row may wait for others; at least once an outcome as well.");
  static final ConfigKey<Double> SCORING_NEUTRAL_BAND =
      ConfigTypes.decimal(
          "scoring.neutral-band",
          "0.35",
          "a number 0..10",
          "Half width of the NEUTRAL class, as a fraction of the forecast volatility; the shipped models"
              + " are trained with the default.",
          value -> value >= 0 && value <= 10);
  static final ConfigKey<Double> SCORING_COVERAGE =
      ConfigTypes.decimal(
          "scoring.coverage",
          "0.9",
          "a number above 0 and below 1",
          "Nominal coverage of the prediction interval.",
          value -> value > 0 && value < 1);

  static final ConfigKey<Double> ALERTS_STRONG_CONFIDENCE =
      ConfigTypes.decimal(
          "alerts.strong-confidence",
          "0.15",
          "a number 0..1",
          "Confidence of a prediction from which a directional consensus raises STRONG_SIGNAL; 0.15"
              + " is a probability of 0.43.",
          value -> value >= 0 && value <= 1);
  static final ConfigKey<Double> ALERTS_VOLATILITY_SPIKE_RATIO =
      ConfigTypes.decimal(
          "alerts.volatility-spike-ratio",
          "2.0",
          "a number above 1, at most 100",
          "Volatility by the bar's high-low range over its 20-bar level that raises"
              + " VOLATILITY_SPIKE.",
          value -> value > 1 && value <= 100);
  static final ConfigKey<Double> ALERTS_CLEAR_RATIO =
      ConfigTypes.decimal(
          "alerts.clear-ratio",
          "0.8",
          "a number above 0, at most 1",
          "Fraction of a limit below which a raised condition clears.",
          value -> value > 0 && value <= 1);

  static final ConfigKey<Double> ALERTS_COVERAGE_TOLERANCE =
      ConfigTypes.decimal(
          "alerts.coverage-tolerance",
          "0.04",
          "a number above 0, at most 0.5",
          "Distance of the intervals' live coverage over the last bars from scoring.coverage that raises"
              + " CALIBRATION_DRIFT.",
          value -> value > 0 && value <= 0.5);
  static final ConfigKey<Double> ALERTS_FEATURE_DRIFT =
      ConfigTypes.decimal(
          "alerts.feature-drift",
          "0.25",
          "a number above 0, at most 100",
          "Population stability index of a feature, against the rows a model was trained on, that raises"
              + " FEATURE_DRIFT.",
          value -> value > 0 && value <= 100);

  static final ConfigKey<Duration> ALERTS_SLOW_PREDICTION =
      ConfigTypes.duration(
          "alerts.slow-prediction",
          "PT0.1S",
          Duration.ofMillis(1),
          Duration.ofMinutes(1),
          "Time to score one batch, of at most scoring.batch-rows-max predictions, that raises"
              + " SLOW_PREDICTION.");
  static final ConfigKey<Duration> ALERTS_HIGH_LATENCY =
      ConfigTypes.duration(
          "alerts.high-latency",
          "PT0.15S",
          Duration.ofMillis(1),
          Duration.ofHours(1),
          "95th percentile of the time from a price's append to its prediction's emission that raises"
              + " HIGH_LATENCY.");
  static final ConfigKey<Double> ALERTS_HEAP_RATIO =
      ConfigTypes.decimal(
          "alerts.heap-ratio",
          "0.9",
          "a number above 0, at most 1",
          "Part of the heap that is in use after garbage collections that raises HIGH_MEMORY.",
          value -> value > 0 && value <= 1);
  static final ConfigKey<Duration> ALERTS_LONG_GC_PAUSE =
      ConfigTypes.duration(
          "alerts.long-gc-pause",
          "PT0.1S",
          Duration.ofMillis(1),
          Duration.ofMinutes(1),
          "Pause of a garbage collection that raises LONG_GC_PAUSE.");
  static final ConfigKey<Double> ALERTS_CACHE_HIT_RATIO =
      ConfigTypes.decimal(
          "alerts.cache-hit-ratio",
          "0.8",
          "a number 0..1",
          "Part of the requests for a loaded model below which LOW_CACHE_HIT_RATIO is raised.",
          value -> value >= 0 && value <= 1);

  static final ConfigKey<Path> MODELS_DIR =
      ConfigTypes.path(
          "models.dir",
          "models/registry",
          "Models of which vfr.models names no champion: <id>/<version>/manifest.json.");
  static final ConfigKey<List<String>> MODELS_ACTIVE =
      ConfigTypes.list(
          "models.active",
          "model ids separated by commas, each once; empty for every model that there is",
          "Models to score with: of each the champion of vfr.models, else the newest version of"
              + " models.dir.");
  static final ConfigKey<List<String>> MODELS_WARM =
      ConfigTypes.list(
          "models.warm",
          "model ids separated by commas, each once",
          "Models whose champion, and the version it replaced, stay loaded and verified also when they"
              + " are not scored with.");
  static final ConfigKey<Integer> MODELS_CACHE_MODELS_MAX =
      ConfigTypes.integer(
          "models.cache-models-max", 10, 1, 10, "Most models scored with or held in memory.");
  static final ConfigKey<Long> MODELS_CACHE_BYTES_MAX =
      ConfigTypes.bytes(
          "models.cache-bytes-max",
          "1GiB",
          "1MiB",
          "1024GiB",
          "Memory cap for loaded models, heap and native; a model that does not fit beside those in use"
              + " is refused.");
  static final ConfigKey<Duration> MODELS_TIMEOUT =
      ConfigTypes.duration(
          "models.timeout",
          "PT0.05S",
          Duration.ofMillis(1),
          Duration.ofMinutes(1),
          "Time that a model may take for 32 rows; one that needs more is refused, and an ONNX model"
              + " that runs on is stopped.");
  static final ConfigKey<Double> MODELS_ROLLBACK_LEVEL =
      ConfigTypes.decimal(
          "models.rollback-level",
          "0.01",
          "a number 0..0.5",
          "Largest chance that a promoted model is rolled back for its outcomes though it is no worse than"
              + " the one before; 0 never rolls back.",
          value -> value >= 0 && value <= 0.5);
  static final ConfigKey<Duration> MODELS_REGISTRY_WAIT =
      ConfigTypes.duration(
          "models.registry-wait",
          "PT10S",
          Duration.ZERO,
          Duration.ofMinutes(10),
          "How long a start waits until vfr.models was read; after that it begins with models.dir"
              + " alone.");

  static final ConfigKey<Profile> PROCESSING_PROFILE =
      ConfigTypes.choice(
          "processing.profile",
          Profile.class,
          Profile.THROUGHPUT,
          "Defaults that belong together: low-latency is for readers of uncommitted predictions and"
              + " sends them without waiting for more, throughput is every key's own default.");
  static final ConfigKey<ProcessingConfig.Mode> PROCESSING_MODE =
      ConfigTypes.choice(
          "processing.mode",
          ProcessingConfig.Mode.class,
          ProcessingConfig.Mode.EXACTLY_ONCE,
          "Delivery guarantee; at-least-once is for readers that do not wait for commits, and trades"
              + " duplicates after a failure for latency.");
  static final ConfigKey<Optional<Duration>> PROCESSING_COMMIT_INTERVAL =
      optional(
          ConfigTypes.duration(
              "processing.commit-interval",
              "PT0.1S, at-least-once PT1S",
              Duration.ofMillis(1),
              Duration.ofMinutes(1),
              "How often state, offsets and outputs are committed; the floor of exactly-once latency."));

  static final ConfigKey<Integer> STREAMS_THREADS =
      ConfigTypes.integer("streams.threads", 1, 1, 256, "Stream threads of this instance.");
  static final ConfigKey<Integer> STREAMS_STANDBY =
      ConfigTypes.integer("streams.standby", 0, 0, 16, "Standby replicas of every store.");
  static final ConfigKey<Path> STREAMS_STATE_DIR =
      ConfigTypes.path("streams.state-dir", "data/state", "Directory of the local state.");
  static final ConfigKey<Duration> STREAMS_SESSION_TIMEOUT =
      ConfigTypes.duration(
          "streams.session-timeout",
          "PT6S",
          Duration.ofSeconds(1),
          Duration.ofMinutes(30),
          "Silence after which the other instances take over; more where the brokers'"
              + " group.min.session.timeout.ms asks for it.");
  static final ConfigKey<MembershipConfig.OnStop> STREAMS_ON_STOP =
      ConfigTypes.choice(
          "streams.on-stop",
          MembershipConfig.OnStop.class,
          MembershipConfig.OnStop.LEAVE,
          "Whether the others take over at once when an instance stops, or wait until its session ends.");
  static final ConfigKey<String> STREAMS_INSTANCE_ID =
      ConfigTypes.text(
          "streams.instance-id",
          "",
          "empty, or 1..200 of the characters a-z A-Z 0-9 . _ -",
          "Name of this instance that no other has and that outlives restarts: makes it a static member.",
          text -> text.matches("[a-zA-Z0-9._-]{0,200}"));
  static final ConfigKey<String> STREAMS_PEER_HOST =
      ConfigTypes.text(
          "streams.peer-host",
          "127.0.0.1",
          "a host name or address of this machine that the other instances reach, or empty",
          "Address of a socket by which the other instances see at once when this one dies; empty: they"
              + " wait until its session ends.",
          text -> true);
  static final ConfigKey<Integer> STREAMS_PEER_PORT =
      ConfigTypes.integer(
          "streams.peer-port", 0, 0, 65535, "Port of streams.peer-host; 0 takes a free one.");

  static final ConfigKey<String> HTTP_HOST =
      ConfigTypes.text(
          "http.host",
          "127.0.0.1",
          "a host name or address",
          "Address that the HTTP server binds; 0.0.0.0 for every interface.",
          text -> !text.isBlank());
  static final ConfigKey<Integer> HTTP_PORT =
      ConfigTypes.integer(
          "http.port", 8080, 0, 65535, "Port that the HTTP server binds; 0 takes a free one.");
  static final ConfigKey<String> HTTP_ADVERTISED =
      ConfigTypes.text(
          "http.advertised",
          "",
          "host:port, or empty",
          "Where the other instances reach this one's HTTP server, to pass requests on; empty: where it is"
              + " bound.",
          text -> text.isEmpty() || text.matches("([^\\s:/]+|\\[[0-9a-fA-F:.]+]):[1-9][0-9]{0,4}"));
  static final ConfigKey<String> HTTP_TOKEN =
      ConfigTypes.secret(
          "http.token", "Bearer token that every request but the health probes must carry.");

  private static final List<ConfigKey<?>> ALL =
      List.of(
          APPLICATION_ID,
          BOOTSTRAP_SERVERS,
          BARS_INTERVAL,
          BARS_GRACE,
          INGEST_MAX_AHEAD,
          INGEST_MAX_BYTES,
          SENTIMENT_SOURCES,
          SENTIMENT_WINDOW,
          SENTIMENT_HOP,
          FEATURES_EMIT,
          FEATURES_HOT_SYMBOLS,
          FEATURES_OPEN_NAMES_MAX,
          FEATURES_FUNDAMENTALS_STALE_AFTER,
          FEATURES_SENTIMENT_STALE_AFTER,
          SCORING_DETERMINISTIC,
          SCORING_BATCH_ROWS_MAX,
          SCORING_BATCH_WAIT_MAX,
          SCORING_NEUTRAL_BAND,
          SCORING_COVERAGE,
          ALERTS_STRONG_CONFIDENCE,
          ALERTS_VOLATILITY_SPIKE_RATIO,
          ALERTS_CLEAR_RATIO,
          ALERTS_COVERAGE_TOLERANCE,
          ALERTS_FEATURE_DRIFT,
          ALERTS_SLOW_PREDICTION,
          ALERTS_HIGH_LATENCY,
          ALERTS_HEAP_RATIO,
          ALERTS_LONG_GC_PAUSE,
          ALERTS_CACHE_HIT_RATIO,
          MODELS_DIR,
          MODELS_ACTIVE,
          MODELS_WARM,
          MODELS_CACHE_MODELS_MAX,
          MODELS_CACHE_BYTES_MAX,
          MODELS_TIMEOUT,
          MODELS_ROLLBACK_LEVEL,
          MODELS_REGISTRY_WAIT,
          PROCESSING_PROFILE,
          PROCESSING_MODE,
          PROCESSING_COMMIT_INTERVAL,
          STREAMS_THREADS,
          STREAMS_STANDBY,
          STREAMS_STATE_DIR,
          STREAMS_SESSION_TIMEOUT,
          STREAMS_ON_STOP,
          STREAMS_INSTANCE_ID,
          STREAMS_PEER_HOST,
          STREAMS_PEER_PORT,
          HTTP_HOST,
          HTTP_PORT,
          HTTP_ADVERTISED,
          HTTP_TOKEN);

  private static final Map<String, ConfigKey<?>> BY_NAME =
      ALL.stream().collect(Collectors.toUnmodifiableMap(ConfigKey::name, Function.identity()));

  private ConfigKeys() {}

  /** Every key but the open {@code kafka.<client property>}. */
  public static List<ConfigKey<?>> all() {
    return ALL;
  }

  /** The key of this name. */
  public static Optional<ConfigKey<?>> find(String name) {
    return Optional.ofNullable(BY_NAME.get(name));
  }

  /** How a name is written in an environment variable: {@code bars.grace} is BARS_GRACE. */
  static String environmentForm(String name) {
    return name.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
  }

  /** A key that is empty where its default depends on another. */
  private static <T> ConfigKey<Optional<T>> optional(ConfigKey<T> key) {
    return new ConfigKey<>(
        key.name(),
        key.type(),
        key.defaultText(),
        key.allowed(),
        key.description(),
        key.secret(),
        text ->
            text.equals(key.defaultText())
                ? Optional.empty()
                : Optional.of(key.parser().apply(text)));
  }
}
