package io.vfr.streams.ops.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfr.models.load.LoadedModel;
import io.vfr.models.load.ModelLoader;
import io.vfr.models.load.Scorer;
import io.vfr.models.registry.ModelSet;
import io.vfr.models.schema.FeatureSchema;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A set is closed as soon as no thread can open a scorer on it any more, and not before. */
class CurrentModelsTest {
  @TempDir private Path root;
  private final ModelLoader loader = new ModelLoader(FeatureSchema.current());

  private LoadedModel model(AtomicInteger freed) throws Exception {
    LoadedModel model =
        loader.load(LinearModels.write(root, "model", "1.0.0", 0.5, LinearModels.Flaw.NONE));
    model.onFreed(freed::incrementAndGet);
    return model;
  }

  private static ModelSet setOf(LoadedModel model) {
    return ModelSet.ofChampions(List.of(model));
  }

  @Test
  void swap_threadThatHoldsTheOldSet_keepsItOpenUntilItAsksAgain() throws Exception {
    AtomicInteger freed = new AtomicInteger();
    ModelSet first = setOf(model(freed));
    ModelSet second = setOf(model(freed));
    try (CurrentModels current = new CurrentModels(first);
        ExecutorService streamThread = Executors.newSingleThreadExecutor()) {
      assertThat(streamThread.submit(current::get).get(10, TimeUnit.SECONDS)).isSameAs(first);
      current.swap(second);
      assertThat(current.replacedSets()).isEqualTo(1);
      assertThat(freed).hasValue(0);
      // As a task does that took the set before the swap and binds it after.
      streamThread
          .submit(() -> first.models().getFirst().newScorer().close())
          .get(10, TimeUnit.SECONDS);
      assertThat(streamThread.submit(current::get).get(10, TimeUnit.SECONDS)).isSameAs(second);
      current.sweep();
      assertThat(current.replacedSets()).isZero();
      assertThat(freed).hasValue(1);
    }
    assertThat(freed).hasValue(2);
  }

  @Test
  void swap_threadThatEnded_holdsNothing() throws Exception {
    AtomicInteger freed = new AtomicInteger();
    try (CurrentModels current = new CurrentModels(setOf(model(freed)))) {
      Thread thread = Thread.ofPlatform().start(current::get);
      thread.join();
      current.swap(setOf(model(freed)));
      assertThat(current.replacedSets()).isZero();
      assertThat(freed).hasValue(1);
    }
  }

  @Test
  void swap_setThatNobodyTook_isClosedAtOnce() throws Exception {
    AtomicInteger freed = new AtomicInteger();
    try (CurrentModels current = new CurrentModels(setOf(model(freed)))) {
      for (int i = 0; i < 5; i++) {
        current.swap(setOf(model(freed)));
      }
      assertThat(freed).hasValue(5);
    }
  }

  @Test
  void manySwaps_whileThreadsBindAndScore_noneMeetsAClosedModelAndAllAreFreed() throws Exception {
    int threads = 3;
    int swaps = 3000;
    AtomicInteger freed = new AtomicInteger();
    AtomicBoolean done = new AtomicBoolean();
    AtomicInteger bound = new AtomicInteger();
    CurrentModels current = new CurrentModels(setOf(model(freed)));
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      List<Future<?>> tasks = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        tasks.add(pool.submit(() -> bindUntil(done, current, bound)));
      }
      try (LoadedModel template = model(new AtomicInteger())) {
        template.onFreed(freed::incrementAndGet);
        for (int i = 0; i < swaps; i++) {
          current.swap(setOf(template.share()));
        }
      }
      done.set(true);
      for (Future<?> task : tasks) {
        task.get(60, TimeUnit.SECONDS);
      }
      current.sweep();
      assertThat(current.replacedSets())
          .as("at most one per idle thread")
          .isLessThanOrEqualTo(threads);
    }
    assertThat(bound.get()).isGreaterThan(threads);
    current.close();
    assertThat(freed).as("the first model and the template").hasValue(2);
  }

  private static void bindUntil(AtomicBoolean done, CurrentModels current, AtomicInteger bound) {
    ModelSet mine = null;
    Scorer scorer = null;
    double[] out = new double[1];
    while (!done.get()) {
      ModelSet set = current.get();
      if (set != mine) {
        if (scorer != null) {
          scorer.close();
        }
        scorer = set.models().getFirst().newScorer();
        mine = set;
        bound.incrementAndGet();
      }
      if (scorer != null) {
        scorer.score(new double[] {0.1}, 1, out);
      }
    }
    if (scorer != null) {
      scorer.close();
    }
  }
}
