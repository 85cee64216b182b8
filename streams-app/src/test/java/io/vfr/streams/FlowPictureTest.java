package io.vfr.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * The picture in the README is the topology that runs. To draw it anew, run this test with {@code
 * -Dvfr.renew=true} and look at the picture.
 */
class FlowPictureTest {
  private static final Path PICTURE = Path.of("..", "docs", "images", "flow.svg");

  private static final String HOW_TO_RENEW =
      " shows another topology than this one; run ./scripts/test -pl schemas,models,streams-app"
          + " -Dtest=FlowPictureTest -Dit.test=none -Dvfr.renew=true to renew it";

  @Test
  void picture_isOfThisTopology() throws IOException {
    String drawn = FlowPicture.of(ScoringTopologyTest.topology(Path.of("unused")).describe());
    if (Boolean.getBoolean("vfr.renew")) {
      Files.writeString(PICTURE, drawn);
    }
    assertThat(Files.exists(PICTURE)).as("docs/images/flow.svg is there").isTrue();
    assertThat(drawn.equals(Files.readString(PICTURE)))
        .as("docs/images/flow.svg" + HOW_TO_RENEW)
        .isTrue();
  }
}
