package io.vfr.chaos.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.vfr.models.manifest.Manifest;
import io.vfr.models.manifest.ManifestReader;
import io.vfr.models.manifest.SelfTest;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NativeTreesTest {
  private static final Path MODELS = Path.of("../models/registry");

  private static Manifest manifest(String directory) throws Exception {
    return ManifestReader.read(Files.readAllBytes(MODELS.resolve(directory, "manifest.json")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"mean-reversion-xgb-v2/2.1.0", "ensemble-meta-v4/4.0.0"})
  void shippedTrees_giveTheirSelfTests(String directory) throws Exception {
    Manifest manifest = manifest(directory);
    assertThat(NativeTrees.reads(manifest)).isTrue();
    assertThat(manifest.selfTest()).isNotEmpty();
    try (NativeTrees trees = NativeTrees.load(manifest, MODELS.resolve(directory))) {
      for (SelfTest test : manifest.selfTest()) {
        assertThat(trees.score(test.inputs()))
            .containsExactly(test.expected(), within(test.tolerance()));
      }
    }
  }

  @Test
  void nets_areNone() throws Exception {
    assertThat(NativeTrees.reads(manifest("momentum-lstm-v3/3.1.0"))).isFalse();
  }
}
