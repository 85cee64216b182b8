package io.vfr.chaos.swaps;

import io.vfr.chaos.oracle.Version;
import io.vfr.models.load.ModelRejectedException;
import io.vfr.schemas.ModelStage;
import io.vfr.streams.ops.registry.RegistryPublisher;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Makes the swaps of a plan, each as an operator would: good ones are published as champion, which
 * leaves the one before as a shadow until the next; bad ones are written past the publisher's own
 * verification. Waits for what each must lead to.
 */
final class Swapper {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String REASON = "chaos";

  private final ModelForge forge;
  private final RegistryPublisher publisher;
  private final RawRegistry raw;
  private final SwapOutputs outputs;
  private final BooleanSupplier alive;
  private final Map<String, Model> models = new TreeMap<>();
  private final Histogram millisToPrediction = new Histogram(PATIENCE.toMillis() * 2, 3);
  private int good;
  private int rollbacks;
  private int bad;

  /** What serves of one id: the champion, and the shadow that it replaced. */
  private static final class Model {
    Version champion;
    @Nullable Version shadow;
    boolean registered;

    Model(Version champion) {
      this.champion = champion;
    }
  }

  /**
   * A swapper.
   *
   * @param alive whether the instance still runs
   */
  Swapper(
      ModelForge forge,
      RegistryPublisher publisher,
      RawRegistry raw,
      SwapOutputs outputs,
      BooleanSupplier alive) {
    this.forge = forge;
    this.publisher = publisher;
    this.raw = raw;
    this.outputs = outputs;
    this.alive = alive;
    forge.shipped().forEach((id, version) -> models.put(id, new Model(version)));
  }

  /**
   * Makes the swaps of a round and waits for what they lead to.
   *
   * @return what did not come; empty if all did
   */
  List<String> round(List<SwapPlan.Swap> swaps)
      throws IOException, ModelRejectedException, InterruptedException {
    long before = outputs.count();
    long began = System.nanoTime();
    boolean changes = false;
    List<Version> refused = new ArrayList<>();
    for (SwapPlan.Swap swap : swaps) {
      Flaw flaw = swap.flaw();
      if (flaw != null) {
        refused.add(bad(swap, flaw));
      } else {
        changes = true;
        good(swap);
      }
    }
    List<String> missing = new ArrayList<>();
    if (changes) {
      if (await(() -> outputs.awaitSet(set(), before, Duration.ofSeconds(1)))) {
        millisToPrediction.recordValue((System.nanoTime() - began) / 1_000_000);
      } else {
        missing.add("no prediction with the set of the swaps " + swaps);
      }
    }
    for (Version version : refused) {
      if (!await(() -> outputs.awaitRejection(version, Duration.ofSeconds(1)))) {
        missing.add(version.key() + " was not refused");
      }
      publisher.retire(version.id(), version.version(), REASON);
    }
    return missing;
  }

  private interface Step {
    boolean isDone() throws InterruptedException;
  }

  /** Waits in short steps: a dead instance is not waited for. */
  private boolean await(Step step) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!step.isDone()) {
      if (!alive.getAsBoolean() || System.nanoTime() > end) {
        return false;
      }
    }
    return true;
  }

  private void good(SwapPlan.Swap swap) throws IOException {
    Model model = model(swap.id());
    Version shadow = model.shadow;
    if (swap.rollback() && shadow != null) {
      publisher.rollback(swap.id(), REASON);
      model.champion = shadow;
      model.shadow = null;
      rollbacks++;
      return;
    }
    if (shadow != null) {
      publisher.retire(shadow.id(), shadow.version(), REASON);
    }
    Version next = forge.good(swap.id(), swap.number());
    outputs.expectGood(next);
    publisher.publish(next.dir(), ModelStage.CHAMPION, REASON);
    model.shadow = model.champion;
    model.champion = next;
    model.registered = true;
    good++;
  }

  private Version bad(SwapPlan.Swap swap, Flaw flaw) throws IOException, ModelRejectedException {
    Model model = model(swap.id());
    Version version = forge.bad(swap.id(), swap.number(), flaw);
    outputs.expectBad(version, flaw);
    raw.promote(
        version,
        model.registered ? model.champion.version() : null,
        flaw == Flaw.TRUNCATED_ARCHIVE ? 0.5 : 1);
    bad++;
    return version;
  }

  private Model model(String id) {
    Model model = models.get(id);
    if (model == null) {
      throw new IllegalArgumentException("no model " + id);
    }
    return model;
  }

  /** The set that should serve now. */
  private String set() {
    Map<String, String> champions = new TreeMap<>();
    models.forEach(
        (id, model) -> champions.put(id, model.champion.version() + ":" + model.champion.digest()));
    return ModelNames.set(champions);
  }

  /** How many models should be in memory now: champions and shadows. */
  int members() {
    return (int) (models.size() + models.values().stream().filter(m -> m.shadow != null).count());
  }

  /** New versions that came to serve. */
  int good() {
    return good;
  }

  /** Rollbacks that were made. */
  int rollbacks() {
    return rollbacks;
  }

  /** Bad versions that were promoted. */
  int bad() {
    return bad;
  }

  /** A percentile of the time from the beginning of a round to a prediction with its set. */
  long millisToPrediction(double percentile) {
    return millisToPrediction.getValueAtPercentile(percentile);
  }
}
