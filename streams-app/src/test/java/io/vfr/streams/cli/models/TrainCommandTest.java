package io.vfr.streams.cli.models;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vfr.models.schema.FeatureSchema;
import io.vfr.models.trees.XgboostTrees;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class TrainCommandTest {
  private static final long SEED = 17;
  private static final int SYMBOLS = 12;
  @TempDir private static Path data;
  @TempDir private Path out;
  private final StringWriter said = new StringWriter();

  @BeforeAll
  static void writeFeatures() throws IOException {
    Random random = new Random(SEED);
    List<String> inputs = ModelRecipe.MEAN_REVERSION.inputs();
    StringBuilder csv =
        new StringBuilder("symbol,ts,label_ts,label_return,")
            .append(String.join(",", inputs))
            .append('\n');
    for (int s = 0; s < SYMBOLS; s++) {
      LocalDate day = LocalDate.parse("2013-03-01");
      for (; day.isBefore(LocalDate.parse("2015-02-01")); day = day.plusDays(1)) {
        csv.append("SYM").append(s).append(',').append(millis(day)).append(',');
        csv.append(millis(day.plusDays(1))).append(',').append(0.01 * random.nextGaussian());
        for (String input : inputs) {
          csv.append(',').append(input.equals("volatility_20d") ? 0.01 : random.nextGaussian());
        }
        csv.append('\n');
      }
    }
    Files.writeString(data.resolve("features.csv"), csv);
  }

  private static long millis(LocalDate day) {
    return day.atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli();
  }

  private int train(Path directory, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--features", data.resolve("features.csv").toString(),
                "--out", directory.toString()));
    arguments.addAll(List.of(more));
    PrintWriter writer = new PrintWriter(said);
    return new CommandLine(new TrainCommand())
        .setOut(writer)
        .setErr(writer)
        .execute(arguments.toArray(String[]::new));
  }

  @Test
  void train_twice_writesTheSameFilesThatFitTogether() throws Exception {
    Path first = out.resolve("first");
    Path second = out.resolve("second");
    assertThat(train(first, "--rounds", "5")).as(said.toString()).isZero();
    assertThat(train(second, "--rounds", "5")).as(said.toString()).isZero();
    for (String file : List.of("model.json", "outputs.csv", "training.json")) {
      assertThat(second.resolve(file))
          .as("seed %d", SEED)
          .hasSameBinaryContentAs(first.resolve(file));
    }
    assertThat(said.toString()).contains("to 2013-09-30: ").contains("rank IC");
    assertThat(XgboostTrees.parse(Files.readAllBytes(first.resolve("model.json"))).inputs())
        .isEqualTo(ModelRecipe.MEAN_REVERSION.inputs().size());
    List<String> outputs = Files.readAllLines(first.resolve("outputs.csv"));
    assertThat(outputs.getFirst()).isEqualTo("symbol,ts,output");
    assertThat(outputs.get(1)).startsWith("SYM0," + millis(LocalDate.parse("2013-10-01")) + ",");
    JsonNode summary = new ObjectMapper().readTree(first.resolve("training.json").toFile());
    assertThat(summary.get("rounds").intValue()).isEqualTo(5);
    assertThat(summary.get("to").textValue()).isEqualTo("2014-06-30");
    assertThat(summary.get("featureSchema").textValue()).isEqualTo(FeatureSchema.current().hash());
  }

  @Test
  void train_parameter_replacesTheShippedOne() throws Exception {
    assertThat(train(out, "--rounds", "1", "--parameter", "max_depth=1")).isZero();
    JsonNode summary = new ObjectMapper().readTree(out.resolve("training.json").toFile());
    assertThat(summary.get("parameters").get("max_depth").asText()).isEqualTo("1");
    assertThat(summary.get("parameters").get("eta").asText()).isEqualTo("0.03");
  }

  @Test
  void train_filesThatExist_areAUsageErrorThatNamesThem() throws IOException {
    Files.writeString(out.resolve("model.json"), "{}");
    assertThat(train(out)).isEqualTo(2);
    assertThat(said.toString()).contains("model.json is there already").contains("--overwrite");
  }

  @Test
  void train_badWindowOrRounds_isAUsageError() {
    assertThat(train(out, "--train-until", "2013-10-01")).isEqualTo(2);
    assertThat(said.toString()).contains("2013-10-01 is not after 2014-03-31");
    assertThat(train(out, "--rounds", "0")).isEqualTo(2);
    assertThat(said.toString()).contains("--rounds is 0");
  }
}
