package io.vfr.models.registry;

import io.vfr.models.load.LoadedModel;
import io.vfr.models.load.ModelLoader;
import io.vfr.models.load.ModelRejectedException;
import io.vfr.models.load.RejectionReason;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * The models in memory, least recently used first out, bounded in number and bytes. Loading runs on
 * the cache's own thread, so a stream thread never waits for one. An evicted model stays usable for
 * those who hold it. Thread-safe.
 */
public final class ModelCache implements AutoCloseable {
  private final ModelLoader loader;
  private final int modelsMax;
  private final long bytesMax;
  private final ExecutorService loading;

  // Guarded by this. In access order; entries without a model are being loaded.
  private final LinkedHashMap<String, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
  private boolean closed;
  private int models;
  private long bytes;
  private long hits;
  private long misses;
  private long loads;
  private long failures;
  private long evictions;

  /**
   * Creates an empty cache.
   *
   * @param modelsMax most models in memory, at least 1
   * @param bytesMax most bytes that they may take together; a larger model is refused
   */
  public ModelCache(ModelLoader loader, int modelsMax, long bytesMax) {
    if (modelsMax < 1 || bytesMax < 1) {
      throw new IllegalArgumentException(
          "modelsMax " + modelsMax + " and bytesMax " + bytesMax + " must be at least 1");
    }
    this.loader = loader;
    this.modelsMax = modelsMax;
    this.bytesMax = bytesMax;
    loading =
        Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("model-loader").daemon().factory());
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
      Entry entry = entries.get(directory.key());
      if (entry == null) {
        misses++;
        Entry added = new Entry();
        added.waiters.add(result);
        entries.put(directory.key(), added);
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

  private void load(ModelDirectory directory, Entry entry) {
    LoadedModel model;
    try {
      model = ModelRegistry.load(loader, directory);
      if (model.memoryBytes() > bytesMax) {
        long size = model.memoryBytes();
        model.close();
        throw new ModelRejectedException(
            RejectionReason.TOO_LARGE,
            directory.key() + " takes " + size + " bytes; the cache holds at most " + bytesMax);
      }
    } catch (ModelRejectedException | RuntimeException | Error e) {
      refuse(directory, entry, e);
      return;
    }
    Map<CompletableFuture<LoadedModel>, LoadedModel> shares = new LinkedHashMap<>();
    synchronized (this) {
      if (!closed) {
        entry.model = model;
        loads++;
        models++;
        bytes += model.memoryBytes();
        for (CompletableFuture<LoadedModel> waiter : entry.waiters) {
          shares.put(waiter, model.share());
        }
        entry.waiters.clear();
        evictOthers(entry);
      }
    }
    if (entry.model == null) {
      model.close();
      refuse(directory, entry, new IllegalStateException("the model cache is closed"));
    }
    // Outside the lock: a waiter's own code runs here.
    shares.forEach((waiter, share) -> {
      if (!waiter.complete(share)) {
        share.close();
      }
    });
  }

  private void refuse(ModelDirectory directory, Entry entry, Throwable problem) {
    List<CompletableFuture<LoadedModel>> waiters;
    synchronized (this) {
      failures++;
      entries.remove(directory.key(), entry);
      waiters = List.copyOf(entry.waiters);
      entry.waiters.clear();
    }
    waiters.forEach(waiter -> waiter.completeExceptionally(problem));
  }

  /** Drops the least recently used models until the bounds hold; never the one just loaded. */
  private void evictOthers(Entry kept) {
    Iterator<Entry> eldestFirst = entries.values().iterator();
    while ((models > modelsMax || bytes > bytesMax) && eldestFirst.hasNext()) {
      Entry entry = eldestFirst.next();
      if (entry != kept && entry.model != null) {
        eldestFirst.remove();
        drop(entry.model);
        evictions++;
      }
    }
  }

  private void drop(LoadedModel model) {
    models--;
    bytes -= model.memoryBytes();
    model.close();
  }

  /** What the cache did and holds. */
  public synchronized CacheStats stats() {
    return new CacheStats(hits, misses, loads, failures, evictions, models, bytes);
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

  private static final class Entry {
    private @Nullable LoadedModel model;
    private final List<CompletableFuture<LoadedModel>> waiters = new ArrayList<>();
  }
}
