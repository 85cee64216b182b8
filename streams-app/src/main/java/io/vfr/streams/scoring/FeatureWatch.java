package io.vfr.streams.scoring;

import io.vfr.models.manifest.FeatureDistribution;
import io.vfr.models.manifest.FeatureReference;
import io.vfr.models.manifest.Manifest;
import io.vfr.models.registry.ModelRole;
import io.vfr.models.registry.ModelSet;
import io.vfr.models.schema.FeatureSlots;
import io.vfr.streams.features.FeatureVector;
import io.vfr.streams.scoring.ModelScores.FeatureCounts;
import io.vfr.streams.state.HotSymbols;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Counts how the features that champions read are distributed, by the bins of their references. One
 * task's.
 *
 * <p>Models learnt from closed bars, so the last vector of a bar counts, once the next bar begins;
 * of the bars one in {@link #SAMPLED}, another one for each symbol: drift is a matter of weeks and
 * must not cost time in every event. Counts that have not left the task when it ends are lost.
 */
final class FeatureWatch {
  /** One in how many bars of a symbol counts. */
  private static final int SAMPLED = 4;

  /** A record with the counts leaves after so many samples, or after this time. */
  private static final int SAMPLES_MAX = 128;

  private static final long HOLD_NANOS = 5_000_000_000L;

  /** One feature of one reference; models that were trained on the same rows share it. */
  private record Watched(
      List<String> models,
      String feature,
      int slot,
      Required required,
      FeatureDistribution reference,
      long[] counts) {
    void count(Forming vector) {
      double value = vector.value(slot);
      counts[Double.isNaN(value) ? reference.bins() : reference.bin(value)]++;
    }

    boolean isSame(int otherSlot, Required otherRequired, FeatureDistribution other) {
      return slot == otherSlot && required == otherRequired && reference.equals(other);
    }
  }

  /** The last vector of a bar that is forming, copied into an array that later bars reuse. */
  static final class Forming {
    private long barStartMillis;
    private double[] values = {};

    private void write(FeatureVector vector) {
      barStartMillis = vector.barStartMillis();
      double[] now = vector.values();
      if (values.length != now.length) {
        values = new double[now.length];
      }
      System.arraycopy(now, 0, values, 0, now.length);
    }

    private double value(int slot) {
      return slot < values.length ? values[slot] : Double.NaN;
    }
  }

  /** The features without which models are not scored, nor were trained. */
  private static final class Required {
    private final int[] slots;

    /** Whether the vector at hand has them all. */
    private boolean areThere;

    Required(int[] slots) {
      this.slots = slots;
    }

    void lookAt(Forming vector) {
      areThere = true;
      for (int slot : slots) {
        areThere &= !Double.isNaN(vector.value(slot));
      }
    }
  }

  private final FeatureSlots slots;
  private final long intervalMillis;
  private final HotSymbols<Forming> forming;

  /** Those of bars that are over: bars go on, so their number stays what it was at most. */
  private final ArrayDeque<Forming> free = new ArrayDeque<>();

  private final List<Required> required = new ArrayList<>();
  private final List<Watched> watched = new ArrayList<>();
  private @Nullable ModelSet set;
  private int samples;
  private long sinceNanos;
  private long newestBar = Long.MIN_VALUE;

  FeatureWatch(FeatureSlots slots, long intervalMillis, HotSymbols<Forming> forming) {
    this.slots = slots;
    this.intervalMillis = intervalMillis;
    this.forming = forming;
  }

  /**
   * Takes a vector that was scored.
   *
   * @param by the models that scored it
   */
  void scored(FeatureVector vector, ModelSet by) {
    if (by != set) {
      bind(by);
    }
    if (watched.isEmpty()) {
      return;
    }
    String symbol = vector.symbol();
    Forming before = forming.get(symbol);
    if (before != null) {
      if (vector.barStartMillis() < before.barStartMillis) {
        return;
      }
      if (vector.barStartMillis() > before.barStartMillis) {
        count(before);
        forming.remove(symbol);
        free.push(before);
        before = null;
      }
    }
    long bar = vector.barStartMillis() / intervalMillis;
    if (Math.floorMod(bar + symbol.hashCode(), SAMPLED) == 0) {
      if (before == null) {
        before = free.isEmpty() ? new Forming() : free.pop();
        forming.put(symbol, before);
      }
      before.write(vector);
    }
  }

  private void bind(ModelSet next) {
    set = next;
    required.clear();
    watched.clear();
    samples = 0;
    for (ModelSet.Member member : next.members()) {
      Manifest manifest = member.model().manifest();
      FeatureReference reference = manifest.reference();
      if (member.role() == ModelRole.CHAMPION && reference != null) {
        Required required = required(manifest);
        reference
            .features()
            .forEach(
                (feature, distribution) -> watch(manifest.key(), feature, required, distribution));
      }
    }
  }

  /** The same for all models that require the same features. */
  private Required required(Manifest manifest) {
    int[] needed =
        manifest.required().stream().mapToInt(slots::slot).filter(slot -> slot >= 0).toArray();
    for (Required known : required) {
      if (Arrays.equals(known.slots, needed)) {
        return known;
      }
    }
    Required added = new Required(needed);
    required.add(added);
    return added;
  }

  /** What is made from other models' outputs has no slot, and is watched by what these read. */
  private void watch(
      String model, String feature, Required required, FeatureDistribution reference) {
    int slot = slots.slot(feature);
    if (slot < 0) {
      return;
    }
    for (Watched known : watched) {
      if (known.isSame(slot, required, reference)) {
        known.models.add(model);
        return;
      }
    }
    watched.add(
        new Watched(
            new ArrayList<>(List.of(model)),
            feature,
            slot,
            required,
            reference,
            new long[reference.bins() + 1]));
  }

  private void count(Forming vector) {
    for (Required each : required) {
      each.lookAt(vector);
    }
    for (Watched each : watched) {
      if (each.required.areThere) {
        each.count(vector);
      }
    }
    if (samples++ == 0) {
      sinceNanos = System.nanoTime();
    }
    newestBar = Math.max(newestBar, vector.barStartMillis);
  }

  /** The counts since the last call that gave some; none while they are few and fresh. */
  List<FeatureCounts> take() {
    if (samples == 0 || (samples < SAMPLES_MAX && System.nanoTime() - sinceNanos < HOLD_NANOS)) {
      return List.of();
    }
    List<FeatureCounts> taken = new ArrayList<>(watched.size());
    for (Watched each : watched) {
      List<Long> counts = new ArrayList<>(each.counts.length);
      for (int bin = 0; bin < each.counts.length; bin++) {
        counts.add(each.counts[bin]);
        each.counts[bin] = 0;
      }
      taken.add(new FeatureCounts(each.models, each.feature, newestBar, counts));
    }
    samples = 0;
    return taken;
  }
}
