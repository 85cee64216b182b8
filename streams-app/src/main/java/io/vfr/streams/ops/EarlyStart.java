package io.vfr.streams.ops;

import io.helidon.service.registry.GlobalServiceRegistry;
import io.vfr.models.load.NativeLibraries;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.rocksdb.RocksDB;
import org.rocksdb.util.Environment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an instance needs whatever its configuration says, and what takes a while: begun on a thread
 * of its own while the command line and the configuration are read, which leaves a core idle.
 */
public final class EarlyStart {
  private static final Logger LOG = LoggerFactory.getLogger(EarlyStart.class);

  private static final AtomicBoolean BEGUN = new AtomicBoolean();

  private EarlyStart() {}

  /** Begins, the first time; returns at once. */
  public static void begin() {
    if (!BEGUN.getAndSet(true)) {
      Thread.ofPlatform().daemon().name("early-start").start(EarlyStart::run);
    }
  }

  private static void run() {
    List<Runnable> steps =
        List.of(
            // Where Kafka's clients register themselves.
            ManagementFactory::getPlatformMBeanServer,
            EarlyStart::loadRocksDb,
            // The services of the HTTP server.
            GlobalServiceRegistry::registry);
    for (Runnable step : steps) {
      try {
        step.run();
      } catch (LinkageError | RuntimeException e) {
        // Whoever needs it meets the same, and tells.
        LOG.debug("Not begun early", e);
      }
    }
  }

  /** Unpacked if that was not done ahead of time. */
  private static void loadRocksDb() {
    // The name for which RocksDB.loadLibrary(List) looks.
    NativeLibraries.directoryWith(Environment.getJniLibraryFileName("rocksdbjni"))
        .ifPresentOrElse(dir -> RocksDB.loadLibrary(List.of(dir.toString())), RocksDB::loadLibrary);
  }
}
