package io.vfr.bench.flow;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code vfr bench throughput}. */
@Command(
    name = "throughput",
    mixinStandardHelpOptions = true,
    description = {
      "Records a second of whole flows that read prices which wait in the topic, exactly once.",
      "Each contender runs in a process of its own, one after the other, all over one broker in this",
      "process, in rounds; of the rounds the median counts. Ratios within a run tell, times do not."
    })
final class ThroughputCommand implements Callable<Integer> {
  /** Ours first: others write what it wrote. */
  private static final List<Contender> ORDER =
      List.of(
          Contender.VFR_ALL,
          Contender.VFR_TREES,
          Contender.ONE_DAY_ALL,
          Contender.ONE_DAY,
          Contender.SAME_RECORDS,
          Contender.PARSE_AND_WRITE,
          Contender.PASS_THROUGH);

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private FlowOptions options = new FlowOptions();

  @Option(
      names = "--symbols",
      paramLabel = "N",
      description = "Symbols. Default: ${DEFAULT-VALUE}.")
  private int symbols = 1000;

  @Option(
      names = "--days",
      paramLabel = "N",
      description = {
        "Daily bars of each symbol; the last third is measured. The first two thirds must last",
        "for a minute, as long as compilers are busy. Default: ${DEFAULT-VALUE}."
      })
  private int days = 1500;

