package io.vfr.streams.ops.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vfr.models.registry.ModelArchive;
import io.vfr.schemas.Alert;
import io.vfr.schemas.AlertState;
import io.vfr.schemas.AlertType;
import io.vfr.schemas.ModelRegistration;
import io.vfr.schemas.ModelStage;
import io.vfr.schemas.Prediction;
import io.vfr.schemas.SourceRef;
import io.vfr.streams.cli.Cli;
import io.vfr.streams.cli.ModelsCommand;
import io.vfr.streams.config.AppConfig;
import io.vfr.streams.config.ConfigLoader;
import io.vfr.streams.ops.Application;
import io.vfr.streams.ops.TopicSetup;
import io.vfr.streams.ops.broker.EmbeddedKafka;
import io.vfr.streams.ops.registry.LinearModels.Flaw;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * Models that come, go and are bad while an instance runs, on a real broker: every price has one
 * prediction, and each names models that were whole.
 */
class RegistryIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int PARTITIONS = 2;

  @TempDir private Path root;
  private EmbeddedKafka kafka;
  private Path models;

  @BeforeEach
  void startBroker() {
    kafka = EmbeddedKafka.start(EmbeddedKafka.Options.in(root.resolve("broker")));
    models = root.resolve("models");
    TopicSetup.createMissing(config("none", models), PARTITIONS, line -> {}, () -> false);
  }

  @AfterEach
  void stopBroker() {
    kafka.close();
  }

  /** What a command printed. */
  private record Run(int exitCode, String out, String err) {}

  private Run cli(String... arguments) {
    String[] all = Arrays.copyOf(arguments, arguments.length + 4);
    all[arguments.length] = "--bootstrap-servers";
    all[arguments.length + 1] = kafka.bootstrapServers();
    all[arguments.length + 2] = "--set";
    all[arguments.length + 3] = "models.dir=" + models;
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line =
        Cli.commandLine(List.of(ModelsCommand.class))
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true));
    return new Run(line.execute(all), out.toString(), err.toString());
  }

  private AppConfig config(String state, Path modelsDir, String... more) {
    String[] settings = Arrays.copyOf(more, more.length + 5);
    settings[more.length] = "bootstrap.servers=" + kafka.bootstrapServers();
    settings[more.length + 1] = "streams.state-dir=" + root.resolve(state);
    settings[more.length + 2] = "models.dir=" + modelsDir;
    settings[more.length + 3] = "http.port=0";
    // An instance that takes over waits for this long for the one that left.
    settings[more.length + 4] = "kafka.session.timeout.ms=6000";
    return ConfigLoader.load(ConfigLoader.Sources.ofArguments(settings)).config();
  }

  private static Application start(AppConfig config) throws InterruptedException {
    Application application = Application.start(config, InstantSource.system());
    assertThat(application.awaitRunning(PATIENCE)).isTrue();
    return application;
  }

  private Path model(String version, double intercept, Flaw flaw) {
    return LinearModels.write(models, "alpha", version, intercept, flaw);
  }

  /** A model's directory that no instance has as its models.dir. */
  private Path elsewhere(String version, double intercept, Flaw flaw) {
    return LinearModels.write(root.resolve("elsewhere"), "alpha", version, intercept, flaw);
  }

  private static void assertOneForEach(List<Prediction> predictions, long sent) {
    Set<SourceRef> sources = new HashSet<>();
    predictions.forEach(p -> sources.add(p.source()));
    assertThat(predictions).hasSize((int) sent);
    assertThat(sources).hasSize((int) sent);
  }

  private static boolean isRejected(Alert alert, String key, String words) {
    return alert.type() == AlertType.MODEL_REJECTED
        && alert.state() == AlertState.RAISED
        && alert.message().contains(key)
        && alert.message().contains(words);
  }

  @Test
  void promotion_onARunningInstance_isInEveryPredictionSoonAfter_alsoOfOneThatOnlyHasKafka()
      throws Exception {
    Path first = model("1.0.0", 0.1, Flaw.NONE);
    Path second = elsewhere("1.1.0", 0.2, Flaw.NONE);
    try (Outputs outputs = new Outputs(kafka.bootstrapServers());
        TickLoad load = new TickLoad(kafka.bootstrapServers(), 8)) {
      try (Application application = start(config("one", models))) {
        load.start(200);
        outputs.awaitSet(Outputs.setOf(first));

        Run published = cli("models", "publish", second.toString());
        assertThat(published.exitCode()).as(published.err()).isZero();
        assertThat(published.out()).contains("alpha@1.1.0 is shadow, digest ");
        outputs.awaitAlert(
            "shadow",
            a -> a.type() == AlertType.MODEL_LOADED && a.message().contains("in use as shadow"));
        outputs.awaitSet(Outputs.setOf(first));

        Run promoted = cli("models", "promote", "alpha@1.1.0", "--reason", "better");
        assertThat(promoted.exitCode()).as(promoted.err()).isZero();
        assertThat(promoted.out())
            .as("what only models.dir had is published with it, to go back to")
            .contains("alpha@1.0.0 is shadow")
            .contains("alpha@1.1.0 is champion");
        outputs.awaitSet(Outputs.setOf(second));
        outputs.awaitAlert(
            "champion",
            a ->
                a.type() == AlertType.MODEL_LOADED
                    && a.message().contains("alpha@1.1.0")
                    && a.message().contains("in use as champion"));
        assertThat(application.meters().get("vfr.model.swaps").counter().count()).isPositive();
      }
      Path empty = Files.createDirectories(root.resolve("empty"));
      try (Application application = start(config("two", empty))) {
        outputs.awaitSet(Outputs.setOf(second));
        long sent = load.stop();
        assertOneForEach(outputs.awaitPredictions(sent), sent);
        assertThat(application.isAlive()).isTrue();
      }
      assertThat(outputs.sets()).containsOnlyKeys(Outputs.setOf(first), Outputs.setOf(second));
      try (var unpacked = Files.list(root.resolve("two/models/alpha"))) {
        assertThat(unpacked.map(path -> String.valueOf(path.getFileName()).split("-")[0]))
            .containsExactlyInAnyOrder("1.0.0", "1.1.0");
      }
      Run listed = cli("models", "list");
      assertThat(listed.out())
          .containsPattern("alpha +1\\.1\\.0 +champion .*replaced 1\\.0\\.0: better")
          .containsPattern("alpha +1\\.0\\.0 +shadow ");
    }
  }

  @Test
  void badModels_areRefusedWithTheirReasons_andTheLastGoodOneStays() throws Exception {
    Path good = model("1.0.0", 0.1, Flaw.NONE);
    AppConfig config = config("one", models, "features.open-names-max=8");
    try (Outputs outputs = new Outputs(kafka.bootstrapServers());
        TickLoad load = new TickLoad(kafka.bootstrapServers(), 8);
        RawRegistry raw = new RawRegistry(kafka.bootstrapServers());
        Application application = start(config)) {
      load.start(200);
      outputs.awaitSet(Outputs.setOf(good));
      int minor = 1;
      for (Flaw flaw : Flaw.values()) {
        if (flaw != Flaw.NONE) {
          Path bad = elsewhere("2." + minor++ + ".0", 0.3, flaw);
          raw.register(raw.upload(bad, ModelStage.CHAMPION));
          outputs.awaitAlert(
              flaw.toString(),
              a -> isRejected(a, "alpha@" + bad.getFileName(), flaw.reason().name()));
          Run refused = cli("models", "publish", bad.toString());
          assertThat(refused.exitCode())
              .as("only the slots of an instance cannot be known before")
              .isEqualTo(flaw == Flaw.TOO_MANY_INPUTS ? Cli.OK : Cli.FAILED);
        }
      }
      refuseArchives(raw, outputs);
      refuseRecords(raw, outputs);

      Path better = elsewhere("3.0.0", 0.4, Flaw.NONE);
      outputs.awaitSet(Outputs.setOf(good));
      assertThat(cli("models", "publish", better.toString(), "--stage", "champion").exitCode())
          .isZero();
      outputs.awaitSet(Outputs.setOf(better));
      long sent = load.stop();
      assertOneForEach(outputs.awaitPredictions(sent), sent);
      assertThat(outputs.sets()).containsOnlyKeys(Outputs.setOf(good), Outputs.setOf(better));
      assertThat(
              application
                  .meters()
                  .get("vfr.model.registry.records")
                  .tag("result", "refused")
                  .counter()
                  .count())
          .isEqualTo(4);
      assertThat(outputs.alerts().stream().filter(a -> isRejected(a, "", "")).map(Alert::message))
          .as("each is told once")
          .doesNotHaveDuplicates();
    }
  }

  /** Sound models whose way through Kafka was not. */
  private void refuseArchives(RawRegistry raw, Outputs outputs) throws Exception {
    Path junk = elsewhere("2.91.0", 0.3, Flaw.NONE);
    raw.register(
        raw.upload(junk, ModelStage.CHAMPION, "not a zip".getBytes(StandardCharsets.UTF_8)));
    outputs.awaitAlert("junk", a -> isRejected(a, "alpha@2.91.0", "BAD_ARCHIVE"));

    Path cut = elsewhere("2.92.0", 0.3, Flaw.NONE);
    Path archive = root.resolve("cut.zip");
    ModelArchive.pack(cut, archive);
    byte[] whole = Files.readAllBytes(archive);
    raw.register(raw.upload(cut, ModelStage.CHAMPION, Arrays.copyOf(whole, whole.length / 2)));
    outputs.awaitAlert("truncated archive", a -> isRejected(a, "alpha@2.92.0", "BAD_ARCHIVE"));

    Path missing = elsewhere("2.93.0", 0.3, Flaw.NONE);
    ModelRegistration complete = raw.upload(missing, ModelStage.CHAMPION);
    raw.register(
        RawRegistry.registration(
            missing, ModelStage.CHAMPION, complete.digest(), complete.bytes() + 1, 2));
    outputs.awaitAlert(
        "missing chunk", a -> isRejected(a, "alpha@2.93.0", "holds only the first 1"));

    Path liar = elsewhere("2.94.0", 0.3, Flaw.NONE);
    ModelRegistration honest = raw.upload(liar, ModelStage.CHAMPION);
    raw.register(
        RawRegistry.registration(
            liar, ModelStage.CHAMPION, honest.digest(), honest.bytes() - 1, 1));
    outputs.awaitAlert("size", a -> isRejected(a, "alpha@2.94.0", "that are registered"));

    Path other = elsewhere("2.95.0", 0.3, Flaw.NONE);
    ModelRegistration true95 = raw.upload(other, ModelStage.CHAMPION);
    raw.register(
        RawRegistry.registration(
            root.resolve("alpha/2.96.0"), ModelStage.CHAMPION, true95.digest(), true95.bytes(), 1));
    outputs.awaitAlert("other model", a -> isRejected(a, "alpha@2.96.0", "holds alpha@2.95.0"));
  }

  /** Records that are no registrations. */
  private static void refuseRecords(RawRegistry raw, Outputs outputs) {
    raw.record("alpha@9.0.0", "junk".getBytes(StandardCharsets.UTF_8));
    outputs.awaitAlert("junk record", a -> isRejected(a, "alpha@9.0.0", "BAD_REGISTRATION"));
    ModelRegistration huge =
        RawRegistry.registration(
            Path.of("alpha/9.1.0"), ModelStage.CHAMPION, "0".repeat(64), 1L << 50, 99);
    raw.register(huge);
    outputs.awaitAlert("oversized", a -> isRejected(a, "alpha@9.1.0", "bytes is"));
    raw.record(
        "../../../etc@9.2.0",
        "{\"id\":\"../../../etc\",\"version\":\"9.2.0\"}".getBytes(StandardCharsets.UTF_8));
    outputs.awaitAlert("traversal", a -> isRejected(a, "../../../etc@9.2.0", "BAD_REGISTRATION"));
    raw.record("", "{}".getBytes(StandardCharsets.UTF_8));
    outputs.awaitAlert("no key", a -> isRejected(a, "\"\"", "BAD_REGISTRATION"));
    raw.record("unknown@1.0.0", null);
  }

  @Test
  void rollback_restoresThePredecessor_andRetireFallsBackToTheDirectory() throws Exception {
    Path first = model("1.0.0", 0.1, Flaw.NONE);
    Path second = elsewhere("1.1.0", 0.2, Flaw.NONE);
    try (Outputs outputs = new Outputs(kafka.bootstrapServers());
        TickLoad load = new TickLoad(kafka.bootstrapServers(), 8);
        Application application = start(config("one", models))) {
      load.start(100);
      assertThat(cli("models", "publish", second.toString(), "--stage", "champion").exitCode())
          .isZero();
      outputs.awaitSet(Outputs.setOf(second));

      Run rolledBack = cli("models", "rollback", "alpha", "--reason", "too bold", "--json");
      assertThat(rolledBack.exitCode()).as(rolledBack.err()).isZero();
      assertThat(rolledBack.out())
          .contains("\"version\":\"1.0.0\",\"stage\":\"champion\"")
          .contains("\"version\":\"1.1.0\",\"stage\":\"retired\"")
          .contains("\"reason\":\"too bold\"");
      outputs.awaitSet(Outputs.setOf(first));

      Run again = cli("models", "rollback", "alpha");
      assertThat(again.exitCode()).isEqualTo(Cli.FAILED);
      assertThat(again.err()).contains("alpha@1.0.0 has no predecessor to go back to");

      assertThat(cli("models", "promote", "alpha@1.1.0").exitCode()).isZero();
      outputs.awaitSet(Outputs.setOf(second));
      Run retired = cli("models", "retire", "alpha@1.1.0");
      assertThat(retired.exitCode()).isZero();
      assertThat(retired.err()).contains("alpha has no champion now");
      outputs.awaitSet(Outputs.setOf(first));
      assertThat(application.isAlive()).isTrue();
      long sent = load.stop();
      assertOneForEach(outputs.awaitPredictions(sent), sent);
    }
  }

  @Test
  void commands_thatCannotBe_failWithOneLineThatSaysWhatThereIs() throws Exception {
    Path first = model("1.0.0", 0.1, Flaw.NONE);
    Run unknown = cli("models", "promote", "alpha@1.0.0");
    assertThat(unknown.exitCode()).isEqualTo(Cli.FAILED);
    assertThat(unknown.err()).contains("publish it first").contains("The registry is empty");
    assertThat(unknown.err().lines()).hasSize(1);

    assertThat(cli("models", "publish", first.toString()).exitCode()).isZero();
    Run same = cli("models", "publish", first.toString());
    assertThat(same.exitCode()).isZero();
    assertThat(same.out()).contains("it is so already");
    Path other = elsewhere("1.0.0", 0.7, Flaw.NONE);
    Run another = cli("models", "publish", other.toString());
    assertThat(another.exitCode()).isEqualTo(Cli.FAILED);
    assertThat(another.err()).contains("Versions do not change: give it a new one");
    Run newer = cli("models", "promote", "alpha@7.0.0");
    assertThat(newer.err())
        .contains("alpha@7.0.0 was never published; publish it first. There are");

    Run usage = cli("models", "promote", "alpha");
    assertThat(usage.exitCode()).isEqualTo(Cli.USAGE);
    assertThat(usage.err()).contains("'alpha' is no version of a model such as");
    assertThat(cli("models", "publish", first.toString(), "--stage", "retired").exitCode())
        .isEqualTo(Cli.USAGE);
    Run nowhere = cli("models", "publish", root.resolve("nowhere").toString());
    assertThat(nowhere.exitCode()).isEqualTo(Cli.FAILED);
    assertThat(nowhere.err()).contains("is refused, BAD_MANIFEST");
    assertThat(cli("models", "verify", first.toString()).out()).contains("verified, digest");
    assertThat(cli("models", "list", "--json").out())
        .contains("\"local\":[{\"id\":\"alpha\"")
        .contains("\"registry\":[{\"id\":\"alpha\"");
    assertThat(cli("models", "list", "--json", "--local").out()).contains("\"registry\":null");
  }

  @Test
  void twoPublishers_theOneThatIsOvertaken_beginsAnewOnWhatTheOtherLeft() throws Exception {
    Path first = model("1.0.0", 0.1, Flaw.NONE);
    Path second = elsewhere("1.1.0", 0.2, Flaw.NONE);
    AppConfig config = config("one", models);
    InstantSource clock = InstantSource.system();
    try (RegistryPublisher slow = RegistryPublisher.connect(config, clock, "slow");
        RegistryPublisher quick = RegistryPublisher.connect(config, clock, "quick")) {
      slow.publish(first, ModelStage.CHAMPION, null);
      quick.publish(second, ModelStage.SHADOW, null);
      slow.promote("alpha", "1.1.0", null);
      assertThat(quick.state().champion("alpha").orElseThrow().registration().predecessor())
          .isEqualTo("1.0.0");

      List<Boolean> between = new ArrayList<>(List.of(true, false));
      RegistryPublisher.Change rolledBack =
          slow.change(transaction -> {
            if (between.removeFirst()) {
              quick.retire("alpha", "1.1.0", "meanwhile");
            }
            boolean none = transaction.state().champion("alpha").isEmpty();
            transaction.write(
                none
                    ? new StageChange("slow", Registrations.TS, null)
                        .promote(transaction.state(), "alpha", "1.0.0", Optional.empty())
                    : new StageChange("slow", Registrations.TS, null)
                        .rollback(transaction.state(), "alpha"));
          });
      assertThat(rolledBack.written().stream().map(Registrations::text))
          .as("planned on the state that the other left: 1.1.0 was retired already")
          .containsExactly("alpha@1.0.0 champion");

      assertThatThrownBy(() ->
              slow.change(transaction -> {
                quick.retire("alpha", "1.0.0", "again");
                quick.shadow("alpha", "1.0.0", "and again");
                transaction.write(
                    new StageChange("slow", Registrations.TS, null)
                        .promote(transaction.state(), "alpha", "1.0.0", Optional.empty()));
                transaction.write(
                    new StageChange("slow", Registrations.TS, null)
                        .retire(transaction.state(), "alpha", "1.1.0"));
                transaction.write(
                    new StageChange("slow", Registrations.TS, null)
                        .shadow(transaction.state(), "alpha", "1.1.0"));
              }))
          .isInstanceOf(RegistryException.class)
          .hasMessageContaining("other publishers are at the registry, so nothing was written");
      assertThat(quick.state().champion("alpha")).isEmpty();

      assertThatThrownBy(() -> slow.promote("alpha", "9.0.0", null))
          .isInstanceOf(RegistryException.class)
          .hasMessageContaining("was never published");
      slow.promote("alpha", "1.0.0", null);
      assertThat(quick.state().champion("alpha")).isPresent();
    }
  }
}
