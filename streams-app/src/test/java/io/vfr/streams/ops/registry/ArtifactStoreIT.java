package io.vfr.streams.ops.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vfr.models.load.ModelRejectedException;
import io.vfr.models.registry.ModelDirectory;
import io.vfr.schemas.ModelRegistration;
import io.vfr.schemas.ModelStage;
import io.vfr.streams.config.AppConfig;
import io.vfr.streams.config.ConfigLoader;
import io.vfr.streams.ops.TopicSetup;
import io.vfr.streams.ops.broker.EmbeddedKafka;
import io.vfr.streams.ops.registry.LinearModels.Flaw;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models that are cut into chunks come out of Kafka as they went in, wherever the chunks lie. */
class ArtifactStoreIT {
  @TempDir static Path broker;
  private static EmbeddedKafka kafka;

  @TempDir private Path root;

  @BeforeAll
  static void startBroker() {
    kafka = EmbeddedKafka.start(EmbeddedKafka.Options.in(broker));
    TopicSetup.createMissing(config(broker), 1, line -> {}, () -> false);
  }

  @AfterAll
  static void stopBroker() {
    kafka.close();
  }

  private static AppConfig config(Path stateDir) {
    return ConfigLoader.load(
            ConfigLoader.Sources.ofArguments(
                "bootstrap.servers=" + kafka.bootstrapServers(),
                "models.dir=" + stateDir.resolve("none"),
                "streams.state-dir=" + stateDir))
        .config();
  }

  /** A model whose card cannot be compressed by much, so that it takes several chunks. */
  private Path large(String id, long seed) throws Exception {
    Path dir = LinearModels.write(root.resolve("models"), id, "1.0.0", 0.5, Flaw.NONE);
    byte[] card = new byte[500_000];
    new Random(seed).nextBytes(card);
    Files.writeString(dir.resolve("MODEL_CARD.md"), HexFormat.of().formatHex(card, 0, 500_000));
    return dir;
  }

  private ModelRegistration published(Path dir) {
    try (RegistryPublisher publisher =
        RegistryPublisher.connect(config(root), InstantSource.system(), "test")) {
      return publisher.publish(dir, ModelStage.SHADOW, null).written().getFirst();
    }
  }

  private static ModelRegistration withOffset(
      ModelRegistration registration, @Nullable Long artifactOffset) {
    return new ModelRegistration(
        registration.id(),
        registration.version(),
        registration.stage(),
        registration.digest(),
        registration.bytes(),
        registration.chunks(),
        registration.registeredAt(),
        registration.changedAt(),
        registration.changedBy(),
        artifactOffset,
        null,
        null);
  }

  private void assertFetched(ModelRegistration registration, Path dir, String state)
      throws Exception {
    ArtifactStore store = new ArtifactStore(config(root.resolve(state)));
    ModelDirectory fetched = store.fetch(registration);
    for (String name : List.of("manifest.json", "model.json", "MODEL_CARD.md")) {
      assertThat(fetched.path().resolve(name)).hasSameBinaryContentAs(dir.resolve(name));
    }
    assertThat(store.find(ModelRef.of(registration))).contains(fetched);
    try (var left = Files.list(root.resolve(state).resolve("models"))) {
      assertThat(left).as("nothing unfinished stays").hasSize(1);
    }
  }

  @Test
  void fetch_severalChunks_whereverTheyAreSaidToBegin_givesTheSameFiles() throws Exception {
    Path other = large("other", 1);
    published(other);
    Path dir = large("several", 2);
    ModelRegistration registration = published(dir);
    assertThat(registration.chunks()).isGreaterThan(1);
    assertThat(registration.artifactOffset()).isPositive();
    assertFetched(registration, dir, "hint");
    assertFetched(withOffset(registration, null), dir, "no-hint");
    assertFetched(withOffset(registration, 1L), dir, "early-hint");
    Long begins = registration.artifactOffset();
    assertThat(begins).isNotNull();
    assertFetched(withOffset(registration, begins == null ? 0 : begins + 1), dir, "late-hint");
    assertFetched(withOffset(registration, 1L << 40), dir, "far-hint");
  }

  @Test
  void fetch_chunksThatLieThereTwice_takesEachOnce() throws Exception {
    Path dir = large("twice", 3);
    try (RawRegistry raw = new RawRegistry(kafka.bootstrapServers())) {
      ModelRegistration registration = raw.upload(dir, ModelStage.SHADOW);
      raw.upload(dir, ModelStage.SHADOW);
      assertFetched(registration, dir, "twice");
    }
  }

  @Test
  void fetch_overWhatLiesThere_replacesIt_andFindSeesOtherManifests() throws Exception {
    Path dir = large("replaced", 4);
    ModelRegistration registration = published(dir);
    assertFetched(registration, dir, "state");
    ArtifactStore store = new ArtifactStore(config(root.resolve("state")));
    ModelRef ref = ModelRef.of(registration);
    Path there = store.directory(ref).path();
    Files.writeString(there.resolve("manifest.json"), "{}");
    assertThat(store.find(ref)).isEmpty();
    assertFetched(registration, dir, "state");
    store.forget(ref);
    assertThat(there).doesNotExist();
    assertThat(store.find(ref)).isEmpty();
  }

  @Test
  void fetch_refusedArchive_leavesNothing() throws Exception {
    Path dir = large("refused", 5);
    try (RawRegistry raw = new RawRegistry(kafka.bootstrapServers())) {
      ModelRegistration registration =
          raw.upload(dir, ModelStage.SHADOW, "junk".getBytes(StandardCharsets.UTF_8));
      ArtifactStore store = new ArtifactStore(config(root.resolve("state")));
      assertThatThrownBy(() -> store.fetch(registration))
          .isInstanceOf(ModelRejectedException.class);
      try (var left = Files.list(root.resolve("state/models"))) {
        assertThat(left).isEmpty();
      }
    }
  }

  @Test
  void store_ofAnEarlierProcess_losesWhatIsUnfinishedOrNotWanted() throws Exception {
    Path models = root.resolve("state/models");
    Path unfinished = Files.createDirectories(models.resolve(".unfinished-1/model"));
    Files.writeString(unfinished.resolve("manifest.json"), "{}");
    Path kept = large("kept", 6);
    Path dropped = large("dropped", 7);
    ModelRegistration first = published(kept);
    ModelRegistration second = published(dropped);
    ArtifactStore store = new ArtifactStore(config(root.resolve("state")));
    assertThat(models.resolve(".unfinished-1")).doesNotExist();
    store.fetch(first);
    store.fetch(second);
    store.keepOnly(List.of(ModelRef.of(first)));
    assertThat(store.find(ModelRef.of(first))).isPresent();
    assertThat(store.find(ModelRef.of(second))).isEmpty();
  }
}
