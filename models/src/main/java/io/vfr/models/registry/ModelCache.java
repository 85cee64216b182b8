package io.vfr.models.registry;

import io.vfr.models.load.LoadedModel;
import io.vfr.models.load.ModelLoader;
import io.vfr.models.load.ModelRejectedException;
import io.vfr.models.load.RejectionReason;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The models in memory, least recently used first out, bounded in number and bytes. Loading runs on
 * the cache's own threads, so a stream thread never waits for one. An evicted model stays usable
 * for those who hold it, and counts until they let it go. Thread-safe.
 *
 * <p>Models that are kept are never evicted: those that are scored with, and while one set takes
 * the place of another those of both. A model that does not fit beside them is refused, so that
 * memory is bounded also then.
 */
public final class ModelCache implements AutoCloseable {
  /** How many models are remembered as having been in memory. */
  private static final int SEEN_MAX = 1024;

  private final ModelLoader loader;
  private final int modelsMax;
  private final long bytesMax;

  /** Models that are loaded at a time: most of a load is one thread's work. */
  private static final int LOADERS = 2;

  private final Consumer<Duration> loadTimes;
  private final ExecutorService loading;

  // Guarded by this. In access order; entries without a model are being loaded.
  private final LinkedHashMap<Path, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
  private final Set<Path> kept = new HashSet<>();
  private final Set<Path> seen = new LinkedHashSet<>();
  private CompletableFuture<?> lastTurn = CompletableFuture.completedFuture(null);
  private boolean closed;
  private int cached;
  private long cachedBytes;
  private int live;
  private long liveBytes;
  private long hits;
  private long misses;
  private long reloads;
  private long loads;
  private long failures;
  private long evictions;
  private long freed;

  /**
   * Creates an empty cache.
   *
   * @param modelsMax most models that the cache holds, at least 1
   * @param bytesMax most bytes that they may take together; a model that does not fit beside those
   *     that are kept is refused
   */
  public ModelCache(ModelLoader loader, int modelsMax, long bytesMax) {
    this(loader, modelsMax, bytesMax, time -> {});
  }

  /**
   * The same, telling how long each load took, a refused one included.
   *
   * @param loadTimes called on the loading thread
   */
  public ModelCache(
      ModelLoader loader, int modelsMax, long bytesMax, Consumer<Duration> loadTimes) {
    if (modelsMax < 1 || bytesMax < 1) {
      throw new IllegalArgumentException(
          "modelsMax " + modelsMax + " and bytesMax " + bytesMax + " must be at least 1");
    }
    this.loader = loader;
    this.modelsMax = modelsMax;
    this.bytesMax = bytesMax;
    this.loadTimes = loadTimes;
    loading =
        Executors.newFixedThreadPool(
            LOADERS, Thread.ofPlatform().name("model-loader-", 0).daemon().factory());
  }

  /**
   * The model of a directory, loaded if it is not in memory. Requests for a model that is being
   * loaded wait for the same load; a refused model is tried again by the next request.
   *
   * @return a handle of its own, which the caller closes; fails with {@link ModelRejectedException}
   */
  public CompletableFuture<LoadedModel> get(ModelDirectory directory) {
    CompletableFuture<LoadedModel> result = new CompletableFuture<>();
    synchronized (this) {
      if (closed) {
        throw new IllegalStateException("the model cache is closed");
      }
      Entry entry = entries.get(directory.path());
      if (entry == null) {
        misses++;
        reloads += seen.contains(directory.path()) ? 1 : 0;
        Entry added = new Entry(lastTurn);
        lastTurn = added.done;
        added.waiters.add(result);
        entries.put(directory.path(), added);
        loading.execute(() -> load(directory, added));
        return result;
      }
      hits++;
      if (entry.model == null) {
        entry.waiters.add(result);
        return result;
      }
      result.complete(entry.model.share());
    }
    return result;
  }

  /** Keeps the model of a directory beside those that are kept already, loaded or not. */
  public synchronized void keepAlso(Path directory) {
    kept.add(directory);
  }

  /** Keeps these models and no others, and evicts what is beyond the bounds. */
  public synchronized void keepOnly(Collection<Path> directories) {
    kept.clear();
    kept.addAll(directories);
    evict(null);
  }

  private void load(ModelDirectory directory, Entry entry) {
    Map<CompletableFuture<LoadedModel>, LoadedModel> shares;
    try {
      LoadedModel model = loadTimed(directory);
      try {
        // Which of two models fits must not depend on which was read faster.
        entry.turn.join();
        shares = admitted(directory, entry, model);
      } catch (ModelRejectedException | RuntimeException e) {
        model.close();
        throw e;
      }
    } catch (ModelRejectedException | RuntimeException | Error e) {
      refuse(directory, entry, e);
      return;
    } finally {
      entry.done.complete(null);
    }
    // Outside the lock: a waiter's own code runs here.
    shares.forEach((waiter, share) -> {
      if (!waiter.complete(share)) {
        share.close();
      }
    });
  }

