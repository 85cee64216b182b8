package io.vfr.streams.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.vfr.streams.config.AppConfig;
import io.vfr.streams.config.ConfigLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An instance that is begun and not started. */
class ApplicationTest {
  private final String id = "begun-" + UUID.randomUUID();
  @TempDir private Path dir;

  private AppConfig config(Path models) {
    return ConfigLoader.load(
            ConfigLoader.Sources.ofArguments(
                "application.id=" + id,
                "bootstrap.servers=127.0.0.1:1",
                "models.dir=" + models,
                "streams.state-dir=" + dir.resolve("state")))
        .config();
  }

  private Stream<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name ->
            name.contains(id)
                || name.startsWith("model-loader")
                || name.startsWith("model-registry"));
  }

  /** A thread lives on for a moment after its pool has ended, on a busy machine for longer. */
  private void awaitNoThreads() {
    await().untilAsserted(() -> assertThat(threads()).isEmpty());
  }

  /** It would ask for topics that are about to be made. */
  @Test
  void open_modelsThatAreRefused_asksNoBrokerAndLeavesNothing() throws Exception {
    Path models = Files.createDirectories(dir.resolve("models/Misnamed/1.0.0")).resolve("../..");
    try (Application.Opening opening =
        Application.open(config(models.normalize()), InstantSource.system())) {
      assertThat(opening).isNotNull();
      assertThat(threads()).noneMatch(name -> name.contains(id));
    }
    awaitNoThreads();
  }

  @Test
  void open_brokersThatCannotBeAsked_saysSoWithTheStart() throws Exception {
    Path models = Files.createDirectories(dir.resolve("models"));
    AppConfig unresolvable =
        ConfigLoader.load(
                ConfigLoader.Sources.ofArguments(
                    "bootstrap.servers=nowhere.invalid:1", "models.dir=" + models))
            .config();
    try (Application.Opening opening = Application.open(unresolvable, InstantSource.system())) {
      assertThatThrownBy(opening::start)
          .hasMessageContaining("cannot connect to nowhere.invalid:1: No resolvable");
    }
    awaitNoThreads();
  }
}
