package io.vfr.bench.flow;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Lets contenders read prices that wait in the topic, exactly once. What is committed is watched
 * from here, for all instances at once, and tells them when each part of the run has ended.
 *
 * @param feed what waits
 * @param instances processes that share the work
 * @param heap most heap of each process
 * @param set further settings of ours
 * @param profiles where the CPU samples of each contender's first instance go; null for none
 */
record ThroughputRun(
    BenchBroker kafka,
    PriceFeed feed,
    int threads,
    int instances,
    String heap,
    List<String> set,
    @Nullable Path profiles) {
  ThroughputRun {
    if (profiles != null && !Files.isDirectory(profiles)) {
      // Or it would be found out when the run is over.
      throw new IllegalArgumentException("--profile: there is no directory " + profiles);
    }
  }

  /** How long nothing may be committed. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final int POLL_MILLIS = 50;

  /**
   * Runs one; the first instance's state stays in {@link #stateDir}.
   *
   * @param more further arguments of {@link ContenderCommand}
   */
  Measured of(Contender contender, String id, List<String> more) throws Exception {
    List<ContenderProcess> processes = new ArrayList<>();
    try {
      for (int instance = 0; instance < instances; instance++) {
        processes.add(start(contender, id, instance, more));
      }
      if (contender.isPlain()) {
        try (CommittedOffsets committed = committed(ContenderCommand.warmUpId(id))) {
          await(committed, feed.records(), processes);
          tell(processes);
        }
      }
      try (CommittedOffsets committed = committed(id)) {
        await(committed, feed.records() * 2 / 3, processes);
        requireShared(contender, committed);
        long first = committed.records();
        long started = System.nanoTime();
        long brokerNanos = -ProcessCpu.ofThis().toNanos();
        tell(processes);
        long last = await(committed, feed.records(), processes);
        double seconds = (System.nanoTime() - started) / 1e9;
        brokerNanos += ProcessCpu.ofThis().toNanos();
        tell(processes);
        if (last == first) {
          throw new IllegalStateException(
              contender.label() + " was done before it could be measured: more days are needed");
        }
        List<Usage> usages = new ArrayList<>();
        for (ContenderProcess process : processes) {
          usages.add(Usage.read(process.result()));
        }
        kafka.requireNoDeadLetters();
        return Measured.of(contender, last - first, seconds, brokerNanos, usages);
      }
    } finally {
      processes.forEach(ContenderProcess::close);
    }
  }

  /** Or what is said of many would be of few. */
  private void requireShared(Contender contender, CommittedOffsets committed)
      throws InterruptedException {
    long sharing = instances > 1 ? committed.sharing() : 1;
    if (sharing < instances) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "only %d of %d processes of %s had something to read when they were to be measured:"
                  + " more days are needed, or fewer processes",
              sharing,
              instances,
              contender.label()));
    }
  }

  private ContenderProcess start(Contender contender, String id, int instance, List<String> more)
      throws IOException {
    List<String> arguments = new ArrayList<>(more);
    if (profiles != null && instance == 0) {
      arguments.addAll(List.of("--profile", profiles.resolve(id + ".jfr").toString()));
    }
    Path stateDir = stateDir(instance == 0 ? id : id + "-" + instance);
    return ContenderProcess.start(contender, settings(id, stateDir), heap, set, arguments);
  }

  private CommittedOffsets committed(String applicationId) {
    return CommittedOffsets.connect(kafka.bootstrapServers(), applicationId);
  }

  private static long await(
      CommittedOffsets committed, long records, List<ContenderProcess> processes)
      throws IOException, InterruptedException {
    long before = -1;
    long since = System.nanoTime();
    while (true) {
      long now = committed.records();
      if (now >= records) {
        return now;
      }
      for (ContenderProcess process : processes) {
        process.checkAlive();
      }
      if (now > before) {
        before = now;
        since = System.nanoTime();
      } else if (System.nanoTime() - since > PATIENCE.toNanos()) {
        throw new IllegalStateException(
            now + " of " + records + " records are committed, and none for " + PATIENCE);
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  private static void tell(List<ContenderProcess> processes) throws IOException {
    for (ContenderProcess process : processes) {
      process.tell();
    }
  }

  Path stateDir(String id) {
    return kafka.directory().resolve(id);
  }

  Settings settings(String id, Path stateDir) {
    return new Settings(
        kafka.bootstrapServers(), id, stateDir, threads, true, Settings.COMMIT_INTERVAL);
  }
}
