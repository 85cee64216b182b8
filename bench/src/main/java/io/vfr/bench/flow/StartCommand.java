package io.vfr.bench.flow;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code vfr bench start}. */
@Command(
    name = "start",
    mixinStandardHelpOptions = true,
    description = {
      "Time from `scripts/vfr run` to its `ready`: RUNNING, with every model loaded, verified and",
      "warm. With the ahead-of-time cache of scripts/aot and without it, in turns; the script's own",
      "time is in it."
    })
final class StartCommand implements Callable<Integer> {
  private static final int PATIENCE_SECONDS = 120;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "Starts of each kind. Default: ${DEFAULT-VALUE}.")
  private int rounds = 5;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    Path home = Path.of(System.getProperty("vfr.home", "."));
    if (!Files.exists(home.resolve(Path.of("streams-app", "target", "aot", "vfr.aot")))) {
      throw new ParameterException(
          spec.commandLine(), "there is no ahead-of-time cache: run scripts/aot first");
    }
    Map<String, double[]> results = new LinkedHashMap<>();
    try (BenchBroker kafka = BenchBroker.start()) {
      for (int round = 0; round < rounds; round++) {
        for (String aot : List.of("off", "on")) {
          double seconds = start(kafka, home, aot, round);
          double[] times = results.computeIfAbsent(aot, key -> new double[rounds]);
          times[round] = seconds;
        }
      }
    }
    print(results);
    return 0;
  }

  private static double start(BenchBroker kafka, Path home, String aot, int round)
      throws IOException, InterruptedException {
    String id = "bench-start-" + aot + "-" + round;
    List<String> command = new ArrayList<>();
    command.add(home.resolve(Path.of("scripts", "vfr")).toString());
    command.addAll(List.of("run", "--bootstrap-servers", kafka.bootstrapServers()));
    command.addAll(List.of("--http-port", "0"));
    command.addAll(List.of("--state-dir", kafka.directory().resolve(id).toString()));
    command.addAll(List.of("--set", "application.id=" + id));
    Path err = kafka.directory().resolve(id + ".err");
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(err.toFile());
    builder.environment().put("VFR_AOT", aot);
    builder.environment().put("VFR_JAVA_HOME", System.getProperty("java.home"));
    long started = System.nanoTime();
    Process process = builder.start();
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      @Nullable String line = out.readLine();
      double seconds = Duration.ofNanos(System.nanoTime() - started).toMillis() / 1e3;
      if (!"ready".equals(line)) {
        throw new IllegalStateException(
            "vfr run said " + line + " instead of ready: " + Files.readString(err));
      }
      return seconds;
    } finally {
      process.destroy();
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    }
  }

  private void print(Map<String, double[]> results) throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    Map<String, Object> lines = new LinkedHashMap<>();
    results.values().forEach(Arrays::sort);
    double withoutCache = median(results.getOrDefault("off", new double[] {Double.NaN}));
    results.forEach((aot, seconds) -> {
      double median = median(seconds);
      if (json) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("medianSeconds", median);
        line.put("minSeconds", seconds[0]);
        line.put("maxSeconds", seconds[seconds.length - 1]);
        line.put("ofNoCache", median / withoutCache);
        lines.put(aot.equals("on") ? "aotCache" : "noCache", line);
      } else {
        out.printf(
            Locale.ROOT,
            "%-20s median %.2f s, %.2f to %.2f s, %.2f of that without%n",
            aot.equals("on") ? "with the AOT cache" : "without",
            median,
            seconds[0],
            seconds[seconds.length - 1],
            median / withoutCache);
      }
    });
    if (json) {
      out.println(new ObjectMapper().writeValueAsString(lines));
    }
    out.flush();
  }

  private static double median(double[] sorted) {
    return sorted[sorted.length / 2];
  }
}