  private LoadedModel loadTimed(ModelDirectory directory) throws ModelRejectedException {
    long started = System.nanoTime();
    try {
      return ModelRegistry.load(loader, directory);
    } finally {
      loadTimes.accept(Duration.ofNanos(System.nanoTime() - started));
    }
  }

  /** Takes a model in, if it fits, and gives everyone who waits for it a share. */
  private synchronized Map<CompletableFuture<LoadedModel>, LoadedModel> admitted(
      ModelDirectory directory, Entry entry, LoadedModel model) throws ModelRejectedException {
    if (closed) {
      throw new IllegalStateException("the model cache is closed");
    }
    requireRoom(directory, model);
    admit(directory, entry, model);
    Map<CompletableFuture<LoadedModel>, LoadedModel> shares = new LinkedHashMap<>();
    for (CompletableFuture<LoadedModel> waiter : entry.waiters) {
      shares.put(waiter, model.share());
    }
    entry.waiters.clear();
    evict(entry);
    return shares;
  }

  /** Refuses a model that does not fit beside the models that are kept. */
  private void requireRoom(ModelDirectory directory, LoadedModel model)
      throws ModelRejectedException {
    long taken = 0;
    for (Path path : kept) {
      Entry entry = entries.get(path);
      if (entry != null && entry.model != null) {
        taken += entry.model.memoryBytes();
      }
    }
    long size = model.memoryBytes();
    if (taken + size > bytesMax) {
      throw new ModelRejectedException(
          RejectionReason.TOO_LARGE,
          directory.key()
              + " takes "
              + size
              + " bytes beside "
              + taken
              + " of models in use; the cache holds at most "
              + bytesMax);
    }
  }

  private void admit(ModelDirectory directory, Entry entry, LoadedModel model) {
    long size = model.memoryBytes();
    model.onFreed(() -> freed(size));
    entry.model = model;
    loads++;
    cached++;
    cachedBytes += size;
    live++;
    liveBytes += size;
    seen.add(directory.path());
    if (seen.size() > SEEN_MAX) {
      seen.remove(seen.iterator().next());
    }
  }

  private synchronized void freed(long size) {
    freed++;
    live--;
    liveBytes -= size;
  }

  private void refuse(ModelDirectory directory, Entry entry, Throwable problem) {
    List<CompletableFuture<LoadedModel>> waiters;
    synchronized (this) {
      failures++;
      entries.remove(directory.path(), entry);
      waiters = List.copyOf(entry.waiters);
      entry.waiters.clear();
    }
    waiters.forEach(waiter -> waiter.completeExceptionally(problem));
  }

  /** Lets the least recently used models go until the bounds hold. */
  private void evict(@Nullable Entry justLoaded) {
    Iterator<Map.Entry<Path, Entry>> eldestFirst = entries.entrySet().iterator();
    while ((cached > modelsMax || cachedBytes > bytesMax) && eldestFirst.hasNext()) {
      Map.Entry<Path, Entry> eldest = eldestFirst.next();
      LoadedModel model = eldest.getValue().model;
      if (model != null && eldest.getValue() != justLoaded && !kept.contains(eldest.getKey())) {
        eldestFirst.remove();
        drop(model);
        evictions++;
      }
    }
  }

  private void drop(LoadedModel model) {
    cached--;
    cachedBytes -= model.memoryBytes();
    model.close();
  }

  /** What the cache did and holds. */
  public synchronized CacheStats stats() {
    return new CacheStats(
        hits, misses, reloads, loads, failures, evictions, freed, live, liveBytes);
  }

  /** Drops every model and stops loading; handles that were given out stay usable. */
  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      for (Entry entry : entries.values()) {
        if (entry.model != null) {
          drop(entry.model);
        }
      }
      entries.clear();
    }
    loading.shutdown();
  }

  /** Waits, once it is closed, until nothing is being loaded; false if the time is up first. */
  public boolean awaitLoads(Duration timeout) {
    try {
      return loading.awaitTermination(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static final class Entry {
    /** Ends when the model that was asked for before this one is admitted or refused. */
    private final CompletableFuture<?> turn;

    private final CompletableFuture<?> done = new CompletableFuture<>();
    private @Nullable LoadedModel model;
    private final List<CompletableFuture<LoadedModel>> waiters = new ArrayList<>();

    Entry(CompletableFuture<?> turn) {
      this.turn = turn;
    }
  }
}
