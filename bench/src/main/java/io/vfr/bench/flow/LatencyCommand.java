package io.vfr.bench.flow;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vfr.schemas.Topics;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code vfr bench latency}. */
@Command(
    name = "latency",
    mixinStandardHelpOptions = true,
    description = {
      "Time from when a price was due to be sent until a consumer has what it gave.",
      "Prices come at a fixed rate, whether the flow keeps up or not. Each contender runs in a",
      "process of its own, one after the other, all over one broker in this process. Ratios",
      "within a run tell, times do not. VFR_JAVA_OPTS is for the contenders' JVMs as well."
    })
final class LatencyCommand implements Callable<Integer> {
  /** Bars of history of each symbol: all features are there. */
  static final int HISTORY_DAYS = 260;

  private static final List<Contender> ORDER =
      List.of(
          Contender.PASS_THROUGH,
          Contender.ONE_DAY,
          Contender.VFR_TREES,
          Contender.VFR_ALL,
          // These write what ours wrote.
          Contender.PARSE_AND_WRITE,
          Contender.SAME_RECORDS);

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private FlowOptions options = new FlowOptions();

  @Option(
      names = "--rate",
      paramLabel = "N",
      description = "Prices a second. Default: ${DEFAULT-VALUE}.")
  private int rate = 10_000;

  @Option(
      names = "--mode",
      paramLabel = "MODE",
      description = {
        "exactly-once, read committed, or at-least-once, read as soon as it is there.",
        "Default: ${DEFAULT-VALUE}."
      })
  private String mode = "at-least-once";

  @Option(
      names = "--commit-interval",
      paramLabel = "MILLIS",
      description = "Default: 20 under exactly-once, 1000 under at-least-once.")
  private int commitMillis;

  @Option(
      names = "--linger",
      paramLabel = "MILLIS",
      description = {
        "For how long who sends the prices may wait for more of a partition. Contenders linger as",
        "ours is set to. Default: ${DEFAULT-VALUE}."
      })
  private int linger;

  @Option(
      names = "--symbols",
      paramLabel = "N",
      description = "Symbols. Default: ${DEFAULT-VALUE}.")
  private int symbols = 1000;

