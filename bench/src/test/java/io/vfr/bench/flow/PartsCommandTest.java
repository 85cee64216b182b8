package io.vfr.bench.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class PartsCommandTest {
  private static String refused(String... arguments) {
    StringWriter err = new StringWriter();
    int exitCode = Main.commandLine().setErr(new PrintWriter(err, true)).execute(arguments);
    assertThat(exitCode).as(err.toString()).isEqualTo(2);
    return err.toString();
  }

  @Test
  void onlyThatMatchesNothing_isRefusedWithWhatThereIs() {
    assertThat(refused("parts", "--only", "NoSuchThing"))
        .contains("no benchmark of FeatureUpdate, TreeScoring", "'NoSuchThing'");
  }

  @Test
  void onlyThatIsNoExpression_isRefused() {
    assertThat(refused("parts", "--only", "[")).contains("--only: '[' is no regular expression");
  }
}
