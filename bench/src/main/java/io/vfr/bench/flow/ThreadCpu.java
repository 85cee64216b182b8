package io.vfr.bench.flow;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Whose CPU time a process took, by the names that its threads have with Linux: also those of the
 * JVM and of native libraries, of which no management bean tells. Linux keeps the first 15
 * characters of a name.
 */
final class ThreadCpu {
  /** {@code USER_HZ}, the unit of {@code /proc}, which Linux fixes on all that Java runs on. */
  private static final long NANOS_PER_TICK = 10_000_000;

  private static final String OTHERS = "others";

  /** The first that fits counts. */
  private static final Map<String, Predicate<String>> KINDS = new LinkedHashMap<>();

  static {
    // Named after the application, whose id begins so.
    KINDS.put("streams", name -> name.startsWith("bench-"));
    KINDS.put("producers", name -> name.startsWith("kafka-p"));
    KINDS.put("rocksdb", name -> name.startsWith("rocksdb"));
    KINDS.put(
        "compilers", name -> name.startsWith("C1 Compiler") || name.startsWith("C2 Compiler"));
    KINDS.put(
        "collector",
        name ->
            name.startsWith("GC Thread")
                || name.startsWith("G1 ")
                || name.startsWith("ZDriver")
                || name.startsWith("ZWorker")
                || name.equals("VM Thread"));
    KINDS.put(OTHERS, name -> true);
  }

  private ThreadCpu() {}

  /**
   * What one thread has used so far.
   *
   * @param kind one of the kinds
   */
  record Used(String kind, long nanos) {}

  /** What this process's threads have used so far, by their numbers. */
  static Map<String, Used> now() throws IOException {
    return of(ProcessHandle.current().pid());
  }

  /** What a process's threads have used so far, by their numbers; nothing where no one tells. */
  static Map<String, Used> of(long process) throws IOException {
    Map<String, Used> used = new LinkedHashMap<>();
    for (Path thread : ProcessThreads.of(process)) {
      try {
        used.put(thread.toString(), read(Files.readString(thread.resolve("stat"))));
      } catch (IOException e) {
        // It has ended.
      }
    }
    return used;
  }

  /**
   * {@code 17 (G1 Conc#0) S …}: user and system time are the 12th and 13th field behind the name.
   */
  static Used read(String stat) {
    int end = stat.lastIndexOf(')');
    String name = stat.substring(stat.indexOf('(') + 1, end);
    String[] fields = stat.substring(end + 2).split(" ", -1);
    long ticks = Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    String kind =
        KINDS.entrySet().stream()
            .filter(each -> each.getValue().test(name))
            .findFirst()
            .orElseThrow()
            .getKey();
    return new Used(kind, ticks * NANOS_PER_TICK);
  }

  /** What threads that are there at the end have used meanwhile, nanoseconds by kind. */
  static Map<String, Long> difference(Map<String, Used> before, Map<String, Used> after) {
    Map<String, Long> used = new LinkedHashMap<>();
    KINDS.keySet().forEach(kind -> used.put(kind, 0L));
    after.forEach((thread, now) -> {
      Used then = before.get(thread);
      used.merge(now.kind(), now.nanos() - (then == null ? 0 : then.nanos()), Long::sum);
    });
    return used;
  }

  /** The nanoseconds of several, by kind. */
  static Map<String, Long> sum(List<Map<String, Long>> processes) {
    Map<String, Long> all = new LinkedHashMap<>();
    processes.forEach(each -> each.forEach((kind, nanos) -> all.merge(kind, nanos, Long::sum)));
    return all;
  }

  /** {@code streams 21.3, producers 3.1, …}, in whatever unit they are given. */
  static String told(Map<String, Double> used) {
    return used.entrySet().stream()
        .map(each -> String.format(Locale.ROOT, "%s %.1f", each.getKey(), each.getValue()))
        .collect(Collectors.joining(", "));
  }
}
