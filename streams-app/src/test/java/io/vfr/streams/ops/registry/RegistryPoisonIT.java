package io.vfr.streams.ops.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vfr.models.load.RejectionReason;
import io.vfr.models.load.Sha256;
import io.vfr.models.registry.ModelArchive;
import io.vfr.schemas.Alert;
import io.vfr.schemas.AlertState;
import io.vfr.schemas.AlertType;
import io.vfr.schemas.ModelRegistration;
import io.vfr.schemas.ModelStage;
import io.vfr.schemas.SourceRef;
import io.vfr.schemas.Topics;
import io.vfr.streams.config.AppConfig;
import io.vfr.streams.config.ConfigLoader;
import io.vfr.streams.ops.Application;
import io.vfr.streams.ops.TopicSetup;
import io.vfr.streams.ops.broker.EmbeddedKafka;
import io.vfr.streams.ops.registry.LinearModels.Flaw;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every bad registration and every bad model through a running instance, between good ones: each is
 * refused with its reason, the good ones serve, and nothing is written but where models lie.
 */
class RegistryPoisonIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private Path root;

  private final List<String> goodSets = new ArrayList<>();
  private final Map<String, String> wanted = new TreeMap<>();

  @Test
  void corpus_isRefusedWithItsReasons_andNeighboursDiskAndRestartAreUnaffected() throws Exception {
    List<BadRegistration> registrations = BadRegistration.all();
    Path work = root.resolve("work");
    List<BadArchive> archives = BadArchive.all(work);
    assertThat(registrations.size()).isGreaterThan(55);
    assertThat(archives.size()).isGreaterThan(75);
    Path models = root.resolve("models");
    goodSets.add(Outputs.setOf(LinearModels.write(models, "alpha", "1.0.0", 0.1, Flaw.NONE)));
    try (EmbeddedKafka kafka =
        EmbeddedKafka.start(EmbeddedKafka.Options.in(root.resolve("broker")))) {
      TopicSetup.createMissing(config(kafka, "none", models), 2, line -> {}, () -> false);
      try (Outputs outputs = new Outputs(kafka.bootstrapServers());
          TickLoad load = new TickLoad(kafka.bootstrapServers(), 8);
          RawRegistry raw = new RawRegistry(kafka.bootstrapServers());
          KafkaProducer<byte[], byte[]> bytes = producer(kafka)) {
        try (Application application = start(config(kafka, "one", models))) {
          load.start(100);
          outputs.awaitSet(goodSets.getFirst());
          Set<String> before = files();

          publish(archives.subList(0, archives.size() / 2), raw);
          register(registrations.subList(0, registrations.size() / 2), bytes);
          good(raw, outputs, "1.1.0");
          register(registrations.subList(registrations.size() / 2, registrations.size()), bytes);
          publish(archives.subList(archives.size() / 2, archives.size()), raw);
          chunks(raw, work);
          good(raw, outputs, "1.2.0");
          nullKeyIsRefusedByTheBroker(bytes);

          assertRefusals(outputs);
          assertThat(refused(application)).isEqualTo(registrations.size());
          assertThat(application.isAlive()).isTrue();
          assertFiles(before, "one");
        }
        restart(kafka, outputs, load, registrations.size());
        assertThat(outputs.sets().keySet()).isSubsetOf(goodSets);
      }
    }
  }

  /**
   * All of it is read again by an instance that has nothing, and nothing else is predicted with.
   */
  private void restart(EmbeddedKafka kafka, Outputs outputs, TickLoad load, int registrations)
      throws Exception {
    Path empty = Files.createDirectories(root.resolve("empty"));
    Set<String> before = files();
    try (Application application = start(config(kafka, "two", empty))) {
      outputs.awaitSet(goodSets.getLast());
      assertThat(refused(application)).isEqualTo(registrations);
      assertThat(application.isAlive()).isTrue();
      assertFiles(before, "two");
      long sent = load.stop();
      Set<SourceRef> sources = new HashSet<>();
      outputs.awaitPredictions(sent).forEach(p -> sources.add(p.source()));
      assertThat(outputs.predictions()).hasSize((int) sent);
      assertThat(sources).hasSize((int) sent);
    }
  }

  private static void publish(List<BadArchive> rows, RawRegistry raw) {
    rows.forEach(row -> raw.chunks(row.digest(), chunks(row.archive())));
    rows.forEach(row -> raw.register(registration(row)));
  }

  private static List<byte[]> chunks(byte[] archive) {
    List<byte[]> chunks = new ArrayList<>();
    for (int at = 0; at < archive.length; at += ArtifactChunks.BYTES) {
      chunks.add(
          Arrays.copyOfRange(archive, at, Math.min(archive.length, at + ArtifactChunks.BYTES)));
    }
    return chunks;
  }

  private static ModelRegistration registration(BadArchive row) {
    return RawRegistry.registration(
        Path.of(row.id(), BadArchive.VERSION),
        ModelStage.CHAMPION,
        row.digest(),
        row.archive().length,
        chunks(row.archive()).size());
  }

  private void register(List<BadRegistration> rows, KafkaProducer<byte[], byte[]> producer)
      throws Exception {
    for (BadRegistration row : rows) {
      long offset =
          producer
              .send(new ProducerRecord<>(Topics.MODELS.name(), row.key(), row.value()))
              .get()
              .offset();
      wanted.put("offset %d of %s: ".formatted(offset, Topics.MODELS.name()), row.words());
    }
  }

  /** A sound model whose chunks are not all there, come in a wrong order, or are none. */
  private static void chunks(RawRegistry raw, Path work) throws Exception {
    for (String id : List.of("chunk-missing", "chunk-order", "chunk-null", "chunk-size")) {
      Path dir = LinearModels.write(work, id, BadArchive.VERSION, 0.3, Flaw.NONE);
      Path archive = work.resolve(id + ".zip");
      ModelArchive.pack(dir, archive);
      byte[] whole = Files.readAllBytes(archive);
      String digest = Sha256.hex(Files.readAllBytes(dir.resolve("manifest.json")));
      byte[] first = Arrays.copyOf(whole, 10);
      byte[] rest = Arrays.copyOfRange(whole, 10, whole.length);
      switch (id) {
        case "chunk-missing" -> raw.chunk(ArtifactChunks.key(digest, 0), first);
        case "chunk-order" -> {
          raw.chunk(ArtifactChunks.key(digest, 1), rest);
          raw.chunk(ArtifactChunks.key(digest, 0), first);
        }
        case "chunk-null" -> {
          raw.chunk(ArtifactChunks.key(digest, 0), first);
          raw.chunk(ArtifactChunks.key(digest, 1), null);
        }
        default -> {
          raw.chunk(ArtifactChunks.key(digest, 0), first);
          raw.chunk(ArtifactChunks.key(digest, 1), new byte[900_000]);
        }
      }
      raw.register(RawRegistry.registration(dir, ModelStage.CHAMPION, digest, whole.length, 2));
    }
    raw.chunk("../../evil/00000", new byte[10]);
    raw.chunk("\u001b[2J", new byte[10]);
  }

  private void good(RawRegistry raw, Outputs outputs, String version) throws Exception {
    Path dir = LinearModels.write(root.resolve("work"), "alpha", version, 0.2, Flaw.NONE);
    goodSets.add(Outputs.setOf(dir));
    raw.register(raw.upload(dir, ModelStage.CHAMPION));
    outputs.awaitSet(goodSets.getLast());
  }

  private static void nullKeyIsRefusedByTheBroker(KafkaProducer<byte[], byte[]> producer) {
    assertThatThrownBy(() ->
            producer.send(new ProducerRecord<>(Topics.MODELS.name(), null, new byte[] {'x'})).get())
        .hasCauseInstanceOf(InvalidRecordException.class);
  }

  private void assertRefusals(Outputs outputs) throws IOException {
    for (BadArchive row : BadArchive.all(root.resolve("work"))) {
      wanted.put(row.id() + "@" + BadArchive.VERSION, row.reason() + ": ");
    }
    for (String id : List.of("chunk-missing", "chunk-order", "chunk-null", "chunk-size")) {
      wanted.put(id + "@" + BadArchive.VERSION, RejectionReason.BAD_ARCHIVE + ": ");
    }
    outputs.awaitAlert(
        "all",
        last ->
            outputs.alerts().stream().filter(RegistryPoisonIT::isRefusal).count() >= wanted.size());
    List<String> messages =
        outputs.alerts().stream().filter(RegistryPoisonIT::isRefusal).map(Alert::message).toList();
    List<String> unlike = new ArrayList<>();
    wanted.forEach((place, words) -> {
      List<String> of = messages.stream().filter(message -> message.contains(place)).toList();
      if (of.size() != 1 || !of.getFirst().contains(words)) {
        unlike.add(place + " should say " + words + " once but says " + of);
      }
    });
    assertThat(unlike).isEmpty();
    assertThat(messages).hasSize(wanted.size());
    assertThat(messages)
        .as("nothing in an alert moves a terminal")
        .allMatch(message -> message.chars().noneMatch(Character::isISOControl));
    assertThat(messages).allMatch(message -> message.length() < 5_000);
  }

  private static boolean isRefusal(Alert alert) {
    return alert.type() == AlertType.MODEL_REJECTED && alert.state() == AlertState.RAISED;
  }

  private static double refused(Application application) {
    return application
        .meters()
        .get("vfr.model.registry.records")
        .tag("result", "refused")
        .counter()
        .count();
  }

  /** Nothing came but state, and of models only the good ones' files. */
  private void assertFiles(Set<String> before, String state) throws IOException {
    Set<String> came = files();
    came.removeAll(before);
    assertThat(came).allMatch(file -> file.startsWith(state + "/"));
    String cache = state + "/models/";
    assertThat(came.stream().filter(file -> file.startsWith(cache)))
        .isNotEmpty()
        .allMatch(
            file -> file.matches(cache + "alpha/1\\.[0-2]\\.0-[0-9a-f]+/(manifest|model)\\.json"));
    assertThat(Path.of("/evil")).doesNotExist();
    assertThat(Path.of("/evil.json")).doesNotExist();
  }

  /** Every file below the root but those of the broker and of the test's own work. */
  private Set<String> files() throws IOException {
    Set<String> files = new TreeSet<>();
    try (Stream<Path> top = Files.list(root)) {
      for (Path path : top.toList()) {
        if (!path.endsWith("broker") && !path.endsWith("work")) {
          add(path, files);
        }
      }
    }
    return files;
  }

  private void add(Path path, Set<String> files) throws IOException {
    if (!Files.isDirectory(path)) {
      files.add(root.relativize(path).toString());
      return;
    }
    // Streams makes and deletes files while this is read, but no directories of models.
    try (Stream<Path> children = Files.list(path)) {
      for (Path child : children.toList()) {
        add(child, files);
      }
    }
  }

  private AppConfig config(EmbeddedKafka kafka, String state, Path models) {
    return ConfigLoader.load(
            ConfigLoader.Sources.ofArguments(
                "bootstrap.servers=" + kafka.bootstrapServers(),
                "streams.state-dir=" + root.resolve(state),
                "models.dir=" + models,
                "http.port=0",
                "kafka.session.timeout.ms=6000"))
        .config();
  }

  private static Application start(AppConfig config) throws InterruptedException {
    Application application = Application.start(config, InstantSource.system());
    assertThat(application.awaitRunning(PATIENCE)).isTrue();
    return application;
  }

  private static KafkaProducer<byte[], byte[]> producer(EmbeddedKafka kafka) {
    return new KafkaProducer<>(
        Map.of("bootstrap.servers", kafka.bootstrapServers(), "compression.type", "lz4"),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }
}
