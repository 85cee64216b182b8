package io.vfr.streams.state;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a task holds on the heap of the symbols that it has seen last; the store is the truth of
 * them.
 *
 * @param <V> what is held of one symbol
 */
public final class HotSymbols<V> extends LinkedHashMap<String, V> {
  private static final long serialVersionUID = 1;

  private final int most;

  /**
   * Holds nothing yet.
   *
   * @param most how many symbols are held; one more drops the one that was not asked for longest
   */
  public HotSymbols(int most) {
    super(64, 0.75f, true);
    this.most = most;
  }

  @Override
  protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
    return size() > most;
  }
}
