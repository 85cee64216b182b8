package io.vfr.streams.ops.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfr.models.load.Sha256;
import io.vfr.models.schema.FeatureSchema;
import io.vfr.schemas.Alert;
import io.vfr.schemas.AlertType;
import io.vfr.schemas.ModelRegistration;
import io.vfr.schemas.ModelStage;
import io.vfr.schemas.Prediction;
import io.vfr.streams.config.AppConfig;
import io.vfr.streams.config.ConfigLoader;
import io.vfr.streams.ops.Application;
import io.vfr.streams.ops.TopicSetup;
import io.vfr.streams.ops.broker.EmbeddedKafka;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A promoted model that passes every check and fails on what comes, on a real broker. */
class RollbackIT {
  @TempDir private Path root;

  /**
   * Finite with the value of a name that nobody sends, as in its self-test; without it the output
   * is infinite on any bar that moves.
   */
  private Path failingLive(String version) throws Exception {
    byte[] artifact =
        "{\"coefficients\":[[1e308,-1.797e308]],\"intercepts\":[1.797e308]}"
            .getBytes(StandardCharsets.UTF_8);
    Path dir = Files.createDirectories(root.resolve("elsewhere/alpha").resolve(version));
    Files.write(dir.resolve("model.json"), artifact);
    Files.writeString(
        dir.resolve("manifest.json"),
        """
        {"id":"alpha","version":"%s","algorithm":"linear","kind":"return","task":"regression",
         "target":"standardized-return","horizon":"P1D","artifact":{"file":"model.json","sha256":"%s"},
         "featureSchema":"%s","inputs":["intraday_volatility","unheard_of"],
         "required":["intraday_volatility"],"missing":{"policy":"default","value":0.0},
         "selfTest":[{"inputs":[0.0,1.0],"expected":[0.0],"tolerance":1e-9}],
         "metrics":{"hitRate":0.5},
         "calibration":{"neutralBand":0.35,"fallbackSigma":0.02,"residualQuantiles":[-3.0,0.0,3.0]}}
        """
            .formatted(version, Sha256.hex(artifact), FeatureSchema.current().hash()));
    return dir;
  }

  @Test
  void aModelThatFailsOnceItServes_isRolledBack_andNoPriceIsWithoutPrediction() throws Exception {
    Path models = root.resolve("models");
    Path first = LinearModels.write(models, "alpha", "1.0.0", 0.1, LinearModels.Flaw.NONE);
    try (EmbeddedKafka kafka =
        EmbeddedKafka.start(EmbeddedKafka.Options.in(root.resolve("broker")))) {
      AppConfig config =
          ConfigLoader.load(
                  ConfigLoader.Sources.ofArguments(
                      "bootstrap.servers=" + kafka.bootstrapServers(),
                      "streams.state-dir=" + root.resolve("state"),
                      "models.dir=" + models,
                      "http.port=0"))
              .config();
      TopicSetup.createMissing(config, 2, line -> {}, () -> false);
      try (Outputs outputs = new Outputs(kafka.bootstrapServers());
          TickLoad load = new TickLoad(kafka.bootstrapServers(), 8);
          RegistryPublisher publisher =
              RegistryPublisher.connect(config, InstantSource.system(), "test");
          Application application = Application.start(config, InstantSource.system())) {
        assertThat(application.awaitRunning(Duration.ofSeconds(60))).isTrue();
        load.start(200);
        outputs.awaitSet(Outputs.setOf(first));
        Path bad = failingLive("1.1.0");
        publisher.publish(first, ModelStage.CHAMPION, null);
        publisher.publish(bad, ModelStage.CHAMPION, "looked well");

        Alert alert = outputs.awaitAlert("rollback", a -> a.type() == AlertType.MODEL_ROLLED_BACK);
        assertThat(alert.message())
            .startsWith("model alpha@1.1.0 was rolled back to alpha@1.0.0 by the steward on ")
            .containsPattern(": it failed in \\d+ of \\d+ rows, 1\\.0\\.0 in 0 of \\d+$");
        outputs.awaitSet(Outputs.setOf(first));
        assertThat(
                publisher.state().versions("alpha").stream()
                    .map(RegistryState.Entry::registration)
                    .collect(
                        Collectors.toMap(ModelRegistration::version, ModelRegistration::stage)))
            .containsEntry("1.0.0", ModelStage.CHAMPION)
            .containsEntry("1.1.0", ModelStage.RETIRED)
            .hasSize(2);

        long sent = load.stop();
        List<Prediction> predictions = outputs.awaitPredictions(sent);
        assertThat(predictions).hasSize((int) sent);
        assertThat(predictions.stream().map(Prediction::source).distinct()).hasSize((int) sent);
        assertThat(outputs.alerts().stream().filter(a -> a.type() == AlertType.MODEL_ROLLED_BACK))
            .hasSize(1);
      }
    }
  }
}
