package io.vfr.streams.state;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * What a task holds on the heap of the symbols that it has seen last; the store is the truth of
 * them. Used by the task's thread alone, but for its size.
 *
 * @param <V> what is held of one symbol
 */
public final class HotSymbols<V> {
  private final LinkedHashMap<String, V> symbols = new LinkedHashMap<>(64, 0.75f, true);
  private final ShedBound bound;
  private volatile int size;
  private final LongAdder hits;
  private final LongAdder misses;

  /**
   * Holds nothing yet.
   *
   * @param bound how many symbols are held; one more drops the one that was not asked for longest
   * @param hits counts the requests that it met
   * @param misses counts the others
   */
  HotSymbols(ShedBound bound, LongAdder hits, LongAdder misses) {
    this.bound = bound;
    this.hits = hits;
    this.misses = misses;
  }

  /** What is held of a symbol; null if it has to be read from the store. */
  public @Nullable V get(String symbol) {
    V value = symbols.get(symbol);
    // Who is asked only for what is there would never shrink.
    trim();
    (value == null ? misses : hits).increment();
    return value;
  }

  /** Holds this of a symbol from now on. */
  public void put(String symbol, V value) {
    symbols.put(symbol, value);
    trim();
    size = symbols.size();
  }

  private void trim() {
    int allowed = bound.allowed(symbols.size());
    if (symbols.size() > allowed) {
      Iterator<String> eldest = symbols.keySet().iterator();
      while (symbols.size() > allowed) {
        eldest.next();
        eldest.remove();
      }
      size = symbols.size();
    }
  }

  /** Holds nothing of a symbol any more. */
  public void remove(String symbol) {
    symbols.remove(symbol);
    size = symbols.size();
  }

  /** Holds nothing any more. */
  public void clear() {
    symbols.clear();
    size = 0;
  }

  int size() {
    return size;
  }
}
