package io.vfr.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.NoBenchmarksException;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import org.openjdk.jmh.util.Statistics;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code vfr bench parts}. */
@Command(
    name = "parts",
    mixinStandardHelpOptions = true,
    description = {
      "Time of the parts of an event, with JMH: features, trees, neural models, explanations, JSON,",
      "each beside a library that does the same, in one run. Ratios tell, times do not. Run it from",
      "the root of the repository."
    })
public final class PartsCommand implements Callable<Integer> {
  private static final double NANOS_A_MICRO = 1e3;

  /** What is compared with what; the first should take as many times as long as the last says. */
  private static final List<Comparison> COMPARISONS =
      List.of(
          new Comparison(
              "FeatureUpdate.taLibRecomputation", "FeatureUpdate.appendAndComputeOneSymbol", 60),
          new Comparison("Ta4j.incremental", "FeatureUpdate.appendAndComputeOneSymbol", null),
          new Comparison("TreeScoring.xgboostDMatrix", "TreeScoring.xgboostHeap", 20),
          new Comparison("TreeScoring.xgboostInplace", "TreeScoring.xgboostHeap", 20),
          new Comparison("TreeScoring.lightGbmSingleRowFast", "TreeScoring.lightGbmHeap", 5),
          new Comparison("TreeScoring.xgboostInplace32", "TreeScoring.xgboostHeap32", null),
          new Comparison("TreeScoring.lightGbmMatrix32", "TreeScoring.lightGbmHeap32", null),
          new Comparison("TreeScoring.xgboostShapNative", "TreeScoring.xgboostShapHeap", null),
          new Comparison("TreeScoring.lightGbmShapNative", "TreeScoring.lightGbmShapHeap", null),
          new Comparison("Onnx.runtimePerRow", "Onnx.scorer1", null),
          new Comparison("Onnx.runtimePerRow", "Onnx.scorer32", null),
          new Comparison("Serde.jacksonReadPrice", "Serde.readPrice", null),
          new Comparison("Serde.jacksonWritePrediction", "Serde.writePrediction", null));

  /** How many microseconds a part may take. */
  private static final Map<String, Double> LIMITS =
      Map.of(
          "FeatureUpdate.appendAndComputeOneSymbol",
          0.5,
          "FeatureUpdate.appendAndComputeManySymbols",
          1.5);

  private record Comparison(String reference, String ours, @Nullable Integer target) {}

  /** How many times as long as ours the reference takes. */
  private record Ratio(String reference, String ours, double ratio, @Nullable Integer target) {}

  /**
   * One part's time.
   *
   * @param name benchmark and what it was run with
   * @param micros the median of single calls, or the mean where a call is too short to be timed
   */
  private record Part(String name, String what, double micros) {}

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--only",
      paramLabel = "REGEX",
      description = "Benchmarks whose names contain a match, such as Tree or Serde. Default: all.")
  private String only = "";

  @Option(
      names = "--iterations",
      paramLabel = "N",
      description = "Seconds of warm-up, and of measurement, of each. Default: ${DEFAULT-VALUE}.")
  private int iterations = 5;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    try {
      print(run());
      return 0;
    } catch (NoBenchmarksException e) {
      throw new ParameterException(
          spec.commandLine(),
          "--only: no benchmark of FeatureUpdate, Ta4j, TreeScoring, Onnx, Attribution and Serde matches '"
              + only
              + "'",
          e);
    }
  }

  private List<Part> run() throws RunnerException {
    try {
      Pattern.compile(only);
    } catch (PatternSyntaxException e) {
      throw new ParameterException(
          spec.commandLine(), "--only: '" + only + "' is no regular expression: " + e.getMessage());
    }
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include("io\\.vfr\\.bench\\..*" + only)
            .verbosity(VerboseMode.SILENT)
            .warmupIterations(iterations)
            .warmupTime(TimeValue.seconds(1))
            .measurementIterations(iterations)
            .measurementTime(TimeValue.seconds(1))
            .jvmArgs(jvmArgs());
    Collection<RunResult> results = new Runner(options.build()).run();
    return results.stream().map(PartsCommand::part).toList();
  }

  /** The heap as ours has it: as scripts/vfr has set it for this JVM. */
  private static String[] jvmArgs() {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Xmx2g"));
    for (String own : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      if (own.endsWith("UseCompactObjectHeaders") || own.endsWith("UseTransparentHugePages")) {
        arguments.add(own);
      }
    }
    return arguments.toArray(String[]::new);
  }

  private static Part part(RunResult run) {
    BenchmarkParams params = run.getParams();
    String[] names = params.getBenchmark().split("\\.");
    String what = names[names.length - 2].replace("Benchmark", "") + "." + names[names.length - 1];
    StringBuilder name = new StringBuilder(what);
    params.getParamsKeys().forEach(key -> name.append(' ').append(params.getParam(key)));
    Result<?> result = run.getPrimaryResult();
    Statistics statistics = result.getStatistics();
    double value =
        params.getMode() == Mode.SampleTime ? statistics.getPercentile(50) : result.getScore();
    return new Part(
        name.toString(),
        what,
        result.getScoreUnit().startsWith("ns") ? value / NANOS_A_MICRO : value);
  }

  private void print(List<Part> parts) throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    List<Ratio> ratios = ratios(parts);
    if (json) {
      Map<String, Object> micros = new LinkedHashMap<>();
      parts.forEach(part -> micros.put(part.name(), part.micros()));
      out.println(
          new ObjectMapper().writeValueAsString(Map.of("micros", micros, "ratios", ratios)));
    } else {
      parts.forEach(part -> {
        Double limit = LIMITS.get(part.what());
        out.printf(
            Locale.ROOT,
            "%-60s %10.3f µs%s%n",
            part.name(),
            part.micros(),
            limit == null ? "" : ", wanted " + limit);
      });
      ratios.forEach(ratio ->
          out.printf(
              Locale.ROOT,
              "%-90s %8.1f ×%s%n",
              ratio.reference() + " / " + ratio.ours(),
              ratio.ratio(),
              ratio.target() == null ? "" : ", wanted " + ratio.target()));
    }
    out.flush();
  }

  private static List<Ratio> ratios(List<Part> parts) {
    List<Ratio> ratios = new ArrayList<>();
    for (Comparison comparison : COMPARISONS) {
      for (Part ours : parts) {
        if (ours.what().equals(comparison.ours())) {
          String wanted = ours.name().replace(comparison.ours(), comparison.reference());
          parts.stream()
              .filter(part -> part.name().equals(wanted))
              .map(part ->
                  new Ratio(
                      part.name(), ours.name(), part.micros() / ours.micros(), comparison.target()))
              .forEach(ratios::add);
        }
      }
    }
    return ratios;
  }
}
