package io.vfr.chaos.failures;

import io.vfr.chaos.harness.Instance;
import io.vfr.chaos.harness.MemorySampler;
import io.vfr.chaos.harness.ProcessFigures;
import io.vfr.chaos.harness.Series;
import java.io.IOException;
import java.util.Map;

/**
 * What one instance takes of its machine over time: resident memory, memory of RocksDB, heap that
 * outlived a collection, threads, open files. Not thread-safe.
 */
final class SoakProbe implements AutoCloseable {
  /** RocksDB's memory is in one cache, write buffers and indexes too, and each store tells it. */
  private static final String ROCKSDB = "kafka_stream_state_block_cache_usage";

  private static final String LIVE_HEAP = "jvm_gc_live_data_size_bytes";

  private final Instance instance;
  private final MemorySampler resident;
  private final Series rocksDb = new Series();
  private final Series liveHeap = new Series();
  private final Series threads = new Series();
  private final Series openFiles = new Series();

  /** Starts to look at an instance's memory; the rest is looked at when it is asked for. */
  SoakProbe(Instance instance) {
    this.instance = instance;
    resident = new MemorySampler(instance.pid());
  }

  /** Looks at what the kernel tells. */
  void look() {
    ProcessFigures.threads(instance.pid()).ifPresent(threads::add);
    ProcessFigures.openFiles(instance.pid()).ifPresent(openFiles::add);
  }

  /** Looks at what the instance tells of itself, which costs it more. */
  void lookInside() throws IOException, InterruptedException {
    Map<String, Double> metrics = instance.metrics();
    rocksDb.add(greatest(metrics, ROCKSDB));
    liveHeap.add(greatest(metrics, LIVE_HEAP));
  }

  private static long greatest(Map<String, Double> metrics, String name) {
    return (long)
        metrics.entrySet().stream()
            .filter(each -> each.getKey().equals(name) || each.getKey().startsWith(name + "{"))
            .mapToDouble(Map.Entry::getValue)
            .max()
            .orElse(0);
  }

  /** Resident memory, bytes. */
  Series resident() {
    return resident.series();
  }

  /** Memory of RocksDB, bytes. */
  Series rocksDb() {
    return rocksDb;
  }

  /** Heap in use after the last full collection, bytes; 0 before the first. */
  Series liveHeap() {
    return liveHeap;
  }

  Series threads() {
    return threads;
  }

  Series openFiles() {
    return openFiles;
  }

  @Override
  public void close() {
    resident.close();
  }
}
