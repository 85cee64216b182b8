package io.vfr.streams.ops.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vfr.models.load.Sha256;
import io.vfr.schemas.ModelStage;
import io.vfr.streams.config.AppConfig;
import io.vfr.streams.config.ConfigLoader;
import io.vfr.streams.ops.TopicSetup;
import io.vfr.streams.ops.broker.EmbeddedKafka;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The follower goes on, whatever the broker, the records or its subscriber do. */
class RegistryFollowerIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private Path root;

  private AppConfig config(EmbeddedKafka kafka) {
    return ConfigLoader.load(
            ConfigLoader.Sources.ofArguments(
                "bootstrap.servers=" + kafka.bootstrapServers(),
                "streams.state-dir=" + root.resolve("state")))
        .config();
  }

  private static void register(RawRegistry raw, String version) {
    raw.register(
        RawRegistry.registration(
            Path.of("model", version),
            ModelStage.SHADOW,
            Sha256.hex(version.getBytes(StandardCharsets.UTF_8)),
            10,
            1));
  }

  private static void awaitVersions(RegistryFollower follower, String... versions) {
    await("versions " + List.of(versions))
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertThat(follower.state().all().stream().map(e -> e.registration().version()))
                .containsExactly(versions));
  }

  @Test
  void follow_overARestartOfTheBroker_junkAndAFailingSubscriber_missesNothing() throws Exception {
    List<RegistryRecord.Refused> refused = new CopyOnWriteArrayList<>();
    RegistryTopic.Listener listener =
        new RegistryTopic.Listener() {
          @Override
          public void taken(RegistryRecord record) {}

          @Override
          public void refused(RegistryRecord.Refused record, long offset) {
            refused.add(record);
          }
        };
    AtomicInteger told = new AtomicInteger();
    try (EmbeddedKafka kafka =
        EmbeddedKafka.start(EmbeddedKafka.Options.in(root.resolve("kafka")))) {
      TopicSetup.createMissing(config(kafka), 1, line -> {}, () -> false);
      try (RawRegistry raw = new RawRegistry(kafka.bootstrapServers());
          RegistryFollower follower = new RegistryFollower(config(kafka), listener)) {
        register(raw, "1.0.0");
        follower.start();
        assertThat(follower.awaitFirstRead(PATIENCE)).isTrue();
        awaitVersions(follower, "1.0.0");
        follower.subscribe((state, changed) -> {
          if (changed && told.incrementAndGet() == 1) {
            throw new IllegalStateException("the subscriber fails once");
          }
        });
        await().atMost(PATIENCE).until(() -> told.get() == 2);

        kafka.stopNode(0);
        kafka.startNode(0);
        raw.record("model@1.1.0", "junk".getBytes(StandardCharsets.UTF_8));
        register(raw, "1.2.0");
        awaitVersions(follower, "1.2.0", "1.0.0");
        assertThat(refused).as("told once, though the broker went").hasSize(1);
        raw.record("model@1.0.0", null);
        awaitVersions(follower, "1.2.0");
        await().atMost(PATIENCE).until(() -> told.get() >= 4);
      }
    }
  }

  @Test
  void start_withoutABroker_isNotCaughtUpAndClosesAtOnce() throws Exception {
    AppConfig nowhere =
        ConfigLoader.load(ConfigLoader.Sources.ofArguments("bootstrap.servers=127.0.0.1:1"))
            .config();
    long started = System.nanoTime();
    try (RegistryFollower follower = new RegistryFollower(nowhere, RegistryTopic.Listener.NONE)) {
      follower.start();
      assertThat(follower.awaitFirstRead(Duration.ofMillis(200))).isFalse();
    }
    assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(8));
  }
}
