package io.vfr.streams.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vfr.models.load.RejectionReason;
import io.vfr.models.load.Sha256;
import io.vfr.models.registry.Rejection;
import io.vfr.models.schema.FeatureSchema;
import io.vfr.streams.config.ModelsConfig;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the ensemble cannot use is refused at the start, with its reason, and the rest serves. */
class ModelStoreTest {
  private static final String CALIBRATION =
      ",\"calibration\":{\"neutralBand\":0.35,\"fallbackSigma\":0.02,\"residualQuantiles\":[-3.0,0.0,3.0]}";

  @TempDir private Path registry;

  @Test
  void open_unsuitableModels_areRefusedAndTheOthersServe() throws Exception {
    write("good", "return", "standardized-return", 0.5, CALIBRATION);
    write("uncalibrated", "meta", "standardized-return", 0.5, "");
    write("percent", "return", "standardized-return", 51.6, CALIBRATION);
    Files.createDirectories(registry.resolve("empty/1.0.0"));

    try (ModelStore store = ModelStore.open(config())) {
      assertThat(store.get().models()).extracting(m -> m.manifest().id()).containsExactly("good");
      assertThat(store.rejections())
          .extracting(Rejection::model, Rejection::reason)
          .containsExactlyInAnyOrder(
              org.assertj.core.groups.Tuple.tuple(
                  "uncalibrated@1.0.0", RejectionReason.UNSUPPORTED),
              org.assertj.core.groups.Tuple.tuple("percent@1.0.0", RejectionReason.UNSUPPORTED),
              org.assertj.core.groups.Tuple.tuple("empty@1.0.0", RejectionReason.BAD_MANIFEST));
    }
  }

  @Test
  void open_noUsableModel_saysWhy() throws Exception {
    write("uncalibrated", "meta", "standardized-return", 0.5, "");
    assertThatThrownBy(() -> ModelStore.open(config()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("no usable model")
        .hasMessageContaining("uncalibrated@1.0.0");
  }

  private ModelsConfig config() {
    return new ModelsConfig(registry, List.of(), 10, 1L << 30);
  }

  private void write(String id, String kind, String target, double hitRate, String calibration)
      throws Exception {
    Path model = Files.createDirectories(registry.resolve(id).resolve("1.0.0"));
    byte[] artifact =
        "{\"coefficients\":[[0.1]],\"intercepts\":[0.0]}".getBytes(StandardCharsets.UTF_8);
    Files.write(model.resolve("model.json"), artifact);
    Files.writeString(
        model.resolve("manifest.json"),
        """
        {"id":"%s","version":"1.0.0","algorithm":"linear","kind":"%s","task":"regression",
         "target":"%s","horizon":"P1D","artifact":{"file":"model.json","sha256":"%s"},
         "featureSchema":"%s","inputs":["rsi_14"],"required":["rsi_14"],"missing":{"policy":"nan"},
         "selfTest":[{"inputs":[10.0],"expected":[1.0],"tolerance":1e-9}],
         "metrics":{"hitRate":%s}%s}
        """
            .formatted(
                id,
                kind,
                target,
                Sha256.hex(artifact),
                FeatureSchema.current().hash(),
                hitRate,
                calibration));
  }
}
