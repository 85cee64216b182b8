package io.vfr.streams.ops.registry;

import io.micrometer.core.instrument.MeterRegistry;
import io.vfr.models.load.LoadedModel;
import io.vfr.models.load.RejectionReason;
import io.vfr.models.registry.CacheStats;
import io.vfr.models.registry.ModelCache;
import io.vfr.models.registry.ModelSet;
import io.vfr.models.registry.Rejection;
import io.vfr.models.schema.FeatureSlots;
import io.vfr.schemas.ModelRegistration;
import io.vfr.schemas.Topics;
import io.vfr.streams.config.AppConfig;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The models that one instance scores with: decided by the registry and {@code models.dir}, loaded
 * and verified off the stream threads, handed to them as one reference that is swapped whenever the
 * registry changes. Thread-safe.
 */
public final class ModelStore implements Supplier<ModelSet>, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ModelStore.class);
  private static final Duration RETRY_AFTER = Duration.ofSeconds(5);
  private static final Duration LOADS_END = Duration.ofSeconds(30);

  private final ModelMeters meters;
  private final ModelCache cache;
  private final RegistryFollower follower;
  private final ModelSelection selection;
  private final CurrentModels current;
  private final FeatureSlots slots;
  private long retryNanos;

  /** What is made before the first set is known. */
  private record Parts(
      ModelMeters meters,
      ModelCache cache,
      ModelVerifier verifier,
      RegistryFollower follower,
      ModelSelection selection)
      implements AutoCloseable {
    @Override
    public void close() {
      follower.close();
      cache.close();
    }
  }

  private ModelStore(Parts parts, ModelSet first, FeatureSlots slots) {
    meters = parts.meters;
    cache = parts.cache;
    follower = parts.follower;
    selection = parts.selection;
    current = new CurrentModels(first);
    this.slots = slots;
  }

  /**
   * Begins to load the models of {@code models.dir} on other threads. Asks no broker.
   *
   * @throws IllegalStateException if {@code models.dir} cannot be read
   */
  public static Opening begin(AppConfig config, ModelEvents events, MeterRegistry registry) {
    Parts parts = parts(config, events, registry);
    parts.selection.beginWithout();
    return new Opening(config, parts);
  }

  /** A store whose models are being loaded; closing it before it is one ends that. */
  public static final class Opening implements AutoCloseable {
    private final AppConfig config;
    private final Parts parts;
    private boolean open;

    private Opening(AppConfig config, Parts parts) {
      this.config = config;
      this.parts = parts;
    }

    /** Begins to read the registry, whose topic must exist. To be called once. */
    public Opening follow() {
      parts.follower.start();
      return this;
    }

    /**
     * Waits a bounded time for the registry, loads the models that it and {@code models.dir} ask
     * for, and follows the registry from then on. To be called once, after {@link #follow}.
     *
     * @param slots makes the slots of all features for the inputs of the first models
     * @throws IllegalStateException if no model is usable
     */
    public ModelStore store(Function<Collection<String>, FeatureSlots> slots)
        throws InterruptedException {
      if (!parts.follower.awaitFirstRead(config.models().registryWait())) {
        LOG.warn(
            "{} was not read within {}; beginning with the models of models.dir",
            Topics.MODELS.name(),
            config.models().registryWait());
      }
      parts.selection.tellUnreadable();
      RegistryState state = parts.follower.state();
      ModelSet first = parts.selection.next(state);
      if (first == null) {
        throw new IllegalStateException(noModel(config, parts.selection.rejections()));
      }
      try {
        return store(first, state, slots);
      } finally {
        if (!open) {
          first.close();
        }
      }
    }

    private ModelStore store(
        ModelSet first, RegistryState state, Function<Collection<String>, FeatureSlots> slots)
        throws InterruptedException {
      FeatureSlots made = slots.apply(features(first));
      parts.verifier.use(made);
      // What was verified before there were slots and is not in the set has none of its own yet.
      parts.selection.forgetUnused();
      ModelStore store = new ModelStore(parts, first, made);
      store.selection.settle(state);
      store.follower.subscribe(store::follow);
      open = true;
      return store;
    }

    /** Waits for models that are being loaded: the process may end next, and they are native. */
    @Override
    public void close() {
      if (open) {
        return;
      }
      parts.close();
      if (!parts.cache.awaitLoads(LOADS_END)) {
        LOG.warn("Models are still being loaded after {}", LOADS_END);
      }
    }
  }

  private static Parts parts(AppConfig config, ModelEvents events, MeterRegistry registry) {
    ModelMeters meters = new ModelMeters(registry);
    LocalModels local = LocalModels.read(config.models().dir());
    ArtifactStore artifacts = new ArtifactStore(config);
    ModelCache cache =
        new ModelCache(
            ModelLoaders.of(config),
            config.models().cacheModelsMax(),
            config.models().cacheBytesMax(),
            meters::loaded);
    meters.bind(cache);
    ModelVerifier verifier = new ModelVerifier(cache, local, artifacts);
    return new Parts(
        meters,
        cache,
        verifier,
        new RegistryFollower(config, new Refusals(meters, events)),
        new ModelSelection(config.models(), cache, local, artifacts, verifier, events));
  }

  /** Counts what the follower reads and tells what it skips, up to a bound. */
  private record Refusals(ModelMeters meters, ModelEvents events, AtomicInteger told)
      implements RegistryTopic.Listener {
    /** Whoever floods the registry with junk must not flood the alerts with it. */
    private static final int TOLD_MAX = 100;

    Refusals(ModelMeters meters, ModelEvents events) {
      this(meters, events, new AtomicInteger());
    }

    @Override
    public void taken(RegistryRecord record) {
      meters.recordTaken();
    }

    @Override
    public void refused(RegistryRecord.Refused record, long offset) {
      meters.recordRefused();
      if (told.incrementAndGet() <= TOLD_MAX) {
        events.refused(
            new Rejection(
                record.model(),
                RejectionReason.BAD_REGISTRATION,
                "offset " + offset + " of " + Topics.MODELS.name() + ": " + record.reason()));
      }
    }
  }

  private static List<String> features(ModelSet set) {
    List<String> features = new ArrayList<>();
    for (LoadedModel model : set.models()) {
      features.addAll(ModelVerifier.features(model.manifest()));
    }
    return features;
  }

  private static String noModel(AppConfig config, List<Rejection> rejections) {
    String where =
        Files.isDirectory(config.models().dir())
            ? "models.dir " + config.models().dir() + " holds no usable model"
            : "models.dir "
                + config.models().dir()
                + " is no directory; it must hold <id>/<version>/manifest.json";
    String why =
        rejections.isEmpty()
            ? ""
            : ": "
                + String.join(
                    "; ",
                    rejections.stream()
                        .map(r -> r.model() + " " + r.reason() + ": " + r.message())
                        .toList());
    return where + ", and " + Topics.MODELS.name() + " registers none" + why;
  }

  private void follow(RegistryState state, boolean changed) throws InterruptedException {
    if (changed || (selection.mustRetry() && System.nanoTime() - retryNanos > 0)) {
      retryNanos = System.nanoTime() + RETRY_AFTER.toNanos();
      ModelSet next = selection.next(state);
      if (next != null) {
        current.swap(next);
        meters.swapped();
        LOG.info("Scoring with {}", selection.members());
      }
      selection.settle(state);
    }
    current.sweep();
  }

  /** The set to score with, open until the thread asks again. */
  @Override
  public ModelSet get() {
    return current.get();
  }

  /** The slots of all features, in which the inputs of every model in use have theirs. */
  public FeatureSlots slots() {
    return slots;
  }

  /** The models that are scored with now, to be described and not to be scored with. */
  public List<ModelSet.Member> members() {
    return current.members();
  }

  /** What {@code vfr.models} says, as far as it was read. */
  public List<ModelRegistration> registrations() {
    return follower.state().all().stream().map(RegistryState.Entry::registration).toList();
  }

  /** What the cache did and holds. */
  public CacheStats stats() {
    return cache.stats();
  }

  /** Stops following and closes every model; to be called when no thread scores any more. */
  @Override
  public void close() {
    follower.close();
    current.close();
    cache.close();
  }
}
