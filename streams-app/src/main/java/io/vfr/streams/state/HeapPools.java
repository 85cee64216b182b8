package io.vfr.streams.state;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * The pools in which an instance holds state on the heap beside its store, and whether it sheds
 * load because memory is short: then each pool holds a quarter of what it held, and scoring leaves
 * out what it can do without. Thread-safe.
 */
public final class HeapPools {
  private final MeterRegistry meters;
  private final Map<String, Pool> pools = new ConcurrentHashMap<>();
  private final LongAdder sheds = new LongAdder();
  private volatile boolean shedding;

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
    Gauge.builder("vfr.load.shedding", this, pools -> pools.shedding ? 1 : 0)
        .description("1 while load is shed because memory is short")
        .register(meters);
    FunctionCounter.builder("vfr.load.sheds", sheds, LongAdder::sum)
        .description("How often load began to be shed because memory was short")
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
            new ShedBound(symbolsMax, this::isShedding, pool::quarter), pool.hits, pool.misses);
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
    return shedding;
  }

  /** Begins to shed load, or ends it. */
  public void shed(boolean isShort) {
    if (isShort) {
      pools.values().forEach(Pool::measure);
      sheds.increment();
    }
    shedding = isShort;
  }
}
