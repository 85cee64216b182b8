package io.vfr.streams.ops.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vfr.models.load.RejectionReason;
import io.vfr.models.registry.Rejection;
import io.vfr.models.schema.FeatureSlots;
import io.vfr.streams.config.AppConfig;
import io.vfr.streams.config.ConfigLoader;
import io.vfr.streams.features.Features;
import io.vfr.streams.ops.registry.LinearModels.Flaw;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an instance starts with where no broker answers: models.dir alone. */
class ModelStoreTest {
  @TempDir private Path root;
  private final RecordedEvents events = new RecordedEvents();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

  private AppConfig config(String... more) {
    List<String> settings =
        new ArrayList<>(
            List.of(
                "bootstrap.servers=127.0.0.1:1",
                "models.dir=" + root.resolve("models"),
                "models.registry-wait=PT0S",
                "streams.state-dir=" + root.resolve("state")));
    settings.addAll(List.of(more));
    return ConfigLoader.load(ConfigLoader.Sources.ofArguments(settings.toArray(String[]::new)))
        .config();
  }

  private ModelStore open(AppConfig config) throws InterruptedException {
    try (ModelStore.Opening opening = ModelStore.begin(config, events, meters)) {
      return opening.follow().store(inputs -> slots(config, inputs));
    }
  }

  private static FeatureSlots slots(AppConfig config, Collection<String> inputs) {
    return Features.slots(config, inputs);
  }

  private void write(String id, String version, Flaw flaw) {
    LinearModels.write(root.resolve("models"), id, version, 0.5, flaw);
  }

  /** A thread lives on for a moment after its pool has ended, on a busy machine for longer. */
  private static void awaitNoThreads() {
    await()
        .untilAsserted(() ->
            assertThat(Thread.getAllStackTraces().keySet().stream().map(Thread::getName))
                .noneMatch(
                    name -> name.startsWith("model-loader") || name.startsWith("model-registry")));
  }

  @Test
  void open_flawedModels_areRefusedWithTheirReasonsAndTheOthersServe() throws Exception {
    write("good", "1.0.0", Flaw.NONE);
    write("older-is-good", "1.0.0", Flaw.NONE);
    write("older-is-good", "1.1.0", Flaw.SELF_TEST);
    List<Flaw> flaws = new ArrayList<>(List.of(Flaw.values()));
    // At the start the slots are made for what the models read.
    flaws.removeAll(List.of(Flaw.NONE, Flaw.TOO_MANY_INPUTS));
    for (Flaw flaw : flaws) {
      write("bad-" + flaw.ordinal(), "1.0.0", flaw);
    }
    Files.createDirectories(root.resolve("models/empty/1.0.0"));
    Files.createDirectories(root.resolve("models/Misnamed/1.0.0"));

    try (ModelStore store = open(config())) {
      assertThat(store.get().models().stream().map(m -> m.manifest().key()))
          .containsExactly("good@1.0.0", "older-is-good@1.0.0");
    }
    assertThat(events.inUse())
        .containsExactlyInAnyOrder("good@1.0.0 CHAMPION", "older-is-good@1.0.0 CHAMPION");
    List<Tuple> expected = new ArrayList<>();
    flaws.forEach(flaw -> expected.add(tuple("bad-" + flaw.ordinal() + "@1.0.0", flaw.reason())));
    expected.add(tuple("older-is-good@1.1.0", RejectionReason.SELF_TEST_FAILED));
    expected.add(tuple("empty@1.0.0", RejectionReason.BAD_MANIFEST));
    expected.add(tuple("Misnamed", RejectionReason.BAD_MANIFEST));
    assertThat(events.refused())
        .extracting(Rejection::model, Rejection::reason)
        .containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void open_noUsableModel_saysWhyAndLeavesNothingRunning() {
    write("bad", "1.0.0", Flaw.UNSUITABLE);
    assertThatThrownBy(() -> open(config()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("holds no usable model, and vfr.models registers none")
        .hasMessageContaining("bad@1.0.0 UNSUPPORTED");
    awaitNoThreads();
  }

  @Test
  void begin_closedBeforeItIsAStore_tellsNothingAndLeavesNothingRunning() throws Exception {
    write("good", "1.0.0", Flaw.NONE);
    write("other", "1.0.0", Flaw.NONE);
    Files.createDirectories(root.resolve("models/Misnamed/1.0.0"));
    try (ModelStore.Opening opening = ModelStore.begin(config(), events, meters)) {
      assertThat(opening).isNotNull();
    }
    assertThat(events.refused()).isEmpty();
    awaitNoThreads();
  }

  @Test
  void open_noDirectory_saysSo() {
    assertThatThrownBy(() -> open(config()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("is no directory; it must hold <id>/<version>/manifest.json");
  }

  @Test
  void open_activeIdThatNobodyHas_isToldAndTheOthersServe() throws Exception {
    write("good", "1.0.0", Flaw.NONE);
    write("other", "1.0.0", Flaw.NONE);
    try (ModelStore store = open(config("models.active=good,absent"))) {
      assertThat(store.get().models().stream().map(m -> m.manifest().id())).containsExactly("good");
    }
    assertThat(events.refused())
        .extracting(Rejection::model, Rejection::reason)
        .containsExactly(tuple("absent", RejectionReason.NOT_FOUND));
  }

  @Test
  void open_moreModelsThanFit_leavesSomeOutWithOneAlert() throws Exception {
    for (int i = 0; i < 5; i++) {
      write("m" + i, "1.0.0", Flaw.NONE);
    }
    try (ModelStore store = open(config("models.cache-models-max=3"))) {
      assertThat(store.get().models()).hasSize(3);
      assertThat(store.stats().models()).isEqualTo(3);
      assertThat(meters.get("vfr.model.cache.models").gauge().value()).isEqualTo(3);
    }
    assertThat(events.refused())
        .singleElement()
        .satisfies(rejection -> {
          assertThat(rejection.reason()).isEqualTo(RejectionReason.NO_ROOM);
          assertThat(rejection.message()).contains("left out are m3@1.0.0, m4@1.0.0");
        });
  }

  @Test
  void open_warmModel_isLoadedAndNotScoredWith() throws Exception {
    write("good", "1.0.0", Flaw.NONE);
    write("spare", "1.0.0", Flaw.NONE);
    try (ModelStore store = open(config("models.active=good", "models.warm=spare"))) {
      assertThat(store.get().models().stream().map(m -> m.manifest().id())).containsExactly("good");
      assertThat(store.stats().models()).isEqualTo(2);
    }
    assertThat(meters.get("vfr.model.load").timer().count()).isEqualTo(2);
  }

  @Test
  void slots_ofTheFirstModels_holdTheirInputsBeyondTheCap() throws Exception {
    write("wide", "1.0.0", Flaw.TOO_MANY_INPUTS);
    try (ModelStore store = open(config("features.open-names-max=0"))) {
      assertThat(store.get().models()).hasSize(1);
      assertThat(store.slots().slot("unheard_of_999")).isNotNegative();
    }
  }
}
