package io.vfr.streams.ops;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.WriteBufferManager;

/**
 * One block cache and one write buffer budget over all RocksDB stores of the process; without it
 * every store and partition brings its own and memory grows with their number. Files are merged
 * seldom and many at once: each event writes, but reads are of symbols that the heap does not hold.
 */
public final class BoundedRocksDb implements RocksDBConfigSetter {
  /** Index, filter and data blocks of all stores, plus their write buffers, bytes. */
  static final long CACHE_BYTES = 128L << 20;

  private static final long WRITE_BUFFER_BYTES = 64L << 20;
  private static final long MEMTABLE_BYTES = 4L << 20;

  /**
   * So many sorted runs are there before some are merged. What is merged by 12 comes to the size of
   * 100 write buffers in two steps, by RocksDB's usual 4 in four, and each writes all of it.
   */
  private static final int RUNS = 12;

  /** RocksDB must not slow writers down or stop them while runs wait to be merged. */
  private static final int RUNS_SLOWDOWN = 40;

  private static final int RUNS_STOP = 60;

  /** RocksDB makes 16 for each store that it opens, also where there are no files yet. */
  private static final int FILE_OPENING_THREADS = 2;

  private static final class Shared {
    private static final Cache CACHE = new LRUCache(CACHE_BYTES, -1, false, 0.1);
    private static final WriteBufferManager WRITE_BUFFERS =
        new WriteBufferManager(WRITE_BUFFER_BYTES, CACHE);
  }

  @Override
  public void setConfig(String storeName, Options options, Map<String, Object> configs) {
    BlockBasedTableConfig table = (BlockBasedTableConfig) options.tableFormatConfig();
    table.setBlockCache(Shared.CACHE);
    table.setCacheIndexAndFilterBlocks(true);
    table.setCacheIndexAndFilterBlocksWithHighPriority(true);
    table.setPinTopLevelIndexAndFilter(true);
    options.setWriteBufferManager(Shared.WRITE_BUFFERS);
    options.setWriteBufferSize(MEMTABLE_BYTES);
    options.setMaxWriteBufferNumber(2);
    options.setMaxFileOpeningThreads(FILE_OPENING_THREADS);
    options.setLevel0FileNumCompactionTrigger(RUNS);
    options.setLevel0SlowdownWritesTrigger(RUNS_SLOWDOWN);
    options.setLevel0StopWritesTrigger(RUNS_STOP);
    options.setTableFormatConfig(table);
  }

  @Override
  public void close(String storeName, Options options) {
    // The cache and the write buffers are shared by all stores and live as long as the process.
  }
}
