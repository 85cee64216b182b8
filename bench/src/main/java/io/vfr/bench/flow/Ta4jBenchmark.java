package io.vfr.bench.flow;

import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * ta4j's incremental way: a bar is added to a symbol's series, and its indicators, which remember
 * their values of earlier bars, are asked for the newest: 31 features of a price, as {@link
 * OneDayFlow} has them.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 1, jvmArgsAppend = "-Xmx2g")
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH sets the fields before a benchmark runs
public class Ta4jBenchmark {
  private static final long DAY_MILLIS = 86_400_000;

  private final Random random = new Random(1);
  private TaFeatures features;
  private double close = 100;
  private long day;

  /** Passes the longest window. */
  @Setup
  public void warmUp() {
    features = new TaFeatures();
    for (int i = 0; i < TaFeatures.BARS_KEPT; i++) {
      features.add(next());
      features.values();
    }
  }

  private OneDayFlow.Price next() {
    double open = close;
    close = 100 + (close - 100) * 0.99 + random.nextDouble() - 0.5;
    double high = Math.max(open, close) * 1.002;
    double low = Math.min(open, close) * 0.998;
    return new OneDayFlow.Price(
        "A", day++ * DAY_MILLIS, open, high, low, close, 1_000 + random.nextInt(1_000_000));
  }

  /** A new bar and its features, one symbol. */
  @Benchmark
  public Map<String, Double> incremental() {
    features.add(next());
    return features.values();
  }
}
