package io.vfr.streams.emit;

import io.vfr.streams.state.ShedBound;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The latest prediction of every symbol that this instance has predicted, as far as it is
 * committed: what a consumer of {@code vfr.predictions} that reads committed records has seen or
 * can see. In memory, bounded; the symbols predicted longest ago leave first. Thread-safe: tasks
 * publish, others read without waiting.
 */
public final class LatestPredictions {
  private final int symbolsMax;
  private final ShedBound bound;
  private final Map<String, LatestPrediction> latest = new ConcurrentHashMap<>();

  /** The symbols in the order in which they were published last; guarded by this. */
  private final Map<String, Integer> partitions = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * Creates an empty view.
   *
   * @param symbolsMax most symbols to remember
   * @param shedding whether memory is short, so that fewer are remembered
   */
  public LatestPredictions(int symbolsMax, BooleanSupplier shedding) {
    if (symbolsMax < 1) {
      throw new IllegalArgumentException("symbolsMax must be at least 1 but is " + symbolsMax);
    }
    this.symbolsMax = symbolsMax;
    bound = new ShedBound(symbolsMax, shedding);
  }

  /** The latest prediction of a symbol; null if there is none here. */
  public @Nullable LatestPrediction of(String symbol) {
    return latest.get(symbol);
  }

  /** How many symbols it remembers. */
  public int size() {
    return latest.size();
  }

  /** Most symbols that it remembers. */
  public int symbolsMax() {
    return symbolsMax;
  }

  /** Shows what was committed; a prediction of an earlier bar does not replace one of a later. */
  synchronized void publish(Collection<LatestPrediction> committed) {
    for (LatestPrediction each : committed) {
      String symbol = each.symbol();
      latest.merge(symbol, each, (known, now) -> now.isNoOlderThan(known) ? now : known);
      partitions.put(symbol, each.vector().partition());
    }
    int allowed = bound.allowed(partitions.size());
    Iterator<String> eldest = partitions.keySet().iterator();
    while (partitions.size() > allowed) {
      latest.remove(eldest.next());
      eldest.remove();
    }
  }

  /** Forgets a partition that goes to another instance. */
  synchronized void forget(int partition) {
    partitions
        .entrySet()
        .removeIf(symbol -> {
          if (symbol.getValue() != partition) {
            return false;
          }
          latest.remove(symbol.getKey());
          return true;
        });
  }
}
