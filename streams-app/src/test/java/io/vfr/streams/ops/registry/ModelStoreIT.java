package io.vfr.streams.ops.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vfr.models.load.RejectionReason;
import io.vfr.models.registry.Rejection;
import io.vfr.schemas.ModelStage;
import io.vfr.streams.config.AppConfig;
import io.vfr.streams.config.ConfigLoader;
import io.vfr.streams.features.Features;
import io.vfr.streams.ops.TopicSetup;
import io.vfr.streams.ops.broker.EmbeddedKafka;
import io.vfr.streams.ops.registry.LinearModels.Flaw;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an instance does about its own disk and its own bounds while the registry changes. */
class ModelStoreIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private Path root;
  private EmbeddedKafka kafka;

  @BeforeEach
  void startBroker() {
    kafka = EmbeddedKafka.start(EmbeddedKafka.Options.in(root.resolve("broker")));
    TopicSetup.createMissing(config(), 1, line -> {}, () -> false);
  }

  @AfterEach
  void stopBroker() {
    kafka.close();
  }

  private AppConfig config(String... more) {
    String[] settings = Arrays.copyOf(more, more.length + 3);
    settings[more.length] = "bootstrap.servers=" + kafka.bootstrapServers();
    settings[more.length + 1] = "models.dir=" + root.resolve("models");
    settings[more.length + 2] = "streams.state-dir=" + root.resolve("state");
    return ConfigLoader.load(ConfigLoader.Sources.ofArguments(settings)).config();
  }

  private static ModelStore open(AppConfig config, ModelEvents events) throws InterruptedException {
    try (ModelStore.Opening opening = ModelStore.begin(config, events, new SimpleMeterRegistry())) {
      return opening.follow().store(inputs -> Features.slots(config, inputs));
    }
  }

  private RegistryPublisher publisher() {
    return RegistryPublisher.connect(config(), InstantSource.system(), "test");
  }

  private static List<String> served(ModelStore store) {
    return store.get().members().stream()
        .map(member -> member.model().manifest().key() + " " + member.role())
        .toList();
  }

  private static void awaitServed(ModelStore store, String... wanted) {
    await(List.of(wanted).toString())
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(served(store)).containsExactly(wanted));
  }

  @Test
  void stateDirectory_thatFailsAndThatIsDamaged_costsNoVersion() throws Exception {
    LinearModels.write(root.resolve("models"), "alpha", "1.0.0", 0.1, Flaw.NONE);
    Path second = LinearModels.write(root.resolve("new"), "alpha", "1.1.0", 0.2, Flaw.NONE);
    Path unpacked = Files.createDirectories(root.resolve("state")).resolve("models");
    Files.writeString(unpacked, "a file where the directory should be");
    RecordedEvents events = new RecordedEvents();
    try (RegistryPublisher publisher = publisher();
        ModelStore store = open(config(), events)) {
      publisher.publish(second, ModelStage.CHAMPION, null);
      // The promotion published what served so far; it is the predecessor and stays.
      await("what serves stays")
          .during(Duration.ofSeconds(2))
          .atMost(PATIENCE)
          .until(() -> served(store).equals(List.of("alpha@1.0.0 CHAMPION")));
      Files.delete(unpacked);
      awaitServed(store, "alpha@1.0.0 SHADOW", "alpha@1.1.0 CHAMPION");
    }
    try (var versions = Files.list(unpacked.resolve("alpha"))) {
      Path copy = versions.findFirst().orElseThrow();
      Files.writeString(copy.resolve("model.json"), "damaged");
      try (ModelStore store = open(config(), events)) {
        assertThat(served(store)).containsExactly("alpha@1.0.0 SHADOW", "alpha@1.1.0 CHAMPION");
      }
      assertThat(copy.resolve("model.json")).hasSameBinaryContentAs(second.resolve("model.json"));
    }
    assertThat(events.refused()).as("neither was the model's fault").isEmpty();
  }

  @Test
  void fullSet_leavesTheShadowOut_untilThereIsRoom() throws Exception {
    LinearModels.write(root.resolve("models"), "alpha", "1.0.0", 0.1, Flaw.NONE);
    Path second = LinearModels.write(root.resolve("new"), "alpha", "1.1.0", 0.2, Flaw.NONE);
    RecordedEvents events = new RecordedEvents();
    try (RegistryPublisher publisher = publisher();
        ModelStore store = open(config("models.cache-models-max=1"), events)) {
      publisher.publish(second, ModelStage.CHAMPION, null);
      awaitServed(store, "alpha@1.1.0 CHAMPION");
      await().atMost(PATIENCE).until(() -> events.refused().size() == 1);
      Rejection refused = events.refused().getFirst();
      assertThat(refused.reason()).isEqualTo(RejectionReason.NO_ROOM);
      assertThat(refused.message()).contains("left out are alpha@1.0.0");
      publisher.retire("alpha", "1.0.0", null);
      await().atMost(PATIENCE).until(() -> events.cleared().size() == 1);
      assertThat(events.cleared()).containsExactly(refused);
      await("only what serves is in memory")
          .atMost(PATIENCE)
          .until(() -> store.stats().models() == 1);
    }
  }

  @Test
  void refusedVersion_isNotTriedAgainAsAShadow_butWhenItIsPromotedAgain() throws Exception {
    LinearModels.write(root.resolve("models"), "alpha", "1.0.0", 0.1, Flaw.NONE);
    Path bad = LinearModels.write(root.resolve("new"), "alpha", "1.1.0", 0.2, Flaw.SELF_TEST);
    Path good = LinearModels.write(root.resolve("new"), "alpha", "1.2.0", 0.3, Flaw.NONE);
    RecordedEvents events = new RecordedEvents();
    try (RawRegistry raw = new RawRegistry(kafka.bootstrapServers());
        RegistryPublisher publisher = publisher();
        ModelStore store = open(config(), events)) {
      raw.register(raw.upload(bad, ModelStage.CHAMPION));
      await().atMost(PATIENCE).until(() -> events.refused().size() == 1);
      assertThat(served(store)).containsExactly("alpha@1.0.0 CHAMPION");
      publisher.publish(good, ModelStage.CHAMPION, null);
      awaitServed(store, "alpha@1.2.0 CHAMPION");
      assertThat(events.refused()).as("1.1.0 is a shadow now").hasSize(1);
      assertThat(events.cleared()).isEmpty();
      publisher.promote("alpha", "1.1.0", null);
      await().atMost(PATIENCE).until(() -> events.refused().size() == 2);
      assertThat(events.cleared()).hasSize(1);
      awaitServed(store, "alpha@1.2.0 CHAMPION");
      publisher.retire("alpha", "1.1.0", null);
      await().atMost(PATIENCE).until(() -> events.cleared().size() == 2);
    }
  }
}
