package io.vfr.bench.flow;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PartsCommandTest {
  @Test
  void onlyThatMatchesNothing_isRefusedWithWhatThereIs() {
    assertThat(BenchLine.refused("parts", "--only", "NoSuchThing"))
        .contains("no benchmark of FeatureUpdate, Ta4j, TreeScoring", "'NoSuchThing'");
  }

  @Test
  void onlyThatIsNoExpression_isRefused() {
    assertThat(BenchLine.refused("parts", "--only", "["))
        .contains("--only: '[' is no regular expression");
  }
}
