package io.vfr.streams.emit;

import io.vfr.streams.features.FeatureVector;
import io.vfr.streams.state.HeapPools;
import io.vfr.streams.state.ShedBound;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The latest prediction of every symbol that this instance has predicted, as far as a consumer of
 * {@code vfr.predictions} has seen it or can see it: under exactly once, what is committed. In
 * memory, bounded; a symbol that was not predicted for a while leaves first, found as CLOCK does
 * it. Thread-safe: tasks publish, others read copies.
 *
 * <p>Each symbol has arrays that are written anew with each of its predictions, and that go on to
 * another symbol when it leaves: whatever is replaced after thousands of events would otherwise be
 * copied by the collector again and again before it is garbage.
 */
public final class LatestPredictions {
  /** What is shown of one symbol. */
  private static final class Slot {
    private String symbol = "";

    /** Whether it was written again since its symbol came or it was passed over. */
    private boolean writtenAgain;

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

  /** The slots of all symbols; guarded by this. */
  private final Map<String, Slot> latest = new HashMap<>();

  /** The same slots in a circle, and where it is looked for one whose symbol may leave. */
  private final List<Slot> slots = new ArrayList<>();

  private int hand;

  /**
   * Creates an empty view.
   *
   * @param symbolsMax most symbols to remember
   * @param shedding which shedding is on, so that fewer are remembered: {@link HeapPools#shedding}
   */
  public LatestPredictions(int symbolsMax, IntSupplier shedding) {
    if (symbolsMax < 1) {
      throw new IllegalArgumentException("symbolsMax must be at least 1 but is " + symbolsMax);
    }
    this.symbolsMax = symbolsMax;
    bound = new ShedBound(symbolsMax, shedding, () -> 0);
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

  /**
   * Shows what consumers can see; a prediction of an earlier bar does not replace one of a later.
   */
  synchronized void publish(Collection<LatestPrediction> visible) {
    int allowed = bound.allowed(slots.size());
    for (LatestPrediction each : visible) {
      Slot slot = latest.get(each.symbol());
      if (slot == null) {
        slot = slots.size() < allowed ? added(each.vector()) : freed();
        slot.symbol = each.symbol();
        slot.writtenAgain = false;
        latest.put(slot.symbol, slot);
      } else if (!each.isNoOlderThan(slot.vector)) {
        continue;
      } else {
        slot.writtenAgain = true;
      }
      slot.write(each);
    }
    while (slots.size() > allowed) {
      freed();
      slots.set(hand, slots.getLast());
      slots.removeLast();
    }
  }

  private Slot added(FeatureVector first) {
    Slot slot = new Slot(first);
    slots.add(slot);
    return slot;
  }

  /** Takes its slot from a symbol, the one at the hand. */
  private Slot freed() {
    while (true) {
      hand = hand + 1 < slots.size() ? hand + 1 : 0;
      Slot slot = slots.get(hand);
      if (!slot.writtenAgain) {
        latest.remove(slot.symbol);
        return slot;
      }
      slot.writtenAgain = false;
    }
  }

  /** Forgets a partition that goes to another instance. */
  synchronized void forget(int partition) {
    slots.removeIf(slot -> {
      if (slot.vector.partition() != partition) {
        return false;
      }
      latest.remove(slot.symbol);
      return true;
    });
  }
}
