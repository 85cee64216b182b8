package io.vfr.streams.cli.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vfr.streams.cli.models.FeatureSet.Row;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WalkForwardTest {
  private static final long SEED = 17;
  private static final int SYMBOLS = 30;
  private static final LocalDate START = LocalDate.parse("2014-01-01");
  private static final int DAYS = 120;

  /** Days 30 and 60 end the folds, day 90 the training window. */
  private static final WalkForward.Windows WINDOWS =
      new WalkForward.Windows(List.of(START.plusDays(30), START.plusDays(60)), START.plusDays(90));

  private static final ModelRecipe RECIPE =
      new ModelRecipe(
          "test",
          "1.0.0",
          List.of("signal", "noise"),
          List.of("signal"),
          Map.of("objective", "reg:squarederror", "max_depth", 2, "eta", 0.3, "seed", 1),
          10);

  private static long millis(int day) {
    return START.plusDays(day).atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli();
  }

  /** The first input tells half of the next return, beside a market move that all symbols share. */
  private static List<Row> rows(double futureFactor) {
    Random random = new Random(SEED);
    List<Row> rows = new ArrayList<>();
    for (int s = 0; s < SYMBOLS; s++) {
      for (int day = 0; day < DAYS; day++) {
        double signal = random.nextGaussian();
        double market = 3 * Math.sin(day);
        double z = signal + market + random.nextGaussian();
        double factor = day >= 61 ? futureFactor : 1;
        rows.add(
            new Row(
                "SYM" + s,
                millis(day),
                millis(day + 1),
                0.01 * z * factor,
                0.01,
                new double[] {day == 40 ? Double.NaN : signal, random.nextGaussian()}));
      }
    }
    return rows;
  }

  private static WalkForward.Result run(List<Row> rows) {
    return new WalkForward(RECIPE, rows).run(WINDOWS, round -> {});
  }

  @Test
  void run_rowsAfterTheFirstStep_areAllScoredOnceWhereTheRequiredIsThere() {
    List<Row> rows = rows(1);
    double[] outputs = run(rows).outputs();
    for (int r = 0; r < outputs.length; r++) {
      int day = r % DAYS;
      assertThat(Double.isNaN(outputs[r])).as("day %d", day).isEqualTo(day <= 30 || day == 40);
    }
  }

  @Test
  void run_aSignal_isFoundInEveryStepDespiteTheMarket() {
    WalkForward.Result result = run(rows(1));
    assertThat(result.steps())
        .hasSize(2)
        .allSatisfy(
            step -> assertThat(step.scores().rankIc()).as("seed %d", SEED).isGreaterThan(0.3));
    assertThat(result.to()).as("no label reaches past the window").isEqualTo(START.plusDays(90));
    assertThat(result.from()).isEqualTo(START);
  }

  @Test
  void run_anotherFuture_changesNoOutputOfAStepBefore() {
    double[] before = run(rows(1)).outputs();
    double[] after = run(rows(-2)).outputs();
    boolean laterDiffers = false;
    for (int r = 0; r < before.length; r++) {
      int day = r % DAYS;
      // The models of both folds were trained on labels up to day 60, so rows up to 90 are theirs.
      if (day <= 90) {
        assertThat(after[r]).as("day %d", day).isEqualTo(Double.valueOf(before[r]));
      } else {
        laterDiffers |= after[r] != before[r];
      }
    }
    assertThat(laterDiffers).isTrue();
  }

  @Test
  void run_heldOutSymbols_areScoredButTeachNothing() {
    List<Row> rows = rows(1);
    List<Row> spoiled =
        rows.stream()
            .map(row ->
                row.isHeldOut()
                    ? new Row(
                        row.symbol(), row.millis(), row.labelMillis(), 9, row.sigma(), row.inputs())
                    : row)
            .toList();
    assertThat(rows.stream().filter(Row::isHeldOut)).isNotEmpty();
    assertThat(run(spoiled).outputs()).isEqualTo(run(rows).outputs());
    assertThat(run(spoiled).artifact()).isEqualTo(run(rows).artifact());
  }

  @Test
  void run_tellsEveryRoundOfEveryStep() {
    AtomicInteger rounds = new AtomicInteger();
    new WalkForward(RECIPE, rows(1)).run(WINDOWS, round -> rounds.incrementAndGet());
    assertThat(rounds).hasValue(3 * RECIPE.rounds());
  }

  @Test
  void run_nothingToTrainOn_saysUntilWhen() {
    List<Row> late = rows(1).stream().filter(row -> row.millis() >= millis(50)).toList();
    assertThatThrownBy(() -> run(late)).hasMessageContaining("up to 2014-01-31");
  }

  @Test
  void windows_outOfOrder_areRefused() {
    assertThatThrownBy(() -> new WalkForward.Windows(List.of(START), START))
        .hasMessageContaining("2014-01-01 is not after 2014-01-01");
  }
}
