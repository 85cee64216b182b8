package io.vfr.models.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vfr.models.TestModels;
import io.vfr.models.TestModels.Draft;
import io.vfr.models.load.LoadedModel;
import io.vfr.models.load.ModelLoader;
import io.vfr.models.load.RejectionReason;
import io.vfr.models.load.Sha256;
import io.vfr.models.schema.FeatureSchema;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelRegistryTest {
  private final ModelLoader loader = new ModelLoader(FeatureSchema.current());
  @TempDir private Path root;

  private Path write(String id, String version) {
    Draft draft = TestModels.linearDraft();
    draft.id = id;
    draft.version = version;
    return draft.write(root.resolve(id).resolve(version));
  }

  private static void close(RegistryLoad load) {
    load.models().forEach(LoadedModel::close);
  }

  @Test
  void loadNewest_severalVersions_takesTheHighestByNumber() throws Exception {
    write("a", "1.9.0");
    write("a", "1.10.0");
    write("b", "0.1.0");
    RegistryLoad load = new ModelRegistry(root).loadNewest(loader, List.of());
    assertThat(load.models().stream().map(m -> m.manifest().key()))
        .containsExactly("a@1.10.0", "b@0.1.0");
    assertThat(load.rejections()).isEmpty();
    close(load);
  }

  @Test
  void loadNewest_badNewestVersion_isReportedAndTheLastGoodOneIsUsed() throws Exception {
    write("a", "1.0.0");
    Files.writeString(write("a", "2.0.0").resolve("model.bin"), "damaged");
    write("b", "1.0.0");
    RegistryLoad load = new ModelRegistry(root).loadNewest(loader, List.of());
    assertThat(load.models().stream().map(m -> m.manifest().key()))
        .containsExactly("a@1.0.0", "b@1.0.0");
    assertThat(load.rejections())
        .singleElement()
        .satisfies(rejection -> {
          assertThat(rejection.model()).isEqualTo("a@2.0.0");
          assertThat(rejection.reason()).isEqualTo(RejectionReason.BAD_DIGEST);
        });
    close(load);
  }

  @Test
  void loadNewest_activeIds_loadsOnlyThoseAndReportsAbsentOnes() throws Exception {
    write("a", "1.0.0");
    write("b", "1.0.0");
    RegistryLoad load = new ModelRegistry(root).loadNewest(loader, List.of("b", "c"));
    assertThat(load.models().stream().map(m -> m.manifest().id())).containsExactly("b");
    assertThat(load.rejections())
        .singleElement()
        .satisfies(r -> assertThat(r.reason()).isEqualTo(RejectionReason.NOT_FOUND));
    close(load);
  }

  @Test
  void loadNewest_directoryOfAnotherModel_isRefused() throws Exception {
    TestModels.linearDraft().write(root.resolve("other").resolve("1.0.0"));
    RegistryLoad load = new ModelRegistry(root).loadNewest(loader, List.of());
    assertThat(load.models()).isEmpty();
    assertThat(load.rejections())
        .singleElement()
        .satisfies(r -> assertThat(r.message()).contains("must hold other@1.0.0"));
  }

  @Test
  void scan_strayNames_areReportedOrIgnored() throws Exception {
    write("a", "1.0.0");
    Files.createDirectories(root.resolve("a/latest"));
    Files.createDirectories(root.resolve("Bad Name"));
    Files.createDirectories(root.resolve(".git"));
    Files.writeString(root.resolve("README.md"), "x");
    RegistryScan scan = new ModelRegistry(root).scan();
    assertThat(scan.models()).hasSize(1);
    assertThat(scan.rejections()).hasSize(2);
  }

  @Test
  void scan_noDirectory_fails() {
    assertThatThrownBy(() -> new ModelRegistry(root.resolve("none")).scan())
        .isInstanceOf(IOException.class);
  }

  @Test
  void digest_modelSet_isOverSortedLinesWhateverTheOrder() throws Exception {
    LoadedModel a = loader.load(write("a", "1.0.0"));
    LoadedModel b = loader.load(write("b", "1.0.0"));
    try (ModelSet set = ModelSet.ofChampions(List.of(b, a));
        ModelSet alone = ModelSet.ofChampions(List.of(a.share()))) {
      String lines = "a@1.0.0:" + a.digest() + "\nb@1.0.0:" + b.digest() + "\n";
      assertThat(set.digest()).isEqualTo(Sha256.hex(lines.getBytes(StandardCharsets.UTF_8)));
      assertThat(alone.digest()).isNotEqualTo(set.digest());
      assertThat(set.models()).containsExactly(a, b);
      assertThatThrownBy(() -> ModelSet.ofChampions(List.of(a, a)))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void loadNewest_shippedRegistry_isWholeAndLoads() throws Exception {
    Path shipped = Path.of("registry");
    RegistryLoad load = new ModelRegistry(shipped).loadNewest(loader, List.of());
    assertThat(load.rejections()).isEmpty();
    assertThat(load.models().stream().map(m -> m.manifest().id()))
        .containsExactlyInAnyOrder(
            "momentum-lstm-v3",
            "mean-reversion-xgb-v2",
            "volatility-transformer-v1",
            "ensemble-meta-v4");
    for (LoadedModel model : load.models()) {
      Path dir = shipped.resolve(model.manifest().id()).resolve(model.manifest().version());
      assertThat(dir.resolve("MODEL_CARD.md")).isNotEmptyFile();
      assertThat(model.manifest().calibration()).isNotNull();
      assertThat(model.manifest().metrics()).containsKey("hitRate");
      assertThat(model.manifest().selfTest())
          .as("real rows, some with missing values")
          .hasSizeGreaterThanOrEqualTo(4)
          .anySatisfy(test -> assertThat(test.inputs()).contains(Double.NaN));
    }
    close(load);
  }
}
