package io.vfr.models.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vfr.models.OnnxModels;
import io.vfr.models.manifest.Manifest;
import io.vfr.models.manifest.SelfTest;
import io.vfr.models.schema.FeatureSchema;
import io.vfr.models.trees.Attribution;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OnnxLifecycleTest {
  private static final int ROWS = 64;
  @TempDir private Path temp;

  private LoadedModel load(String name, int threads) throws Exception {
    LoadOptions options = new LoadOptions(threads, Duration.ofSeconds(5), true);
    Path dir = OnnxModels.sequence(name).write(Files.createTempDirectory(temp, name));
    return new ModelLoader(FeatureSchema.current(), options).load(dir);
  }

  private static double[] rows(LoadedModel model) {
    return new Random(3).doubles((long) ROWS * model.inputs(), -2, 2).toArray();
  }

  @ParameterizedTest(name = "{0}, {1} sessions")
  @CsvSource({"lstm,1", "lstm,2", "transformer,2", "transformer,4"})
  void score_fourThreads_giveTheSameBits(String name, int sessions) throws Exception {
    try (LoadedModel model = load(name, sessions);
        ExecutorService threads = Executors.newFixedThreadPool(4)) {
      double[] rows = rows(model);
      List<Callable<double[]>> tasks = new ArrayList<>();
      for (int t = 0; t < 8; t++) {
        tasks.add(() -> {
          try (Scorer scorer = model.newScorer()) {
            double[] out = new double[ROWS];
            for (int i = 0; i < 50; i++) {
              scorer.score(rows, ROWS, out);
            }
            return out;
          }
        });
      }
      List<Future<double[]>> results = threads.invokeAll(tasks);
      for (Future<double[]> result : results) {
        assertThat(result.get()).isEqualTo(results.getFirst().get());
      }
    }
  }

  @Test
  void sessions_asManyThreadsAsSessions_haveOneEachAndKeepIt() throws Exception {
    try (LoadedModel model = load("lstm", 3)) {
      OnnxSessions sessions = ((OnnxBackend) model.backend()).sessions();
      CountDownLatch end = new CountDownLatch(1);
      List<Thread> threads = new ArrayList<>();
      for (int t = 0; t < 3; t++) {
        threads.add(Thread.ofPlatform().start(() -> awaitUninterruptibly(end)));
      }
      List<OnnxSession> given = threads.stream().map(sessions::of).toList();
      assertThat(given).doesNotHaveDuplicates();
      assertThat(threads.stream().map(sessions::of).toList()).isEqualTo(given);
      assertThat(sessions.of(Thread.currentThread())).as("a fourth shares").isIn(given);
      end.countDown();
      for (Thread thread : threads) {
        thread.join();
      }
      Thread fifth = Thread.ofPlatform().unstarted(() -> {});
      assertThat(sessions.of(fifth))
          .as("those that ended make room")
          .isNotSameAs(sessions.of(Thread.currentThread()));
    }
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void close_whileOthersScoreAndShare_neitherCrashesNorFailsWhatIsOpen() throws Exception {
    for (int round = 0; round < 20; round++) {
      LoadedModel model = load("lstm", 2);
      double[] rows = rows(model);
      CountDownLatch scoring = new CountDownLatch(3);
      try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
        List<Future<Integer>> users = new ArrayList<>();
        for (int t = 0; t < 3; t++) {
          users.add(threads.submit(() -> useUntilClosed(model, rows, scoring)));
        }
        scoring.await();
        model.close();
        for (Future<Integer> user : users) {
          assertThat(user.get(60, TimeUnit.SECONDS)).isPositive();
        }
      }
      assertThatThrownBy(model::newScorer).isInstanceOf(IllegalStateException.class);
    }
  }

  /** Scores, shares and attributes until the model is closed; what was open must work till then. */
  private static int useUntilClosed(LoadedModel model, double[] rows, CountDownLatch scoring) {
    double[] out = new double[ROWS];
    double[] contributions = new double[model.manifest().features().size()];
    for (int calls = 0; ; calls++) {
      if (calls == 1) {
        scoring.countDown();
      }
      Scorer scorer;
      Attribution attribution;
      try {
        attribution = model.newAttribution();
        scorer = model.newScorer();
      } catch (IllegalStateException closed) {
        return calls;
      }
      try (scorer) {
        scorer.score(rows, ROWS, out);
        attribution.contributions(rows, contributions);
        scorer.score(rows, 1, out);
      }
    }
  }

  @Test
  void closeOfTheBackend_duringCalls_waitsForThemAndRefusesLaterOnes() throws Exception {
    LoadedModel model = load("transformer", 1);
    OnnxBackend backend = (OnnxBackend) model.backend();
    double[] rows = rows(model);
    AtomicReference<Throwable> end = new AtomicReference<>();
    CountDownLatch running = new CountDownLatch(200);
    Thread user =
        Thread.ofPlatform()
            .start(() -> {
              Kernel kernel = backend.newKernel();
              try {
                while (true) {
                  kernel.score(rows, ROWS, new double[ROWS]);
                  running.countDown();
                }
              } catch (Throwable e) {
                end.set(e);
              }
            });
    running.await();
    backend.close();
    user.join();
    assertThat(end.get())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("session is closed");
    backend.close();
  }

  @Test
  void contributions_afterTheModelWasFreed_areRefused() throws Exception {
    LoadedModel model = load("lstm", 1);
    Attribution attribution = model.newAttribution();
    model.close();
    assertThatThrownBy(() -> attribution.contributions(new double[model.inputs()], new double[4]))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("is closed");
  }

  @Test
  void loadCloseAndRefuse_twoThousandTimes_memoryReachesAPlateau() throws Exception {
    Manifest manifest = OnnxModels.mlp().manifest();
    Path file = OnnxModels.mlp().write(temp).resolve("model.bin");
    Manifest other = OnnxModels.sum("gather", 1, 1).manifest();
    List<SelfTest> tests = manifest.selfTest();
    double[] out = new double[3];
    long[] residentBytes = new long[4];
    for (int i = 0; i < 2000; i++) {
      try (ArtifactBytes artifact = ArtifactBytes.open(file, ModelLoader.MAPPED_ABOVE_BYTES)) {
        OnnxBackend backend = OnnxBackend.load(artifact, manifest, LoadOptions.DEFAULTS);
        backend.newKernel().score(tests.get(i % tests.size()).inputs(), 1, out);
        backend.close();
        // A session is made and then found to be of another shape.
        assertThatThrownBy(() -> OnnxBackend.load(artifact, other, LoadOptions.DEFAULTS))
            .isInstanceOf(ModelRejectedException.class);
      }
      if (i % 500 == 499) {
        System.gc();
        residentBytes[i / 500] = residentBytes();
      }
    }
    // A session takes 150 KB or more: 1,000 that leak are seen well above the noise.
    assertThat(residentBytes[3] - residentBytes[1])
        .as("resident bytes after each 500: %s", Arrays.toString(residentBytes))
        .isLessThan(30L << 20);
  }

  @Test
  void memoryBytes_twentySessions_areRoughlyWhatTheyAllocate() throws Throwable {
    load("transformer", 1).close();
    long before = allocatedBytes();
    try (LoadedModel model = load("transformer", 20)) {
      long allocated = allocatedBytes() - before;
      assertThat(model.memoryBytes())
          .as("%d bytes were allocated", allocated)
          .isBetween(allocated / 3, allocated * 3);
    }
  }

  /**
   * What the C library has handed out and not got back, in all arenas: unlike resident memory it
   * does not depend on what earlier tests left behind.
   */
  private static long allocatedBytes() throws Throwable {
    // struct mallinfo2 of glibc: ten size_t, of which hblkhd (mapped) and uordblks (in use) count.
    MemoryLayout info = MemoryLayout.sequenceLayout(10, ValueLayout.JAVA_LONG);
    Linker linker = Linker.nativeLinker();
    Optional<MemorySegment> function = linker.defaultLookup().find("mallinfo2");
    assumeTrue(function.isPresent(), "needs glibc 2.33 or newer");
    MethodHandle call =
        linker.downcallHandle(
            function.orElseThrow(), FunctionDescriptor.of(MemoryLayout.structLayout(info)));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment result = (MemorySegment) call.invokeExact((SegmentAllocator) arena);
      return result.getAtIndex(ValueLayout.JAVA_LONG, 4)
          + result.getAtIndex(ValueLayout.JAVA_LONG, 7);
    }
  }

  private static long residentBytes() throws IOException {
    String statm = Files.readString(Path.of("/proc/self/statm"));
    return Long.parseLong(statm.split(" ", 3)[1]) * 4096;
  }
}
