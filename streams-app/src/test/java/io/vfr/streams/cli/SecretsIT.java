package io.vfr.streams.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import io.vfr.streams.config.AppConfig;
import io.vfr.streams.config.ConfigException;
import io.vfr.streams.config.ConfigLoader;
import io.vfr.streams.ops.Application;
import io.vfr.streams.ops.broker.EmbeddedKafka;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/**
 * Passwords and the bearer token stand in no line that the application logs, whatever the level, in
 * no error, and in no answer of its HTTP server.
 */
class SecretsIT {
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final String TOKEN = "token-7f3a91c2d4";
  private static final String WRONG = "wrong-password-51b8";
  private static final String[] SECRETS = {SecuredBroker.STORE_PASSWORD, "pw-", TOKEN, WRONG};

  @TempDir private Path dir;
  private final Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
  private final List<Logger> clients = new ArrayList<>();
  private final Lines lines = new Lines();
  private Level before = Level.INFO;

  /** Every line that names a secret, and how many lines there were. */
  private static final class Lines extends AppenderBase<ILoggingEvent> {
    private final Queue<String> leaks = new ConcurrentLinkedQueue<>();
    private final Queue<String> loggers = new ConcurrentLinkedQueue<>();

    @Override
    protected void append(ILoggingEvent event) {
      String line = event.getLoggerName() + " " + event.getFormattedMessage();
      if (event.getThrowableProxy() != null) {
        line += ThrowableProxyUtil.asString(event.getThrowableProxy());
      }
      if (event.getLevel() == Level.TRACE) {
        loggers.add(event.getLoggerName());
      }
      if (isLeak(line)) {
        leaks.add(line);
      }
    }
  }

  private static boolean isLeak(String text) {
    for (String secret : SECRETS) {
      if (text.contains(secret)) {
        return true;
      }
    }
    return false;
  }

  @BeforeEach
  void listen() {
    lines.setContext(root.getLoggerContext());
    lines.start();
    root.addAppender(lines);
    before = root.getLevel();
    // All of the application's and what Kafka's clients and brokers say of logins and settings.
    for (String name :
        List.of(
            "io.vfr",
            "org.apache.kafka.clients",
            "org.apache.kafka.streams.StreamsConfig",
            "org.apache.kafka.common.security",
            "org.apache.kafka.common.network",
            "org.apache.kafka.common.config")) {
      Logger logger = (Logger) LoggerFactory.getLogger(name);
      logger.setLevel(Level.TRACE);
      clients.add(logger);
    }
    root.setLevel(Level.INFO);
  }

  @AfterEach
  void stopListening() {
    clients.forEach(logger -> logger.setLevel(null));
    root.setLevel(before);
    root.detachAppender(lines);
  }

  @Test
  void securedApplication_atTrace_namesNoSecretInLogsAnswersAndErrors() throws Exception {
    SecuredBroker files = new SecuredBroker(dir);
    Path key = files.store("broker");
    Path trust = files.trust(key, "broker");
    try (EmbeddedKafka kafka = EmbeddedKafka.start(files.secured(key))) {
      CommandRun.of(
          SecuredBroker.with(kafka, trust, "admin", "topics", "create", "--partitions", "1"));
      AppConfig config =
          SecuredBroker.application(
              kafka,
              dir.resolve("state"),
              SecuredBroker.client(trust, "admin"),
              "http.token=" + TOKEN);
      assertThat(config.toString()).doesNotContain(SECRETS).contains("***");
      try (Application application = Application.start(config, InstantSource.system())) {
        assertThat(application.awaitRunning(PATIENCE)).isTrue();
        for (String path : List.of("/health/ready", "/metrics", "/models", "/nowhere", "/..")) {
          for (String token : List.of(TOKEN, WRONG)) {
            assertNoSecret(get(application.httpPort(), path, token));
          }
        }
      }
      Map<String, String> wrong = SecuredBroker.client(trust, "admin");
      wrong.replaceAll((name, value) -> value.replace("pw-admin", WRONG));
      for (String verbose : List.of("", "--verbose")) {
        CommandRun failed = failing(kafka, wrong, verbose);
        assertThat(failed.exitCode()).isNotZero();
        assertThat(failed.out() + failed.err()).doesNotContain(SECRETS);
      }
    }
    assertThat(lines.loggers).as("the levels were as low as meant").isNotEmpty();
    assertThat(lines.leaks).isEmpty();
  }

  private static CommandRun failing(
      EmbeddedKafka kafka, Map<String, String> client, String option) {
    List<String> arguments = new ArrayList<>(List.of("topics", "describe"));
    if (option.equals("--verbose")) {
      arguments.add(option);
    }
    arguments.addAll(List.of("--bootstrap-servers", kafka.bootstrapServers()));
    client.forEach(
        (name, value) -> arguments.addAll(List.of("--set", "kafka." + name + "=" + value)));
    return CommandRun.of(arguments.toArray(String[]::new));
  }

  @Test
  void wrongConfiguration_namesTheKeyAndNotTheSecret() {
    for (String setting :
        List.of("http.tokn=" + WRONG, "ssl.keystore.password=" + WRONG, "http.port=none")) {
      assertThat(messageOf(setting, "http.token=" + TOKEN, "kafka.ssl.key.password=" + WRONG))
          .contains(setting.substring(0, setting.indexOf('=')))
          .doesNotContain(SECRETS);
    }
  }

  private static String messageOf(String... settings) {
    try {
      ConfigLoader.load(ConfigLoader.Sources.ofArguments(settings));
    } catch (ConfigException e) {
      return e.getMessage() + e.errors();
    }
    throw new AssertionError("accepted " + settings[0].split("=", 2)[0]);
  }

  private static HttpResponse<String> get(int port, String path, String token) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
              .header("Authorization", "Bearer " + token)
              .build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }

  private static void assertNoSecret(HttpResponse<String> answer) {
    assertThat(answer.body()).doesNotContain(SECRETS);
    assertThat(answer.headers().map().toString()).doesNotContain(SECRETS);
  }
}