  @Option(
      names = "--warm-up",
      paramLabel = "SECONDS",
      description = "Seconds at the rate before it is measured. Default: ${DEFAULT-VALUE}.")
  private int warmUp = 40;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "Seconds that are measured. Default: ${DEFAULT-VALUE}.")
  private int seconds = 30;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description =
          "Rounds over all contenders; their records are put together. Default: ${DEFAULT-VALUE}.")
  private int rounds = 1;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Stream threads of each contender. Default: ${DEFAULT-VALUE}.")
  private int threads = 1;

  @Option(
      names = "--compute",
      paramLabel = "MICROS",
      description = {
        "For how long parse-and-write and same-records compute for each price, in place of state and",
        "models: what any flow would take that needs a core for so long. Default: ${DEFAULT-VALUE}."
      })
  private int computeMicros;

  @Option(
      names = "--slow",
      paramLabel = "FILE",
      description = {
        "CSV that gets the records slower than --slow-millis: when they were due, when ours made",
        "the prediction, and when it was read; epoch milliseconds. It does not exist yet."
      })
  private @Nullable Path slowFile;

  @Option(names = "--slow-millis", paramLabel = "N", description = "Default: ${DEFAULT-VALUE}.")
  private int slowMillis = 20;

  @Option(
      names = "--profile",
      paramLabel = "DIR",
      description = {
        "Directory for a JFR recording of each run's measured part, with a CPU sample every 10 ms and",
        "100 samples of allocations a second: bench-<contender>-<round>.jfr. It exists already."
      })
  private @Nullable Path profiles;

  @Option(
      names = "--contenders",
      paramLabel = "NAME",
      split = ",",
      converter = Contender.Converter.class,
      description = {
        "Which of pass-through, one-day, vfr-trees, vfr-all, parse-and-write and same-records.",
        "Default: all. The last two need one of ours, whose records they write: those of the last.",
      })
  private List<Contender> chosen = ORDER;

  @Override
  public Integer call() throws Exception {
    check();
    Map<Contender, LatencyRounds> results = new EnumMap<>(Contender.class);
    PriceFeed.Walk walk = new PriceFeed.Walk(symbols, 1);
    try (BenchBroker kafka = BenchBroker.start()) {
      for (int round = 1; round <= rounds; round++) {
        for (Contender contender : ORDER) {
          if (!chosen.contains(contender)) {
            continue;
          }
          LatencyRounds rounds = results.computeIfAbsent(contender, key -> new LatencyRounds());
          Histogram measured = run(kafka, walk, contender, round, rounds);
          kafka.requireNoDeadLetters();
          err()
              .printf(
                  Locale.ROOT,
                  "round %d  %-16s p99 %.1f ms%n",
                  round,
                  contender.label(),
                  measured.getValueAtPercentile(99) / 1e3);
        }
      }
    }
    print(results);
    return 0;
  }

  private void check() {
    if (!List.of("exactly-once", "at-least-once").contains(mode)) {
      throw new ParameterException(
          spec.commandLine(), "--mode must be exactly-once or at-least-once, got '" + mode + "'");
    }
    for (Contender contender : chosen) {
      if (!ORDER.contains(contender)) {
        throw new ParameterException(
            spec.commandLine(), "--contenders: latency is not measured of " + contender.label());
      }
    }
    Contender.requireOursToWriteAgain(chosen, spec.commandLine());
    if (slowFile != null && Files.exists(slowFile)) {
      throw new ParameterException(
          spec.commandLine(), "--slow: there is a file " + slowFile + " already");
    }
    Path parent = slowFile == null ? null : slowFile.toAbsolutePath().getParent();
    if (parent != null && !Files.isDirectory(parent)) {
      throw new ParameterException(
          spec.commandLine(), "--slow: there is no directory for " + slowFile);
    }
    if (profiles != null && !Files.isDirectory(profiles)) {
      throw new ParameterException(
          spec.commandLine(), "--profile: there is no directory " + profiles);
    }
    if (computeMicros < 0 || computeMicros > 1000) {
      throw new ParameterException(
          spec.commandLine(), "--compute must be 0..1000 microseconds, got " + computeMicros);
    }
    if (linger < 0 || linger > 1000) {
      throw new ParameterException(
          spec.commandLine(), "--linger must be 0..1000 milliseconds, got " + linger);
    }
    if (rate < 1 || warmUp < 0 || seconds < 1 || rounds < 1 || symbols < 1 || threads < 1) {
      throw new ParameterException(
          spec.commandLine(),
          "--rate, --seconds, --rounds, --symbols and --threads must be positive");
    }
  }

  private Histogram run(
      BenchBroker kafka, PriceFeed.Walk walk, Contender contender, int round, LatencyRounds rounds)
      throws Exception {
    String id = "bench-" + contender.label() + "-" + round;
    Path state = kafka.directory().resolve(id);
    boolean exactlyOnce = mode.equals("exactly-once");
    int interval = commitMillis > 0 ? commitMillis : exactlyOnce ? 20 : 1000;
    Settings settings =
        new Settings(
            kafka.bootstrapServers(), id, state, threads, exactlyOnce, Duration.ofMillis(interval));
    kafka.startAtTheEnd(id);
    String output = contender.isOurs() ? Topics.PREDICTIONS.name() : PlainFlow.OUTPUT_TOPIC;
    SlowRecords slow = slowFile == null ? SlowRecords.none() : new SlowRecords(slowMillis);
    Path written = kafka.directory().resolve("written");
    List<String> arguments = new ArrayList<>(List.of("--serve"));
    if (contender.writesAgain()) {
      arguments.addAll(List.of("--written", written.toString()));
      arguments.add("--compute=" + computeMicros);
    }
    if (profiles != null) {
      arguments.addAll(List.of("--profile", profiles.resolve(id + ".jfr").toString()));
    }
    boolean kept = contender.isOurs() && chosen.stream().anyMatch(Contender::writesAgain);
    Written.Since since = null;
    Histogram measured;
    long prices;
    try (ContenderProcess process =
            ContenderProcess.start(
                contender, settings, ContenderProcess.HEAP, options.set(), arguments);
        LatencyProbe probe =
            new LatencyProbe(kafka.bootstrapServers(), output, exactlyOnce, linger, walk, slow)) {
      err().println("starting " + contender.label());
      probe.send((long) symbols * HISTORY_DAYS);
      probe.awaitAll(process);
      probe.pace(rate, Duration.ofSeconds(warmUp));
      prices = -probe.prices();
      since = kept ? new Written.Since(kafka, id) : null;
      probe.measure();
      // Warm-up and what is waited for after it are not to be in a profile.
      process.tell();
      LatencyUse before = LatencyUse.of(process);
      probe.pace(rate, Duration.ofSeconds(seconds));
      rounds.used(before, LatencyUse.of(process), Duration.ofSeconds(seconds));
      process.tell();
      probe.awaitAll(process);
      if (slowFile != null) {
        slow.append(slowFile, contender.label(), round);
      }
      measured = probe.histogram();
      rounds.add(measured);
      prices += probe.prices();
    }
    if (since != null) {
      Written ours = since.written(prices);
      ours.write(written);
      err().println(contender.label() + " wrote, which others write again:\n" + ours.told());
    }
    return measured;
  }

  private void print(Map<Contender, LatencyRounds> results) throws Exception {
    LatencyRounds plain = results.get(Contender.PASS_THROUGH);
    double pass = plain == null ? Double.NaN : plain.latencies().p99Millis();
    if (options.json()) {
      printJson(results, pass);
      return;
    }
    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        Locale.ROOT,
        "%,d prices a second for %d s after %d s, sent with a linger of %d ms, %d symbols, %d threads,"
            + " %s%s%s%n",
        rate,
        rounds * seconds,
        warmUp,
        linger,
        symbols,
        threads,
        mode,
        computeMicros == 0 ? "" : "; written again after " + computeMicros + " µs each",
        options.heading());
    out.printf(
        "%-14s %7s %7s %7s %7s %7s %7s %8s %6s %7s %6s%n",
        "milliseconds",
        "mean",
        "p50",
        "p95",
        "p99",
        "p99.9",
        "max",
        "of pass",
        "CPU %",
        "broker",
        "waits");
    results.forEach((contender, measured) -> {
      Latencies line = measured.latencies();
      out.printf(
          Locale.ROOT,
          "%-14s %7.2f %7.2f %7.2f %7.2f %7.2f %7.2f %8s %6.0f %7.0f %6.0f  %s%n",
          contender.label(),
          line.meanMillis(),
          line.p50Millis(),
          line.p95Millis(),
          line.p99Millis(),
          line.p999Millis(),
          line.maxMillis(),
          Table.ratio(line.p99Millis(), pass),
          measured.cpuPercent(),
          measured.brokerCpuPercent(),
          measured.coreWaitPercent(),
          contender.what());
    });
    out.println("of pass: the 99th percentile as a multiple of pass-through's");
    out.println(
        "CPU %: the flow's process; broker: this process, with load and reader; of "
            + 100 * Runtime.getRuntime().availableProcessors()
            + " in all");
    out.println("waits: per cent of the time in which a stream thread was ready and had no core");
    out.println("CPU % by thread; the flow's process, and behind it this one:");
    results.forEach((contender, measured) ->
        out.printf(
            Locale.ROOT,
            "%-14s %s; %s%n",
            contender.label(),
            ThreadCpu.told(measured.flowThreads()),
            ThreadCpu.told(measured.brokerThreads())));
    out.flush();
  }

  private void printJson(Map<Contender, LatencyRounds> results, double pass)
      throws JsonProcessingException {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode all = mapper.createObjectNode();
    results.forEach((contender, measured) -> {
      Latencies line = measured.latencies();
      ObjectNode node = mapper.valueToTree(line);
      if (!Double.isNaN(pass)) {
        node.put("p99OfPassThrough", line.p99Millis() / pass);
      }
      node.put("cpuPercent", measured.cpuPercent());
      node.put("brokerCpuPercent", measured.brokerCpuPercent());
      node.put("coreWaitPercent", measured.coreWaitPercent());
      node.set("threadPercent", mapper.valueToTree(measured.flowThreads()));
      node.set("brokerThreadPercent", mapper.valueToTree(measured.brokerThreads()));
      if (contender.writesAgain()) {
        node.put("computeMicros", computeMicros);
      }
      all.set(contender.label(), node);
    });
    spec.commandLine().getOut().println(mapper.writeValueAsString(all));
    spec.commandLine().getOut().flush();
  }

  private PrintWriter err() {
    return spec.commandLine().getErr();
  }
}
