package io.vfr.chaos.swaps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.vfr.chaos.oracle.Version;
import io.vfr.models.load.LoadedModel;
import io.vfr.models.load.ModelLoader;
import io.vfr.models.load.ModelRejectedException;
import io.vfr.models.load.Scorer;
import io.vfr.models.schema.FeatureSchema;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelForgeTest {
  private final ModelLoader loader = new ModelLoader(FeatureSchema.current());
  @TempDir private Path work;
  private ModelForge forge;

  @BeforeEach
  void load() throws Exception {
    forge = new ModelForge(Shipped.REGISTRY, work);
  }

  @AfterEach
  void close() {
    forge.close();
  }

  @Test
  void good_everyKind_loadsAndSaysSomethingElseEachTime() throws Exception {
    assertThat(forge.ids())
        .containsExactly(
            "ensemble-meta-v4",
            "mean-reversion-xgb-v2",
            "momentum-lstm-v3",
            "volatility-transformer-v1");
    for (String id : forge.ids()) {
      Set<Double> outputs = new TreeSet<>();
      Set<String> digests = new HashSet<>();
      List<Path> versions =
          new ArrayList<>(List.of(Objects.requireNonNull(forge.shipped().get(id)).dir()));
      for (int number = 1; number <= 3; number++) {
        Version version = forge.good(id, number);
        digests.add(version.digest());
        versions.add(version.dir());
      }
      for (Path dir : versions) {
        try (LoadedModel model = loader.load(dir);
            Scorer scorer = model.newScorer()) {
          double[] out = new double[model.outputs()];
          scorer.score(model.manifest().selfTest().getFirst().inputs(), 1, out);
          outputs.add(out[0]);
        }
      }
      assertThat(outputs).as(id).hasSize(4);
      assertThat(digests).as(id).hasSize(3);
    }
  }

  @Test
  void bad_everyFlawOfEveryKind_isRefusedForItsReason() throws Exception {
    int number = 0;
    for (String id : forge.ids()) {
      for (Flaw flaw : Flaw.values()) {
        number++;
        Version version = forge.bad(id, number, flaw);
        if (flaw == Flaw.TRUNCATED_ARCHIVE) {
          loader.load(version.dir()).close();
          continue;
        }
        ModelRejectedException refused =
            catchThrowableOfType(
                ModelRejectedException.class, () -> loader.load(version.dir()).close());
        assertThat(refused).as(version.key() + " " + flaw).isNotNull();
        String alert =
            "model "
                + version.key()
                + " is refused, "
                + refused.reason()
                + ": "
                + refused.getMessage();
        assertThat(flaw.isNamedBy(alert)).as(flaw + " by " + alert).isTrue();
      }
    }
  }
}
