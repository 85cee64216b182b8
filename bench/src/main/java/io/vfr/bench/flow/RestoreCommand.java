package io.vfr.bench.flow;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code vfr bench restore}. */
@Command(
    name = "restore",
    mixinStandardHelpOptions = true,
    description = {
      "Time to RUNNING of an instance that has its state, and of one that must restore it from Kafka.",
      "Ours, with the XGBoost model; both start a JVM, and are told apart by nothing else."
    })
final class RestoreCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--symbols",
      paramLabel = "N",
      description = "Symbols. Default: ${DEFAULT-VALUE}.")
  private int symbols = 1000;

  @Option(
      names = "--days",
      paramLabel = "N",
      description = "Daily bars of each symbol. Default: ${DEFAULT-VALUE}.")
  private int days = 400;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Stream threads. Default: ${DEFAULT-VALUE}.")
  private int threads = 2;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    PriceFeed feed = new PriceFeed(symbols, days, 1);
    try (BenchBroker kafka = BenchBroker.start()) {
      feed.send(kafka.bootstrapServers());
      ThroughputRun runs =
          new ThroughputRun(kafka, feed, threads, 1, ContenderProcess.HEAP, List.of(), null);
      String id = "bench-restore";
      runs.of(Contender.VFR_TREES, id, List.of());
      double kept = secondsToRunning(runs, id, runs.stateDir(id));
      double restored = secondsToRunning(runs, id, runs.stateDir(id + "-anew"));
      print(feed, kept, restored);
    }
    return 0;
  }

  private static double secondsToRunning(ThroughputRun runs, String id, Path stateDir)
      throws IOException, InterruptedException {
    try (ContenderProcess process =
        ContenderProcess.start(
            Contender.VFR_TREES,
            runs.settings(id, stateDir),
            ContenderProcess.HEAP,
            List.of(),
            List.of("--until-running"))) {
      return Double.parseDouble(process.result());
    }
  }

  private void print(PriceFeed feed, double kept, double restored) throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      Map<String, Object> line = new LinkedHashMap<>();
      line.put("symbols", symbols);
      line.put("bars", feed.records());
      line.put("secondsWithState", kept);
      line.put("secondsRestored", restored);
      line.put("restoredOfWithState", restored / kept);
      out.println(new ObjectMapper().writeValueAsString(line));
    } else {
      out.printf(
          Locale.ROOT,
          "%,d symbols of %d bars, %d threads: RUNNING after %.2f s with its state, %.2f s"
              + " restored, %.2f times as long%n",
          symbols,
          days,
          threads,
          kept,
          restored,
          restored / kept);
    }
    out.flush();
  }
}
