package io.vfr.streams.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigLoaderTest {
  @TempDir Path dir;

  @Test
  void load_severalSources_laterOnesOverride() throws IOException {
    Path file =
        Files.writeString(
            dir.resolve("app.properties"),
            "streams.threads=2\nstreams.standby=2\nhttp.port=2\nbars.interval=PT2M\n");
    AppConfig config =
        ConfigLoader.load(
                new ConfigLoader.Sources(
                    file,
                    Map.of("VFR_STREAMS_STANDBY", "3", "VFR_HTTP_PORT", "3"),
                    List.of("http.port=4"),
                    Map.of("bars.interval", "PT5M"),
                    Path.of("")))
            .config();
    assertThat(config.streams().threads()).isEqualTo(2);
    assertThat(config.streams().standby()).isEqualTo(3);
    assertThat(config.http().port()).isEqualTo(4);
    assertThat(config.bars().interval()).isEqualTo(Duration.ofMinutes(5));
  }

  @Test
  void load_profile_setsDefaultsThatEverySourceOverrides() throws IOException {
    AppConfig low = load("processing.profile=low-latency").config();
    assertThat(low.processing().mode()).isEqualTo(ProcessingConfig.Mode.AT_LEAST_ONCE);
    assertThat(low.processing().commitInterval()).isEqualTo(Duration.ofSeconds(5));
    assertThat(low.kafka())
        .containsEntry("producer.linger.ms", "0")
        .containsEntry("producer.compression.type", "none");
    assertThat(load("processing.profile=throughput").config()).isEqualTo(load().config());

    Path file =
        Files.writeString(
            dir.resolve("app.properties"),
            "processing.mode=exactly-once\nprocessing.profile=throughput\n");
    AppConfig config =
        ConfigLoader.load(
                new ConfigLoader.Sources(
                    file,
                    Map.of("VFR_PROCESSING_PROFILE", "low-latency"),
                    List.of("kafka.producer.linger.ms=3"),
                    Map.of(),
                    Path.of("")))
            .config();
    assertThat(config.processing().mode()).isEqualTo(ProcessingConfig.Mode.EXACTLY_ONCE);
    assertThat(config.kafka())
        .containsEntry("producer.linger.ms", "3")
        .containsEntry("producer.compression.type", "none");
  }

  @Test
  void load_unknownProfile_isToldOnceWithTheOthers() {
    assertThat(failure("processing.profile=fast", "http.port=x").errors())
        .containsExactlyInAnyOrder(
            "processing.profile=fast (--set): expected throughput or low-latency",
            "http.port=x (--set): expected a whole number 0..65535");
  }

  @Test
  void load_manyErrors_allAreReportedWithKeyValueSourceAndAllowed() throws IOException {
    Path file =
        Files.writeString(dir.resolve("app.properties"), "http.port=http\nbars.intervall=P1D\n");
    ConfigException errors =
        failure(
            new ConfigLoader.Sources(
                file,
                Map.of("VFR_SCORING_COVERAGE", "2"),
                List.of("processing.mode=sometimes", "no-equals-sign", "zzz=1"),
                Map.of(),
                Path.of("")));
    assertThat(errors.errors())
        .containsExactlyInAnyOrder(
            "http.port=http (" + file + "): expected a whole number 0..65535",
            "bars.intervall=P1D (" + file + "): unknown key, did you mean bars.interval?",
            "scoring.coverage=2 (environment): expected a number above 0 and below 1",
            "processing.mode=sometimes (--set): expected exactly-once or at-least-once",
            "--set no-equals-sign: expected key=value",
            errors.errors().stream().filter(e -> e.startsWith("zzz=1")).findAny().orElse("zzz"));
    assertThat(errors.getMessage())
        .contains("zzz=1 (--set): unknown key, allowed are")
        .contains("kafka.<client property>");
  }

  @Test
  void load_partsContradict_saysHow() {
    assertThat(failure("sentiment.window=PT1H", "sentiment.hop=PT25M", "bars.grace=P300D").errors())
        .containsExactlyInAnyOrder(
            "sentiment.window must be a multiple of sentiment.hop, got PT1H and PT25M",
            "bars.grace must span at most 256 bars of PT24H, got PT7200H");
  }

  @Test
  void load_fileMissing_saysWhich() {
    Path missing = dir.resolve("none.properties");
    ConfigException errors =
        failure(new ConfigLoader.Sources(missing, Map.of(), List.of(), Map.of(), Path.of("")));
    assertThat(errors)
        .hasMessageContaining("--config " + missing)
        .hasMessageContaining("cannot be read");
  }

  @Test
  void load_secrets_areNeverShown() {
    ConfigException errors =
        failure("http.tokn=hush1", "kafka.ssl.key.passwrd=hush2", "my.password=hush3", "zzz=1");
    assertThat(errors.getMessage()).contains("http.tokn=***").contains("my.password=***");
    assertThat(errors.getMessage()).doesNotContain("hush");
    AppConfig config =
        load(
                "http.token=hush1",
                "kafka.sasl.jaas.config=hush2",
                "kafka.ssl.keystore.password=hush3",
                "kafka.consumer.ssl.key.password=hush4",
                "kafka.my.api.key=hush5")
            .config();
    assertThat(config.toString()).doesNotContain("hush").contains("sasl.jaas.config=***");
    assertThat(config.kafka()).containsEntry("sasl.jaas.config", "hush2");
  }

  @Test
  void load_dollarBraces_areNoExpression() {
    assertThat(load("kafka.sasl.jaas.config=pa${ss}word").config().kafka())
        .containsEntry("sasl.jaas.config", "pa${ss}word");
    assertThat(load("http.token=${user.name}").config().http().token()).hasValue("${user.name}");
  }

  @Test
  void load_emptyToken_isNone() {
    assertThat(load("http.token=").config().http().token()).isEmpty();
  }

  @Test
  void load_environment_ignoresWhatIsNotOurs() {
    ConfigLoader.Loaded loaded =
        environment(
            Map.of(
                "PATH", "/bin",
                "VFR_JAVA_HOME", "/opt/jdk",
                "VFR_HTTP_PORT", "tcp://10.0.0.7:8080",
                "VFR_HTTP_SERVICE_HOST", "10.0.0.7",
                "VFR_HTTP_SERVICE_PORT_WEB", "8080",
                "VFR_HTTP_PORT_8080_TCP_ADDR", "10.0.0.7"));
    assertThat(loaded.config()).isEqualTo(ConfigLoader.defaults());
  }

  @Test
  void load_environment_dashesAndKafkaNamesAreFound() {
    AppConfig config =
        environment(
                Map.of(
                    "VFR_FEATURES_OPEN_NAMES_MAX", "9",
                    "VFR_KAFKA_SECURITY_PROTOCOL", "SASL_SSL",
                    "VFR_KAFKA_BOOTSTRAP_SERVERS", "kafka:9092"))
            .config();
    assertThat(config.features().openNamesMax()).isEqualTo(9);
    assertThat(config.kafka()).containsExactly(Map.entry("security.protocol", "SASL_SSL"));
    assertThat(config.bootstrapServers()).isEqualTo("kafka:9092");
  }

  @Test
  void load_environmentUnknown_isAnError() {
    ConfigException errors =
        failure(
            new ConfigLoader.Sources(
                null, Map.of("VFR_BARS_INTERVALL", "P1D"), List.of(), Map.of(), Path.of("")));
    assertThat(errors).hasMessageContaining("did you mean bars.interval?");
  }

  @Test
  void load_unknownKafkaProperty_isAWarning() {
    ConfigLoader.Loaded loaded =
        load("kafka.max.poll.recods=5", "kafka.consumer.fetch.min.bytes=1");
    assertThat(loaded.warnings())
        .containsExactly(
            "kafka.max.poll.recods (--set): no property of Kafka's clients, did you mean"
                + " max.poll.records?; passed on");
    assertThat(loaded.config().kafka()).containsKeys("max.poll.recods", "consumer.fetch.min.bytes");
  }

  @Test
  void load_kafkaPropertyOfWrongType_isAnError() {
    assertThat(failure("kafka.max.poll.records=many", "kafka.producer.linger.ms=-1").errors())
        .containsExactlyInAnyOrder(
            "kafka.max.poll.records=many (--set): Not a number of type INT",
            "kafka.producer.linger.ms=-1 (--set): Value must be at least 0");
  }

  @Test
  void load_kafkaPropertyWithOwnKey_setsThatKey() {
    AppConfig config =
        load(
                "kafka.commit.interval.ms=20",
                "kafka.processing.guarantee=at_least_once",
                "kafka.num.stream.threads=3")
            .config();
    assertThat(config.processing())
        .isEqualTo(
            new ProcessingConfig(ProcessingConfig.Mode.AT_LEAST_ONCE, Duration.ofMillis(20)));
    assertThat(config.streams().threads()).isEqualTo(3);
    assertThat(config.kafka()).isEmpty();
  }

  @Test
  void load_kafkaPropertyContradictsOwnKey_isAnError() {
    assertThat(failure("kafka.commit.interval.ms=20", "processing.commit-interval=PT1S").errors())
        .containsExactly(
            "kafka.commit.interval.ms=20 (--set): contradicts processing.commit-interval=PT1S;"
                + " set one of them");
    assertThat(failure("kafka.processing.guarantee=exactly_once").getMessage())
        .contains("expected exactly_once_v2 or at_least_once");
  }

  @Test
  void load_home_movesDefaultPathsOnly() {
    ConfigLoader.Sources sources =
        new ConfigLoader.Sources(
            null, Map.of(), List.of("models.dir=mine"), Map.of(), Path.of("/opt/vfr"));
    AppConfig config = ConfigLoader.load(sources).config();
    assertThat(config.models().dir()).isEqualTo(Path.of("mine"));
    assertThat(config.streams().stateDir()).isEqualTo(Path.of("/opt/vfr/data/state"));
  }

  @Test
  void kafkaProperties_eachClient_getsItsOwn() {
    AppConfig config =
        load(
                "bootstrap.servers=k:1",
                "kafka.security.protocol=SSL",
                "kafka.linger.ms=7",
                "kafka.producer.client.id=p",
                "kafka.consumer.client.id=c",
                "kafka.handler.setting=x")
            .config();
    assertThat(KafkaProperties.admin(config))
        .containsOnly(
            Map.entry("bootstrap.servers", "k:1"),
            Map.entry("security.protocol", "SSL"),
            Map.entry("handler.setting", "x"));
    assertThat(KafkaProperties.producer(config))
        .containsEntry("linger.ms", "7")
        .containsEntry("client.id", "p");
    assertThat(KafkaProperties.consumer(config))
        .doesNotContainKey("linger.ms")
        .containsEntry("client.id", "c");
  }

  private static ConfigLoader.Loaded load(String... arguments) {
    return ConfigLoader.load(ConfigLoader.Sources.ofArguments(arguments));
  }

  private static ConfigLoader.Loaded environment(Map<String, String> environment) {
    return ConfigLoader.load(
        new ConfigLoader.Sources(null, environment, List.of(), Map.of(), Path.of("")));
  }

  private static ConfigException failure(String... arguments) {
    return failure(ConfigLoader.Sources.ofArguments(arguments));
  }

  private static ConfigException failure(ConfigLoader.Sources sources) {
    return catchThrowableOfType(ConfigException.class, () -> ConfigLoader.load(sources));
  }
}
