package io.vfr.bench.flow;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vfr.schemas.Topics;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code vfr bench http}. */
@Command(
    name = "http",
    mixinStandardHelpOptions = true,
    description = {
      "Time of a request for the predictions of 25 random symbols, while prices come at",
      "a fixed rate: GET /v1/predictions?symbols=... of ours, exactly once, in a process",
      "of its own. One client over one connection, the next request when the answer is",
      "there and checked; by turns with /health/live, which takes what HTTP and the",
      "client take. Broker, sender and client are in this process. Ratios within a run",
      "tell, times do not."
    })
final class HttpCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private FlowOptions options = new FlowOptions();

  @Option(
      names = "--contender",
      paramLabel = "NAME",
      converter = Contender.Converter.class,
      description = "vfr-trees or vfr-all. Default: vfr-all.")
  private Contender contender = Contender.VFR_ALL;

  @Option(
      names = "--symbols",
      paramLabel = "N",
      description = "Symbols, of 260 bars each before it begins. Default: ${DEFAULT-VALUE}.")
  private int symbols = 1000;

  @Option(
      names = "--rate",
      paramLabel = "N",
      description = "Prices a second beside the requests. Default: ${DEFAULT-VALUE}.")
  private int rate = 400;

  @Option(
      names = "--warm-up",
      paramLabel = "N",
      description = {
        "Requests of each kind before they are measured: some 40 seconds,",
        "in which compilers are done. Default: ${DEFAULT-VALUE}."
      })
  private int warmUp = 30_000;

  @Option(
      names = "--requests",
      paramLabel = "N",
      description = "Requests of each kind that are measured. Default: ${DEFAULT-VALUE}.")
  private int requests = 10_000;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Stream threads. Default: ${DEFAULT-VALUE}.")
  private int threads = 2;

  /** What was measured, and how many prices came beside it. */
  private record Run(
      Latencies predictions,
      long predictionBytes,
      Latencies health,
      long healthBytes,
      double pricesPerSecond) {
    double ofHealth() {
      return predictions.p99Millis() / health.p99Millis();
    }
  }

  @Override
  public Integer call() throws Exception {
    check();
    Run run;
    try (BenchBroker kafka = BenchBroker.start()) {
      String id = "bench-http";
      Settings settings =
          new Settings(
              kafka.bootstrapServers(),
              id,
              kafka.directory().resolve(id),
              threads,
              true,
              Settings.COMMIT_INTERVAL);
      try (ContenderProcess process =
              ContenderProcess.start(
                  contender, settings, ContenderProcess.HEAP, options.set(), List.of("--serve"));
          LatencyProbe prices =
              new LatencyProbe(
                  kafka.bootstrapServers(),
                  Topics.PREDICTIONS.name(),
                  true,
                  0,
                  new PriceFeed.Walk(symbols, 1),
                  SlowRecords.none())) {
        HttpProbe http = new HttpProbe(process.httpPort(), symbols);
        spec.commandLine().getErr().println("sending history of " + symbols + " symbols");
        prices.send((long) symbols * LatencyCommand.HISTORY_DAYS);
        prices.awaitAll(process);
        run = ask(http, prices);
        prices.awaitAll(process);
      }
      kafka.requireNoDeadLetters();
    }
    print(run);
    return 0;
  }

  private void check() {
    if (!contender.isOurs()) {
      throw new ParameterException(
          spec.commandLine(), "--contender must be vfr-trees or vfr-all, got " + contender.label());
    }
    if (symbols < HttpProbe.ASKED) {
      throw new ParameterException(
          spec.commandLine(),
          "--symbols must be at least " + HttpProbe.ASKED + ", as many as are asked for");
    }
    if (rate < 1 || warmUp < 0 || requests < 1 || threads < 1) {
      throw new ParameterException(
          spec.commandLine(), "--rate, --requests and --threads must be positive");
    }
  }

  /** Prices come from another thread until the last answer is there. */
  private Run ask(HttpProbe http, LatencyProbe prices) throws Exception {
    AtomicBoolean asked = new AtomicBoolean();
    try (ExecutorService sender = Executors.newSingleThreadExecutor()) {
      long started = System.nanoTime();
      Future<Long> sent = sender.submit(() -> prices.pace(rate, asked::get));
      try {
        http.ask(warmUp);
        http.ask(requests);
      } finally {
        asked.set(true);
      }
      long count = sent.get();
      double seconds = (System.nanoTime() - started) / 1e9;
      return new Run(
          Latencies.of(http.predictions()),
          http.predictionBytes(),
          Latencies.of(http.health()),
          http.healthBytes(),
          count / seconds);
    }
  }

  private void print(Run run) throws JsonProcessingException {
    PrintWriter out = spec.commandLine().getOut();
    if (options.json()) {
      ObjectMapper mapper = new ObjectMapper();
      ObjectNode predictions = mapper.valueToTree(run.predictions());
      predictions.put("bytes", run.predictionBytes()).put("p99OfHealth", run.ofHealth());
      ObjectNode health = mapper.valueToTree(run.health());
      health.put("bytes", run.healthBytes());
      ObjectNode all = mapper.createObjectNode();
      all.put("contender", contender.label()).put("pricesPerSecond", run.pricesPerSecond());
      all.set("predictions", predictions);
      all.set("health", health);
      out.println(mapper.writeValueAsString(all));
    } else {
      out.printf(
          Locale.ROOT,
          "%s, %,d symbols, %,.0f prices a second, %d threads; %,d requests of each kind after %,d%s%n",
          contender.label(),
          symbols,
          run.pricesPerSecond(),
          threads,
          requests,
          warmUp,
          options.heading());
      out.printf(
          "%-14s %7s %7s %7s %7s %7s %8s%n",
          "milliseconds", "mean", "p50", "p95", "p99", "max", "bytes");
      print(out, HttpProbe.ASKED + " symbols", run.predictions(), run.predictionBytes());
      print(out, HttpProbe.HEALTH, run.health(), run.healthBytes());
      out.printf(
          Locale.ROOT,
          "the 99th percentile is %.1f times that of %s%n",
          run.ofHealth(),
          HttpProbe.HEALTH);
    }
    out.flush();
  }

  private static void print(PrintWriter out, String what, Latencies line, long bytes) {
    out.printf(
        Locale.ROOT,
        "%-14s %7.2f %7.2f %7.2f %7.2f %7.2f %,8d%n",
        what,
        line.meanMillis(),
        line.p50Millis(),
        line.p95Millis(),
        line.p99Millis(),
        line.maxMillis(),
        bytes);
  }
}
