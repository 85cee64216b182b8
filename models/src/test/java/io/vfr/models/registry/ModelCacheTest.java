package io.vfr.models.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vfr.models.TestModels;
import io.vfr.models.TestModels.Draft;
import io.vfr.models.load.LoadedModel;
import io.vfr.models.load.ModelLoader;
import io.vfr.models.load.ModelRejectedException;
import io.vfr.models.load.RejectionReason;
import io.vfr.models.load.Scorer;
import io.vfr.models.schema.FeatureSchema;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelCacheTest {
  private static final long PLENTY = 1 << 20;
  private final ModelLoader loader = new ModelLoader(FeatureSchema.current());
  @TempDir private Path root;

  private ModelDirectory write(String id) {
    Draft draft = TestModels.linearDraft();
    draft.id = id;
    return new ModelDirectory(
        id, SemanticVersion.parse("1.0.0"), draft.write(root.resolve(id).resolve("1.0.0")));
  }

  private static LoadedModel take(CompletableFuture<LoadedModel> future) throws Exception {
    return future.get(30, TimeUnit.SECONDS);
  }

  @Test
  void get_moreModelsThanFit_evictsTheLeastRecentlyUsed() throws Exception {
    ModelDirectory a = write("a");
    ModelDirectory b = write("b");
    ModelDirectory c = write("c");
    try (ModelCache cache = new ModelCache(loader, 2, PLENTY)) {
      take(cache.get(a)).close();
      take(cache.get(b)).close();
      take(cache.get(a)).close();
      take(cache.get(c)).close();
      CacheStats stats = cache.stats();
      assertThat(stats.evictions()).isEqualTo(1);
      assertThat(stats.models()).isEqualTo(2);
      assertThat(stats.hits()).isEqualTo(1);
      assertThat(stats.misses()).isEqualTo(3);
      take(cache.get(a)).close();
      assertThat(cache.stats().misses()).as("a stayed").isEqualTo(3);
      take(cache.get(b)).close();
      assertThat(cache.stats().misses()).as("b went").isEqualTo(4);
      assertThat(cache.stats().reloads()).as("b had been there").isEqualTo(1);
      assertThat(cache.stats().hitRatio()).isEqualTo(2 / 3.0);
    }
  }

  @Test
  void get_bytesCap_evictsAndRefusesWhatNeverFits() throws Exception {
    ModelDirectory a = write("a");
    ModelDirectory b = write("b");
    long size;
    try (LoadedModel model = loader.load(a.path())) {
      size = model.memoryBytes();
    }
    try (ModelCache cache = new ModelCache(loader, 10, size)) {
      take(cache.get(a)).close();
      take(cache.get(b)).close();
      assertThat(cache.stats().models()).isEqualTo(1);
      assertThat(cache.stats().bytes()).isEqualTo(size);
    }
    try (ModelCache tiny = new ModelCache(loader, 10, size - 1)) {
      assertThatThrownBy(() -> take(tiny.get(a)))
          .isInstanceOf(ExecutionException.class)
          .cause()
          .isInstanceOf(ModelRejectedException.class)
          .extracting(e -> ((ModelRejectedException) e).reason())
          .isEqualTo(RejectionReason.TOO_LARGE);
      assertThat(tiny.stats().bytes()).isZero();
    }
  }

  @Test
  void get_refusedModel_failsAndIsTriedAgain() throws Exception {
    ModelDirectory a = write("a");
    byte[] good = Files.readAllBytes(a.path().resolve("model.bin"));
    Files.writeString(a.path().resolve("model.bin"), "damaged");
    try (ModelCache cache = new ModelCache(loader, 2, PLENTY)) {
      assertThatThrownBy(() -> take(cache.get(a))).hasCauseInstanceOf(ModelRejectedException.class);
      Files.write(a.path().resolve("model.bin"), good);
      take(cache.get(a)).close();
      CacheStats stats = cache.stats();
      assertThat(stats.failures()).isEqualTo(1);
      assertThat(stats.loads()).isEqualTo(1);
      assertThat(stats.misses()).isEqualTo(2);
    }
  }

  @Test
  void get_evictedAndClosedCache_handlesStayUsable() throws Exception {
    ModelDirectory a = write("a");
    ModelDirectory b = write("b");
    ModelCache cache = new ModelCache(loader, 1, PLENTY);
    LoadedModel held = take(cache.get(a));
    take(cache.get(b)).close();
    assertThat(cache.stats().evictions()).isEqualTo(1);
    cache.close();
    cache.close();
    try (Scorer scorer = held.newScorer()) {
      double[] out = new double[1];
      scorer.score(new double[] {1, 1}, 1, out);
      assertThat(out[0]).isEqualTo(1.5);
    }
    assertThat(cache.stats().models()).as("held, so it takes memory").isEqualTo(1);
    assertThat(cache.stats().bytes()).isEqualTo(held.memoryBytes());
    held.close();
    assertThatThrownBy(() -> cache.get(a)).isInstanceOf(IllegalStateException.class);
    assertThat(cache.stats().models()).isZero();
    assertThat(cache.stats().bytes()).isZero();
  }

  @Test
  void keep_modelsInUse_areNotEvictedUntilOthersAreKept() throws Exception {
    ModelDirectory a = write("a");
    ModelDirectory b = write("b");
    ModelDirectory c = write("c");
    try (ModelCache cache = new ModelCache(loader, 1, PLENTY)) {
      cache.keepOnly(List.of(a.path()));
      take(cache.get(a)).close();
      cache.keepAlso(b.path());
      take(cache.get(b)).close();
      take(cache.get(c)).close();
      assertThat(cache.stats().evictions()).as("a and b are kept, c was just loaded").isZero();
      cache.keepOnly(List.of(b.path()));
      assertThat(cache.stats().models()).isEqualTo(1);
      take(cache.get(b)).close();
      assertThat(cache.stats().hits()).as("b stayed").isEqualTo(1);
    }
  }

  @Test
  void get_noRoomBesideTheModelsInUse_refusesTheNewOneAndKeepsThose() throws Exception {
    ModelDirectory a = write("a");
    ModelDirectory b = write("b");
    long size;
    try (LoadedModel model = loader.load(a.path())) {
      size = model.memoryBytes();
    }
    try (ModelCache cache = new ModelCache(loader, 10, 2 * size - 1)) {
      cache.keepOnly(List.of(a.path()));
      take(cache.get(a)).close();
      assertThatThrownBy(() -> take(cache.get(b)))
          .hasCauseInstanceOf(ModelRejectedException.class)
          .hasMessageContaining("beside " + size + " of models in use");
      assertThat(cache.stats().models()).isEqualTo(1);
      assertThat(cache.stats().bytes()).isEqualTo(size);
      cache.keepOnly(List.of());
      take(cache.get(b)).close();
      assertThat(cache.stats().evictions()).as("a went for b").isEqualTo(1);
    }
  }

  @Test
  void get_everyLoad_isTimedRefusedOnesToo() throws Exception {
    ModelDirectory a = write("a");
    ModelDirectory b = write("b");
    Files.writeString(b.path().resolve("model.bin"), "damaged");
    List<Duration> times = new CopyOnWriteArrayList<>();
    try (ModelCache cache = new ModelCache(loader, 2, PLENTY, times::add)) {
      take(cache.get(a)).close();
      take(cache.get(a)).close();
      assertThatThrownBy(() -> take(cache.get(b))).isInstanceOf(ExecutionException.class);
    }
    assertThat(times).hasSize(2).allSatisfy(time -> assertThat(time).isPositive());
  }

  @Test
  void get_manyThreads_loseNoHandleAndKeepTheEquation() throws Exception {
    List<ModelDirectory> directories = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      directories.add(write("m" + i));
    }
    int threads = 4;
    int requests = 200;
    ModelCache cache = new ModelCache(loader, 3, PLENTY);
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      List<CompletableFuture<Void>> done = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        Random random = new Random(t);
        done.add(
            CompletableFuture.runAsync(
                () -> {
                  for (int i = 0; i < requests; i++) {
                    int pick = random.nextInt(directories.size());
                    try (LoadedModel model = cache.get(directories.get(pick)).join();
                        Scorer scorer = model.newScorer()) {
                      assertThat(model.manifest().id()).isEqualTo("m" + pick);
                      scorer.score(new double[] {1, 1}, 1, new double[1]);
                    }
                  }
                },
                pool));
      }
      for (CompletableFuture<Void> each : done) {
        each.get(60, TimeUnit.SECONDS);
      }
    }
    CacheStats stats = cache.stats();
    assertThat(stats.hits() + stats.misses()).isEqualTo((long) threads * requests);
    assertThat(stats.misses()).isEqualTo(stats.loads() + stats.failures());
    assertThat(stats.models()).isEqualTo((int) (stats.loads() - stats.freed()));
    assertThat(stats.freed()).as("nobody holds one any more").isEqualTo(stats.evictions());
    assertThat(stats.models()).isLessThanOrEqualTo(3);
    cache.close();
  }
}
