package io.vfr.streams.state;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * What a task holds on the heap of the symbols that it has seen last; the store is the truth of
 * them. Used by the task's thread alone, but for its size.
 *
 * <p>Which one is dropped is found as CLOCK does it: the one that came in first, unless it was
 * asked for since, which puts it behind all others once; never the one that was asked for last. An
 * order of access would change references of three symbols far apart on the heap with every
 * request, which costs caches and the collector more than all else that is done here.
 *
 * @param <V> what is held of one symbol
 */
public final class HotSymbols<V> {
  private static final class Held<V> {
    private V value;

    /** Whether it was asked for since it came in or was put behind the others. */
    private boolean asked;

    private Held(V value) {
      this.value = value;
    }
  }

  private final LinkedHashMap<String, Held<V>> symbols = new LinkedHashMap<>(64);

  /** Of the symbol whose turn it is, which stays. */
  private @Nullable Held<V> last;

  private final ShedBound bound;
  private volatile int size;
  private final LongAdder hits;
  private final LongAdder misses;

  /**
   * Holds nothing yet.
   *
   * @param bound how many symbols are held; one more drops another one
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
    Held<V> held = symbols.get(symbol);
    if (held != null) {
      asked(held);
    }
    // Who is asked only for what is there would never shrink.
    trim();
    (held == null ? misses : hits).increment();
    return held == null ? null : held.value;
  }

  /** Holds this of a symbol from now on. */
  public void put(String symbol, V value) {
    Held<V> known = symbols.get(symbol);
    if (known != null) {
      known.value = value;
      asked(known);
      return;
    }
    last = new Held<>(value);
    symbols.put(symbol, last);
    trim();
    size = symbols.size();
  }

  private void asked(Held<V> held) {
    last = held;
    if (!held.asked) {
      held.asked = true;
    }
  }

  private void trim() {
    int allowed = bound.allowed(symbols.size());
    if (symbols.size() <= allowed) {
      return;
    }
    while (symbols.size() > allowed) {
      Map.Entry<String, Held<V>> first = symbols.firstEntry();
      Held<V> held = first.getValue();
      if (held.asked || held == last) {
        held.asked = false;
        symbols.putLast(first.getKey(), held);
      } else {
        symbols.pollFirstEntry();
      }
    }
    size = symbols.size();
  }

  /** Holds nothing of a symbol any more. */
  public void remove(String symbol) {
    symbols.remove(symbol);
    size = symbols.size();
  }

  /** Holds nothing any more. */
  public void clear() {
    symbols.clear();
    last = null;
    size = 0;
  }

  int size() {
    return size;
  }
}
