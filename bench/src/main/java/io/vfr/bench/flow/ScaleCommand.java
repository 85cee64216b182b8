package io.vfr.bench.flow;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code vfr bench scale}. */
@Command(
    name = "scale",
    mixinStandardHelpOptions = true,
    description = {
      "What an event costs, and how much memory is resident, as symbols grow: ours, exactly once.",
      "RSS is what is resident at the end, when the last bar is committed and the process has done",
      "nothing but such events for the whole run; peak is the most since it began.",
      "Each number of symbols has a broker and a process of its own. Bars come day by day, so that",
      "every event is of another symbol than the one before."
    })
final class ScaleCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private FlowOptions options = new FlowOptions();

  @Option(
      names = "--symbols",
      paramLabel = "N",
      split = ",",
      description = "Numbers of symbols, the first is the reference. Default: ${DEFAULT-VALUE}.")
  private List<Integer> symbols = List.of(100, 1_000, 10_000, 100_000);

  @Option(
      names = "--records",
      paramLabel = "N",
      description = {
        "Bars of all symbols together, where they have enough days for it; the last third is",
        "measured. Default: ${DEFAULT-VALUE}."
      })
  private long records = 1_500_000;

  @Option(
      names = "--days-min",
      paramLabel = "N",
      description = "Days of each symbol at least; from 260 on all is known. Default: 260.")
  private int daysMin = 260;

  @Option(
      names = "--contender",
      paramLabel = "NAME",
      converter = Contender.Converter.class,
      description = "vfr-trees or vfr-all. Default: vfr-trees.")
  private Contender contender = Contender.VFR_TREES;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Stream threads. Default: ${DEFAULT-VALUE}.")
  private int threads = 2;

  @Option(
      names = "--heap",
      paramLabel = "SIZE",
      description = "Most heap, as -Xmx takes it: what is resident follows it. Default: 2g.")
  private String heap = ContenderProcess.HEAP;

  @Option(
      names = "--profile",
      paramLabel = "DIR",
      description = {
        "Directory for a JFR recording of each run's measured part, with a CPU sample every 10 ms and",
        "100 samples of allocations a second:",
        "bench-scale-<symbols>.jfr. It exists already."
      })
  private @Nullable Path profiles;

  @Override
  public Integer call() throws Exception {
    if (!contender.isOurs()) {
      throw new ParameterException(
          spec.commandLine(), "--contender must be vfr-trees or vfr-all, got " + contender.label());
    }
    if (!heap.matches("[1-9][0-9]*[kmgKMG]")) {
      throw new ParameterException(
          spec.commandLine(), "--heap must be a size as 448m or 2g, got '" + heap + "'");
    }
    if (symbols.stream().anyMatch(count -> count < 1)) {
      throw new ParameterException(
          spec.commandLine(), "--symbols must be positive numbers, got " + symbols);
    }
    int daysMax = PriceFeed.daysMax(InstantSource.system());
    Map<Integer, Measured> results = new LinkedHashMap<>();
    for (int count : symbols) {
      int days = (int) Math.min(daysMax, Math.max(daysMin, records / count));
      PriceFeed feed = new PriceFeed(count, days, 1);
      try (BenchBroker kafka = BenchBroker.start()) {
        feed.send(kafka.bootstrapServers());
        Measured measured =
            new ThroughputRun(kafka, feed, threads, 1, heap, options.set(), profiles)
                .of(contender, "bench-scale-" + count, List.of());
        results.put(count, measured);
        spec.commandLine()
            .getErr()
            .printf(
                Locale.ROOT,
                "%,9d symbols, %,6d days: %,8.0f records/s%n",
                count,
                days,
                measured.recordsPerSecond());
      }
    }
    print(results);
    return 0;
  }

  private void print(Map<Integer, Measured> results) throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    double first = results.values().iterator().next().cpuMicros();
    if (options.json()) {
      Map<String, Object> lines = new LinkedHashMap<>();
      results.forEach((count, run) ->
          lines.put(count.toString(), Map.of("run", run, "cpuOfFirst", run.cpuMicros() / first)));
      out.println(new ObjectMapper().writeValueAsString(lines));
    } else {
      out.printf(
          Locale.ROOT,
          "%s, %d threads, heap of at most %s%s%n",
          contender.label(),
          threads,
          heap,
          options.heading());
      out.printf(
          "%-10s %10s %8s %9s %8s %8s%n",
          "symbols", "records/s", "CPU µs", "of first", "RSS MiB", "peak MiB");
      results.forEach((count, run) ->
          out.printf(
              Locale.ROOT,
              "%,-10d %,10.0f %8.1f %9.2f %8d %8d%n",
              count,
              run.recordsPerSecond(),
              run.cpuMicros(),
              run.cpuMicros() / first,
              run.residentMegabytes(),
              run.residentPeakMegabytes()));
      out.println("CPU µs by thread:");
      results.forEach((count, run) ->
          out.printf(Locale.ROOT, "%,-10d %s%n", count, ThreadCpu.told(run.threadMicros())));
    }
    out.flush();
  }
}