  @Option(
      names = "--side-inputs",
      description = {
        "Send what else ours reads beside the bars: four macro series a day, for each symbol an",
        "observation of sentiment every five days and fundamentals every sixty. Rates and CPU are of",
        "bars all the same; the other contenders read bars alone."
      })
  private boolean sideInputs;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "Rounds over all contenders. Default: ${DEFAULT-VALUE}.")
  private int rounds = 3;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Stream threads of each contender. Default: ${DEFAULT-VALUE}.")
  private int threads = 2;

  @Option(
      names = "--instances",
      paramLabel = "N",
      split = ",",
      description = {
        "Processes of each contender that share the work, with --threads each; several numbers, such",
        "as 1,2,4, are compared with the first. Records a second, CPU and memory are of all of them",
        "together. Default: ${DEFAULT-VALUE}."
      })
  private List<Integer> instances = List.of(1);

  @Option(
      names = "--contenders",
      paramLabel = "NAME",
      split = ",",
      converter = Contender.Converter.class,
      description = {
        "Which of pass-through, parse-and-write, same-records, one-day, one-day-all, vfr-trees and",
        "vfr-all. Default: all.",
        "parse-and-write and same-records need one of ours, whose records they write: those of the",
        "last of these."
      })
  private List<Contender> chosen = List.of();

  @Option(
      names = "--profile",
      paramLabel = "DIR",
      description = {
        "Directory for a JFR recording of each run's measured part, with a CPU sample every 10 ms and",
        "100 samples of allocations a second:",
        "bench-<contender>-<round>.jfr, of the first instance. It exists already."
      })
  private @Nullable Path profiles;

  /** How many inputs beside bars the broker has, once they were sent. */
  private long sentOthers;

  /** A line of the table. */
  private record Line(Contender contender, int instances) {}

  @Override
  public Integer call() throws Exception {
    List<Contender> contenders = contenders();
    PrintWriter err = spec.commandLine().getErr();
    PriceFeed feed = new PriceFeed(symbols, days, 1);
    Map<Line, List<Measured>> results = new LinkedHashMap<>();
    boolean groups = instances.stream().anyMatch(count -> count > 1);
    try (BenchBroker kafka = groups ? BenchBroker.startForGroups() : BenchBroker.start()) {
      err.println("sending " + feed.records() + " bars of " + symbols + " symbols");
      sentOthers = feed.send(kafka.bootstrapServers(), sideInputs);
      Path written = null;
      for (int round = 1; round <= rounds; round++) {
        for (Line line : lines(contenders)) {
          Contender contender = line.contender();
          ThroughputRun runs =
              new ThroughputRun(
                  kafka,
                  feed,
                  threads,
                  line.instances(),
                  ContenderProcess.HEAP,
                  options.set(),
                  profiles);
          String id = "bench-" + label(line) + "-" + round;
          boolean kept = contender.isOurs() && contenders.stream().anyMatch(Contender::writesAgain);
          Written.Since since = kept ? new Written.Since(kafka, id) : null;
          Measured measured = runs.of(contender, id, arguments(contender, written));
          if (since != null) {
            Written ours = since.written(feed.records());
            written = kafka.directory().resolve("written");
            ours.write(written);
            err.println(contender.label() + " wrote, which others write again:\n" + ours.told());
          }
          results.computeIfAbsent(line, key -> new ArrayList<>()).add(measured);
          err.printf(
              Locale.ROOT,
              "round %d  %-16s %,10.0f records/s%n",
              round,
              label(line),
              measured.recordsPerSecond());
        }
      }
    }
    print(results);
    return 0;
  }

  private List<Contender> contenders() {
    int daysMax = PriceFeed.daysMax(InstantSource.system());
    if (days > daysMax) {
      throw new ParameterException(
          spec.commandLine(), "--days must be at most " + daysMax + ", or bars are of the future");
    }
    Contender.requireOursToWriteAgain(chosen, spec.commandLine());
    if (symbols < 1
        || days < 1
        || rounds < 1
        || threads < 1
        || instances.stream().anyMatch(count -> count < 1)) {
      throw new ParameterException(
          spec.commandLine(),
          "--symbols, --days, --rounds, --threads and --instances must be positive");
    }
    return ORDER.stream().filter(each -> chosen.isEmpty() || chosen.contains(each)).toList();
  }

  /** What only some contenders are told: where what they write is. */
  private static List<String> arguments(Contender contender, @Nullable Path written) {
    return contender.writesAgain() && written != null
        ? List.of("--written", written.toString())
        : List.of();
  }

  private List<Line> lines(List<Contender> contenders) {
    return contenders.stream()
        .flatMap(contender -> instances.stream().map(count -> new Line(contender, count)))
        .toList();
  }

  private String label(Line line) {
    String label = line.contender().label();
    return instances.size() > 1 ? label + "-x" + line.instances() : label;
  }

  /** What a line is compared with. */
  private enum Reference {
    PARSE_AND_WRITE("ofParseAndWrite", "of parse"),
    PASS_THROUGH("ofPassThrough", "of pass"),

    /** The day's work with the same models. */
    ONE_DAY("ofOneDay", "of day"),

    /** The same contender with the first number of instances. */
    FIRST("ofFirst", "of first");

    private final String field;
    private final String heading;

    Reference(String field, String heading) {
      this.field = field;
      this.heading = heading;
    }
  }

  private List<Reference> references() {
    return Arrays.stream(Reference.values())
        .filter(which -> which != Reference.FIRST || instances.size() > 1)
        .toList();
  }

  private Line reference(Line line, Reference which) {
    Contender contender =
        switch (which) {
          case PARSE_AND_WRITE -> Contender.PARSE_AND_WRITE;
          case PASS_THROUGH -> Contender.PASS_THROUGH;
          case ONE_DAY ->
              line.contender() == Contender.VFR_ALL ? Contender.ONE_DAY_ALL : Contender.ONE_DAY;
          case FIRST -> line.contender();
        };
    return new Line(contender, which == Reference.FIRST ? instances.getFirst() : line.instances());
  }

  private void print(Map<Line, List<Measured>> results) throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    if (options.json()) {
      Map<String, Object> lines = new LinkedHashMap<>();
      results.forEach((line, runs) -> {
        double rate = median(results, line);
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("recordsPerSecond", rate);
        for (Reference which : references()) {
          Line reference = reference(line, which);
          if (results.containsKey(reference)) {
            fields.put(which.field, rate / median(results, reference));
          }
        }
        fields.put("rounds", runs);
        lines.put(label(line), fields);
      });
      out.println(new ObjectMapper().writeValueAsString(lines));
    } else {
      table(results, out);
    }
    out.flush();
  }

  private void table(Map<Line, List<Measured>> results, PrintWriter out) {
    out.printf(
        Locale.ROOT,
        "%d symbols, %s instances, %d threads, %d rounds, exactly once, commit interval %d ms%s%s%n",
        symbols,
        instances.stream().map(Object::toString).collect(Collectors.joining(", ")),
        threads,
        rounds,
        Settings.COMMIT_INTERVAL.toMillis(),
        sentOthers == 0 ? "" : "; " + sentOthers + " other inputs",
        options.heading());
    out.printf("%-16s %12s", "", "records/s");
    for (Reference which : references()) {
      out.printf(" %8s", which.heading);
    }
    out.printf(" %10s %8s %8s%n", "CPU µs", "broker", "RSS MiB");
    results.forEach((line, runs) -> {
      double rate = median(results, line);
      out.printf(Locale.ROOT, "%-16s %,12.0f", label(line), rate);
      for (Reference which : references()) {
        out.printf(" %8s", Table.ratio(rate, median(results, reference(line, which))));
      }
      out.printf(
          Locale.ROOT,
          " %10.1f %8.1f %8d  %s%n",
          middle(runs.stream().mapToDouble(Measured::cpuMicros).toArray()),
          middle(runs.stream().mapToDouble(Measured::brokerMicros).toArray()),
          runs.stream().mapToLong(Measured::residentMegabytes).max().orElse(0),
          line.contender().what());
    });
    out.println("CPU µs by thread, last round:");
    results.forEach((line, runs) ->
        out.printf(
            Locale.ROOT, "%-16s %s%n", label(line), ThreadCpu.told(runs.getLast().threadMicros())));
  }

  private static double median(Map<Line, List<Measured>> results, Line line) {
    return middle(
        results.getOrDefault(line, List.of()).stream()
            .mapToDouble(Measured::recordsPerSecond)
            .toArray());
  }

  private static double middle(double[] values) {
    Arrays.sort(values);
    return values.length == 0 ? Double.NaN : values[values.length / 2];
  }
}
