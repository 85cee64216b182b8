package io.vfr.streams.emit;

import io.vfr.streams.features.FeatureVector;
import io.vfr.streams.state.ShedBound;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The latest prediction of every symbol that this instance has predicted, as far as it is
 * committed: what a consumer of {@code vfr.predictions} that reads committed records has seen or
 * can see. In memory, bounded; the symbols predicted longest ago leave first. Thread-safe: tasks
 * publish with their commits, others read copies.
 *
 * <p>Each symbol has arrays that are written anew with each of its predictions, and that go on to
 * another symbol when it leaves: whatever is replaced after thousands of events would otherwise be
 * copied by the collector again and again before it is garbage.
 */
public final class LatestPredictions {
  /** What is shown of one symbol. */
  private static final class Slot {
    private byte[] message = {};
    private int messageBytes;
    private double[] values = {};
    private FeatureVector vector;

    private Slot(FeatureVector first) {
      vector = first;
    }

    private void write(LatestPrediction latest) {
      byte[] now = latest.message();
      if (message.length < now.length) {
        // They differ by some bytes from bar to bar.
        message = new byte[now.length + now.length / 8];
      }
      System.arraycopy(now, 0, message, 0, now.length);
      messageBytes = now.length;
      FeatureVector made = latest.vector();
      if (values.length != made.values().length) {
        values = new double[made.values().length];
      }
      System.arraycopy(made.values(), 0, values, 0, values.length);
      vector = made.withValues(values);
    }

    private LatestPrediction read() {
      return new LatestPrediction(
          Arrays.copyOf(message, messageBytes), vector.withValues(values.clone()));
    }
  }

  private final int symbolsMax;
  private final ShedBound bound;

  /** The symbols in the order in which they were published last; guarded by this. */
  private final LinkedHashMap<String, Slot> latest = new LinkedHashMap<>();

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
  public synchronized @Nullable LatestPrediction of(String symbol) {
    Slot slot = latest.get(symbol);
    return slot == null ? null : slot.read();
  }

  /** How many symbols it remembers. */
  public synchronized int size() {
    return latest.size();
  }

  /** Most symbols that it remembers. */
  public int symbolsMax() {
    return symbolsMax;
  }

  /** Shows what was committed; a prediction of an earlier bar does not replace one of a later. */
  synchronized void publish(Collection<LatestPrediction> committed) {
    for (LatestPrediction each : committed) {
      Slot slot = latest.get(each.symbol());
      if (slot == null) {
        slot = free(each.vector());
      } else if (!each.isNoOlderThan(slot.vector)) {
        continue;
      }
      slot.write(each);
      latest.putLast(each.symbol(), slot);
    }
    int allowed = bound.allowed(latest.size());
    while (latest.size() > allowed) {
      latest.pollFirstEntry();
    }
  }

  /** One whose symbol leaves, or a new one while there is room. */
  private Slot free(FeatureVector first) {
    Map.Entry<String, Slot> eldest = latest.size() < symbolsMax ? null : latest.pollFirstEntry();
    return eldest == null ? new Slot(first) : eldest.getValue();
  }

  /** Forgets a partition that goes to another instance. */
  synchronized void forget(int partition) {
    latest.values().removeIf(slot -> slot.vector.partition() == partition);
  }
}
