package io.vfr.streams.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImportCommandTest {
  private static final Path FIXTURES =
      Path.of("..", "models", "src", "test", "resources", "io", "vfr", "models", "vfrlayout");
  @TempDir private Path temp;
  private Path source;

  @BeforeEach
  void copyModel() throws IOException {
    source = Files.createDirectory(temp.resolve("early-signal"));
    Path binary = FIXTURES.resolve("binary");
    Files.copy(binary.resolve("columns.txt"), source.resolve("model.txt"));
    Files.copy(binary.resolve("metadata.json"), source.resolve("metadata.json"));
    Files.copy(binary.resolve("normalizer-params.json"), source.resolve("normalizer.json"));
  }

  private CommandRun run(String... further) {
    List<String> arguments = new ArrayList<>(List.of("models", "import"));
    arguments.addAll(List.of("--set", "models.dir=" + temp.resolve("registry")));
    arguments.addAll(List.of(further));
    return CommandRun.of(arguments.toArray(String[]::new));
  }

  @Test
  void import_goodModel_saysWhereItIsAndWhatItNeedsAndVerifies() {
    CommandRun run = run(source.toString(), "--id", "early-signal", "--version", "1.0.0");
    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    assertThat(run.out())
        .contains("early-signal@1.0.0 imported to " + temp.resolve("registry/early-signal/1.0.0"))
        .contains("binary, 8 inputs")
        .contains("computed by the stream: rsi_14, volume_trend_10d, news_sentiment")
        .contains("vfr.macro: PE_Ratio, analyst.target-gap, exact, constant, tiny_scale")
        .contains("MODEL_CARD.md");
    CommandRun verify =
        CommandRun.of("models", "verify", "--set", "models.dir=" + temp.resolve("registry"));
    assertThat(verify.exitCode()).isZero();
    assertThat(verify.out()).contains("early-signal").contains("verified, digest");
  }

  @Test
  void import_json_printsOneObject() throws Exception {
    CommandRun run =
        run(
            source.toString(),
            "--id=early-signal",
            "--version=1.0.0",
            "--horizon=14d",
            "--required=rsi_14,PE_Ratio",
            "--json");
    assertThat(run.exitCode()).isZero();
    JsonNode result = new ObjectMapper().readTree(run.out());
    assertThat(result.get("id").asText()).isEqualTo("early-signal");
    assertThat(result.get("horizon").asText()).isEqualTo("PT336H");
    assertThat(result.get("inputs")).hasSize(8);
    assertThat(result.get("computed")).hasSize(3);
    assertThat(result.get("open")).hasSize(5);
    Path manifest = Path.of(result.get("directory").asText()).resolve("manifest.json");
    assertThat(new ObjectMapper().readTree(manifest.toFile()).get("required").toString())
        .isEqualTo("[\"rsi_14\",\"PE_Ratio\"]");
  }

  @Test
  void import_badDirectory_failsWithEveryProblem() throws Exception {
    Files.writeString(source.resolve("normalizer.json"), "{}");
    Files.writeString(source.resolve("metadata.json"), "{\"feature_names\": [\"a b\"]}");
    CommandRun run = run(source.toString(), "--id", "early-signal", "--version", "1.0.0");
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err().lines()).hasSize(1);
    assertThat(run.err()).contains("names 1 inputs; model.txt has 8").contains("\"a b\"");
    assertThat(temp.resolve("registry")).doesNotExist();
  }

  @Test
  void import_badOptions_isAUsageError() {
    CommandRun bad = run(source.toString(), "--id", "../../evil", "--version", "v1");
    assertThat(bad.exitCode()).isEqualTo(2);
    assertThat(bad.err())
        .contains("id is \"../../evil\"; it must match")
        .contains("version is \"v1\"; it must be major.minor.patch");
    assertThat(run(source.toString(), "--id", "x").err())
        .contains("Missing required option: '--version=VERSION'");
    assertThat(run("--id", "x", "--version", "1.0.0").exitCode()).isEqualTo(2);
    assertThat(run(source.toString(), "--id=x", "--version=1.0.0", "--horizon=soon").exitCode())
        .isEqualTo(2);
  }

  @Test
  void help_import_namesItsOptions() {
    CommandRun run = run("--help");
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("--id", "--version=VERSION", "--horizon", "--required", "DIR");
  }
}
