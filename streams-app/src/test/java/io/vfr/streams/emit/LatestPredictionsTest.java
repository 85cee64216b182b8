package io.vfr.streams.emit;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vfr.models.registry.ModelSet;
import io.vfr.schemas.PriceBar;
import io.vfr.streams.Pipeline;
import io.vfr.streams.TestConfigs;
import io.vfr.streams.reference.Walk;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is shown is what consumers can see, bounded, and of the newest bar. */
class LatestPredictionsTest {
  @TempDir private Path directory;

  /** By symbol and bar, e.g. {@code A1}. */
  private final Map<String, LatestPrediction> made = new HashMap<>();

  private boolean shedding;
  private final LatestPredictions view = new LatestPredictions(3, () -> shedding ? 1 : 0);

  @BeforeEach
  void predict() {
    for (String symbol : List.of("A", "B", "C", "D")) {
      try (Pipeline pipeline =
          new Pipeline(
              TestConfigs.daily(directory.resolve(symbol)), ModelSet.ofChampions(List.of()))) {
        int day = 0;
        for (PriceBar bar : Walk.bars(symbol, 3, 1)) {
          pipeline.price(bar);
          made.put(symbol + day++, requireNonNull(pipeline.latest().of(symbol)));
        }
      }
    }
  }

  private byte[] shown(String symbol) {
    return requireNonNull(view.of(symbol), symbol).message();
  }

  private byte[] message(String name) {
    return requireNonNull(made.get(name), name).message();
  }

  private List<LatestPrediction> all(String... names) {
    List<LatestPrediction> all = new ArrayList<>();
    for (String name : names) {
      all.add(requireNonNull(made.get(name), name));
    }
    return all;
  }

  @Test
  void publish_showsTheNewestBar() {
    view.publish(all("A1"));
    view.publish(all("A0"));
    assertThat(shown("A")).isEqualTo(message("A1"));
    view.publish(all("A2"));
    assertThat(shown("A")).isEqualTo(message("A2"));
    assertThat(view.of("B")).isNull();
  }

  @Test
  void read_isOfItsTime_whateverIsPublishedLater() {
    view.publish(all("A0", "B0", "C0"));
    LatestPrediction read = requireNonNull(view.of("A"));
    double[] values = requireNonNull(made.get("A0")).vector().values().clone();
    assertThat(read.prediction()).isEqualTo(requireNonNull(made.get("A0")).prediction());
    view.publish(all("B1", "C1", "D0"));
    assertThat(view.of("A")).as("its arrays are another symbol's now").isNull();
    assertThat(shown("D")).isEqualTo(message("D0"));
    assertThat(read.message()).isEqualTo(message("A0"));
    assertThat(read.vector().values()).isEqualTo(values);
    assertThat(requireNonNull(view.of("D")).vector().values())
        .isEqualTo(requireNonNull(made.get("D0")).vector().values());
  }

  @Test
  void publish_beyondTheBound_forgetsWhatWasPredictedLongestAgo() {
    view.publish(all("A0", "B0", "C0"));
    view.publish(all("A1"));
    view.publish(all("D0"));
    assertThat(view.of("B")).isNull();
    assertThat(view.size()).isEqualTo(3);
    for (String kept : List.of("A", "C", "D")) {
      assertThat(view.of(kept)).as(kept).isNotNull();
    }
    assertThatThrownBy(() -> new LatestPredictions(0, () -> 0)).hasMessageContaining("0");
  }

  @Test
  void publish_whileMemoryIsShort_forgetsAllButAQuarter() {
    view.publish(all("A0", "B0", "C0"));
    shedding = true;
    view.publish(all("B1"));
    assertThat(view.size()).isEqualTo(1);
    assertThat(shown("B")).isEqualTo(message("B1"));
  }

  @Test
  void task_showsOnlyWhatItsCommitsHold() {
    EmittedView task = new EmittedView(view, 0, false);
    all("A0", "B0").forEach(task::emitted);
    task.publish();
    assertThat(view.size()).as("not committed yet").isZero();

    task.beforeCommit();
    all("A1").forEach(task::emitted);
    assertThat(view.size()).as("nothing ran since the commit began").isZero();
    task.publish();
    assertThat(shown("A")).isEqualTo(message("A0"));

    task.beforeCommit();
    all("B1").forEach(task::emitted);
    task.beforeCommit();
    assertThat(shown("A")).as("the first try may have failed").isEqualTo(message("A0"));
    task.publish();
    assertThat(shown("A")).isEqualTo(message("A1"));
    assertThat(shown("B")).isEqualTo(message("B1"));
  }

  @Test
  void task_whoseOutputsAreReadBeforeTheCommit_showsThemWhenItPunctuates() {
    EmittedView task = new EmittedView(view, 0, true);
    all("A0").forEach(task::emitted);
    task.beforeCommit();
    all("A2", "B0").forEach(task::emitted);
    task.publish();
    assertThat(shown("A")).as("of a commit that was made").isEqualTo(message("A0"));
    task.publishVisible();
    assertThat(shown("A")).isEqualTo(message("A2"));
    assertThat(shown("B")).isEqualTo(message("B0"));

    all("A1").forEach(task::emitted);
    task.beforeCommit();
    task.publishVisible();
    assertThat(shown("A")).as("a late price is of an earlier bar").isEqualTo(message("A2"));
  }

  @Test
  void task_ofExactlyOnce_showsNothingUncommittedWhenItPunctuates() {
    EmittedView task = new EmittedView(view, 0, false);
    all("A0").forEach(task::emitted);
    task.publishVisible();
    assertThat(view.size()).isZero();
  }

  @Test
  void task_takesTheNewestOfABatch_evenIfALatePriceCameLast() {
    EmittedView task = new EmittedView(view, 0, false);
    all("A0", "A2", "A1").forEach(task::emitted);
    task.beforeCommit();
    task.publish();
    assertThat(shown("A")).isEqualTo(message("A2"));
  }

  @Test
  void task_thatEnds_takesItsPartitionAlong() {
    EmittedView task = new EmittedView(view, 0, false);
    all("A0", "B0").forEach(task::emitted);
    task.beforeCommit();
    task.publish();
    all("C0").forEach(task::emitted);
    task.beforeCommit();
    view.forget(1);
    assertThat(view.size()).isEqualTo(2);
    task.close();
    assertThat(view.size()).isZero();
    task.publish();
    assertThat(view.size()).as("what was not known to be committed").isZero();
  }
}
