package io.vfr.streams.cli.models;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfr.models.load.LoadedModel;
import io.vfr.models.load.ModelLoader;
import io.vfr.models.schema.FeatureSchema;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
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
  static void writeMarket() throws IOException {
    Random random = new Random(SEED);
    StringBuilder prices = new StringBuilder("symbol,ts,open,high,low,close,volume\n");
    StringBuilder macro = new StringBuilder("series,ts,value\n");
    double[] close = new double[SYMBOLS];
    Arrays.fill(close, 50);
    LocalDate day = LocalDate.parse("2013-01-01");
    for (; day.isBefore(LocalDate.parse("2016-04-01")); day = day.plusDays(1)) {
      if (day.getDayOfWeek() == DayOfWeek.SATURDAY || day.getDayOfWeek() == DayOfWeek.SUNDAY) {
        continue;
      }
      macro.append("vix,").append(day).append(',').append(15 + random.nextInt(10)).append('\n');
      for (int s = 0; s < SYMBOLS; s++) {
        double open = close[s];
        close[s] *= Math.exp(0.015 * random.nextGaussian());
        prices.append(
            String.format(
                Locale.ROOT,
                "SYM%d,%s,%.4f,%.4f,%.4f,%.4f,%d%n",
                s,
                day,
                open,
                Math.max(open, close[s]) * 1.002,
                Math.min(open, close[s]) * 0.998,
                close[s],
                1000 + random.nextInt(500)));
      }
    }
    Files.writeString(data.resolve("prices.csv"), prices);
    Files.writeString(data.resolve("macro.csv"), macro);
    Files.writeString(
        data.resolve("fundamentals.csv"),
        "symbol,knownAt,periodEnd,pe_ratio\nSYM1,2014-01-01,2013-12-31,12\n");
  }

  private int train(Path registry, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--prices", data.resolve("prices.csv").toString(),
                "--macro", data.resolve("macro.csv").toString(),
                "--fundamentals", data.resolve("fundamentals.csv").toString(),
                "--out", registry.toString()));
    arguments.addAll(List.of(more));
    PrintWriter writer = new PrintWriter(said);
    return new CommandLine(new TrainCommand())
        .setOut(writer)
        .setErr(writer)
        .execute(arguments.toArray(String[]::new));
  }

  @Test
  void train_twice_writesTheSameVerifiedModels() throws Exception {
    Path first = out.resolve("first");
    Path second = out.resolve("second");
    assertThat(train(first)).as(said.toString()).isZero();
    assertThat(train(second)).as(said.toString()).isZero();
    assertThat(said.toString())
        .contains("mean-reversion-xgb-v2@2.0.0 digest")
        .contains("direction-lgbm-v1@1.0.0 digest");
    for (String dir : List.of("mean-reversion-xgb-v2/2.0.0", "direction-lgbm-v1/1.0.0")) {
      List<Path> files;
      try (var list = Files.list(first.resolve(dir))) {
        files = list.toList();
      }
      assertThat(files).hasSize(3);
      for (Path file : files) {
        assertThat(second.resolve(dir).resolve(file.getFileName()))
            .as("seed %d", SEED)
            .hasSameBinaryContentAs(file);
      }
      try (LoadedModel model = new ModelLoader(FeatureSchema.current()).load(first.resolve(dir))) {
        assertThat(Objects.requireNonNull(model.manifest().trainingWindow()).to())
            .as("no target reaches beyond the training window")
            .isEqualTo(LocalDate.parse("2014-12-31"));
        assertThat(Objects.requireNonNull(model.manifest().calibration()).residualQuantiles())
            .hasSize(101);
      }
      assertThat(Files.readString(first.resolve(dir).resolve("MODEL_CARD.md")))
          .contains("test, 2016, symbols never trained on")
          .contains("Nothing was stated about the files")
          .doesNotContain("NaN");
    }
  }

  @Test
  void train_versionThatExists_isAUsageErrorThatNamesIt() throws IOException {
    Files.createDirectories(out.resolve("direction-lgbm-v1/1.0.0"));
    assertThat(train(out, "--model", "direction-lgbm-v1")).isEqualTo(2);
    assertThat(said.toString()).contains("is there already").contains("--overwrite");
  }

  @Test
  void train_unknownModelOrWindow_isAUsageError() {
    assertThat(train(out, "--model", "oracle")).isEqualTo(2);
    assertThat(said.toString()).contains("oracle").contains("mean-reversion-xgb-v2");
    assertThat(train(out, "--train-until", "2016-01-01")).isEqualTo(2);
    assertThat(said.toString()).contains("must be before --validate-until");
  }
}
