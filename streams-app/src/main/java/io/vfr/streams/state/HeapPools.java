package io.vfr.streams.state;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * The pools in which an instance holds state on the heap beside its store, and whether it sheds
 * load because memory is short: then each pool holds a quarter of what it held, a quarter of that
 * if it was not enough, and {@value #STEPS_MAX} times so at most; scoring leaves out what it can do
 * without. Thread-safe.
 */
public final class HeapPools {
  /** What is left then, a sixty-fourth, is not what fills the heap; less would only cost time. */
  static final int STEPS_MAX = 3;

  private final MeterRegistry meters;
  private final Map<String, Pool> pools = new ConcurrentHashMap<>();
  private final AtomicInteger sheds = new AtomicInteger();
  private volatile int shedding;

  /** How often the pools were made smaller since memory is short; guarded. */
  private int steps;

  /** The tasks' parts of one pool; those of tasks that are gone leave by themselves. */
  private static final class Pool {
    private final Map<HotSymbols<?>, Boolean> parts = new WeakHashMap<>();
    private final LongAdder hits = new LongAdder();
    private final LongAdder misses = new LongAdder();

    /** See {@link ShedBound}. */
    private volatile int quarter;

    synchronized void add(HotSymbols<?> part) {
      parts.put(part, true);
    }

    synchronized int size() {
      return parts.keySet().stream().mapToInt(HotSymbols::size).sum();
    }

    /** Before load is shed. */
    synchronized void measure() {
      quarter = size() / (ShedBound.SHED_DIVISOR * Math.max(1, parts.size()));
    }

    int quarter() {
      return quarter;
    }
  }

  /** No pools yet; memory is not short. */
  public HeapPools(MeterRegistry meters) {
    this.meters = meters;
    Gauge.builder("vfr.load.shedding", this, pools -> Math.min(1, pools.shedding))
        .description("1 while load is shed because memory is short")
        .register(meters);
    FunctionCounter.builder("vfr.load.sheds", sheds, AtomicInteger::get)
        .description("How often pools were made smaller because memory was short")
        .register(meters);
  }

  /**
   * One task's part of a pool.
   *
   * @param name name of the pool in metrics
   * @param symbolsMax how many symbols it holds
   */
  public <V> HotSymbols<V> symbols(String name, int symbolsMax) {
    Pool pool = pools.computeIfAbsent(name, this::register);
    HotSymbols<V> part =
        new HotSymbols<>(
            new ShedBound(symbolsMax, this::shedding, pool::quarter), pool.hits, pool.misses);
    pool.add(part);
    return part;
  }

  private Pool register(String name) {
    Pool pool = new Pool();
    Gauge.builder("vfr.pool.symbols", pool, Pool::size)
        .description("Symbols whose state is held on the heap")
        .tag("pool", name)
        .register(meters);
    requests(name, "hit", pool.hits);
    requests(name, "miss", pool.misses);
    return pool;
  }

  private void requests(String name, String result, LongAdder count) {
    FunctionCounter.builder("vfr.pool.requests", count, LongAdder::sum)
        .description("Requests for a symbol's state; a miss reads it from the store")
        .tags("pool", name, "result", result)
        .register(meters);
  }

  /** Whether load is shed. */
  public boolean isShedding() {
    return shedding > 0;
  }

  /** Which shedding is on, counted from 1: each makes the pools smaller. 0 if none is. */
  public int shedding() {
    return shedding;
  }

  /** Begins to shed load, or sheds more of it, or ends it. */
  public synchronized void shed(boolean isShort) {
    if (!isShort) {
      shedding = 0;
      steps = 0;
    } else if (steps < STEPS_MAX) {
      steps++;
      pools.values().forEach(Pool::measure);
      shedding = sheds.incrementAndGet();
    }
  }
}
