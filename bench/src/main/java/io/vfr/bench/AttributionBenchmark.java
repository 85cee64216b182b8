package io.vfr.bench;

import io.vfr.models.load.AttributingScorer;
import io.vfr.models.load.LoadedModel;
import io.vfr.models.load.ModelLoader;
import io.vfr.models.load.ModelRejectedException;
import io.vfr.models.load.Scorer;
import io.vfr.models.manifest.SelfTest;
import io.vfr.models.schema.FeatureSchema;
import io.vfr.models.trees.Attribution;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What explaining one row of a shipped model costs: of a tree model by path and by exact Shapley
 * values, of a neural one by occlusion (both are that); and beside them one score. Some again after
 * a walk over more memory than the inner caches hold, as what else an event does is; take off what
 * the walk alone takes. Run it from the root of the repository.
 */
@BenchmarkMode(Mode.SampleTime) // its medians stand on a busy machine
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH sets the fields before a benchmark runs
public class AttributionBenchmark {
  /** Beyond the second cache: 4 MiB. */
  private static final int ELSEWHERE = 1 << 19;

  private static final int CACHE_LINE = 8;
  private static final int ROWS = 512;

  /** A model directory below models/registry. */
  @Param({
    "mean-reversion-xgb-v2/2.1.0",
    "ensemble-meta-v4/4.0.0",
    "momentum-lstm-v3/3.1.0",
    "volatility-transformer-v1/1.1.0"
  })
  public String model;

  private LoadedModel loaded;
  private Scorer scorer;
  private AttributingScorer attributing;
  private Attribution path;
  private Attribution exact;
  private List<double[]> rows;

  /** By row: its outputs, which its prediction states. */
  private List<double[]> outputs;

  private double[] contributions;
  private double[] output;
  private int next;
  private final long[] elsewhere = new long[ELSEWHERE];

  /**
   * Loads the model. Its self-test vectors are the rows, each value now from one and now from
   * another: few rows again and again would teach the processor where each one goes.
   */
  @Setup
  public void load() throws ModelRejectedException {
    Path directory = Path.of("models", "registry").resolve(model);
    loaded = new ModelLoader(FeatureSchema.current()).load(directory);
    scorer = loaded.newScorer();
    attributing = loaded.newAttributingScorer();
    path = loaded.newAttribution();
    exact = loaded.newExactAttribution();
    rows = mixed(loaded.manifest().selfTest().stream().map(SelfTest::inputs).toList());
    contributions = new double[loaded.inputs()];
    output = new double[loaded.outputs()];
    outputs = rows.stream().map(this::outputs).toList();
  }

  private double[] outputs(double[] row) {
    double[] of = new double[loaded.outputs()];
    scorer.score(row, 1, of);
    return of;
  }

  private static List<double[]> mixed(List<double[]> rows) {
    Random random = new Random(1);
    return Stream.generate(() ->
            IntStream.range(0, rows.get(0).length)
                .mapToDouble(i -> rows.get(random.nextInt(rows.size()))[i])
                .toArray())
        .limit(ROWS)
        .toList();
  }

  /** Frees the native memory. */
  @TearDown
  public void close() {
    scorer.close();
    attributing.close();
    loaded.close();
  }

  private double[] row() {
    next = next + 1 == rows.size() ? 0 : next + 1;
    return rows.get(next);
  }

  /** What every prediction pays: one score with its attribution, one row a call. */
  @Benchmark
  public double[] scoreWithPath() {
    attributing.score(row(), 1, output, contributions);
    return contributions;
  }

  /** An attribution alone. */
  @Benchmark
  public double[] path() {
    path.contributions(row(), contributions);
    return contributions;
  }

  /** What an explanation on demand, or of an alert, pays. */
  @Benchmark
  public double[] exact() {
    double[] row = row();
    exact.contributions(row, outputs.get(next), contributions);
    return contributions;
  }

  /** What the next three begin with. */
  @Benchmark
  public long walk() {
    long sum = 0;
    for (int i = 0; i < elsewhere.length; i += CACHE_LINE) {
      sum += elsewhere[i]++;
    }
    return sum;
  }

  /** The same as {@link #scoreWithPath}, behind a walk. */
  @Benchmark
  public long walkThenScoreWithPath() {
    long sum = walk();
    scoreWithPath();
    return sum;
  }

  /** The same as {@link #exact}, behind a walk. */
  @Benchmark
  public long walkThenExact() {
    long sum = walk();
    exact();
    return sum;
  }

  /** The same as {@link #score}, behind a walk. */
  @Benchmark
  public long walkThenScore() {
    long sum = walk();
    score();
    return sum;
  }

  /** One score, one row a call. */
  @Benchmark
  public double[] score() {
    scorer.score(row(), 1, output);
    return output;
  }
}
