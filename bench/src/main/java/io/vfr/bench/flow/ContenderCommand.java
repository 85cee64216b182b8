package io.vfr.bench.flow;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.management.OperatingSystemMXBean;
import io.vfr.streams.config.AppConfig;
import io.vfr.streams.config.ConfigLoader;
import io.vfr.streams.ops.Application;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Writer;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jdk.jfr.Recording;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** One contender in this process: started by {@code bench throughput}. */
@Command(name = "contender", hidden = true, description = "Runs one contender; for `throughput`.")
final class ContenderCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofMinutes(15);
  private static final String XGBOOST_MODEL = "mean-reversion-xgb-v2";
  private static final Pattern SHEDS =
      Pattern.compile("^vfr_load_sheds_total(?:\\{.*})? (\\S+)", Pattern.MULTILINE);

  @Option(names = "--name", required = true)
  private String name = "";

  @Option(names = "--bootstrap-servers", required = true)
  private String bootstrapServers = "";

  @Option(names = "--application-id", required = true)
  private String applicationId = "";

  @Option(names = "--state-dir", required = true)
  private Path stateDir = Path.of("");

  @Option(names = "--written", description = "What ours wrote before: see Written.")
  private @Nullable Path written;

  @Option(names = "--compute", description = "Microseconds for each price: see PlainFlow.")
  private double computeMicros;

  @Option(names = "--threads", required = true)
  private int threads = 1;

  @Option(names = "--set")
  private List<String> set = List.of();

  @Option(names = "--mode", required = true)
  private String mode = "";

  @Option(names = "--commit-interval", required = true)
  private Duration commitInterval = Duration.ZERO;

  @Option(names = "--profile", description = "Where the CPU samples of the measured part go.")
  private @Nullable Path profile;

  @Option(
      names = "--serve",
      description = "Run until standard input ends; measure nothing, but record a profile.")
  private boolean serve;

  @Option(names = "--until-running", description = "Print the seconds until it runs, and end.")
  private boolean untilRunning;

  @Override
  public Integer call() throws Exception {
    Contender contender = Contender.of(name);
    Settings settings =
        new Settings(
            bootstrapServers,
            applicationId,
            stateDir,
            threads,
            mode.equals("exactly-once"),
            commitInterval);
    if (untilRunning) {
      long started = ManagementFactory.getRuntimeMXBean().getStartTime();
      try (AutoCloseable flow = start(contender, settings)) {
        if (!(flow instanceof Application application) || !application.awaitRunning(PATIENCE)) {
          return 1;
        }
        System.out.println((InstantSource.system().millis() - started) / 1e3);
        return 0;
      }
    }
    if (serve) {
      try (AutoCloseable flow = start(contender, settings)) {
        if (flow instanceof Application application) {
          System.out.println(ContenderProcess.HTTP_PORT + application.httpPort());
        }
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
        if (profile != null && in.readLine() != null) {
          try (Recording recording = profiling()) {
            in.readLine();
            recording.dump(profile);
          }
        }
        in.transferTo(Writer.nullWriter());
        return isAlive(flow) ? 0 : 1;
      }
    }
    return measure(contender, settings);
  }

  /** Runs until it is told that a part has ended, by a line of standard input each. */
  private int measure(Contender contender, Settings settings) throws Exception {
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    if (contender.isPlain()) {
      try (AutoCloseable flow = start(contender, warmUp(settings))) {
        if (in.readLine() == null) {
          return 1;
        }
      }
    }
    try (AutoCloseable flow = start(contender, settings)) {
      if (in.readLine() == null) {
        return 1;
      }
      OperatingSystemMXBean system =
          (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
      Recording recording = profile == null ? null : profiling();
      Map<String, ThreadCpu.Used> threads = ThreadCpu.now();
      long cpu = system.getProcessCpuTime();
      if (in.readLine() == null) {
        return 1;
      }
      Usage usage =
          new Usage(
              system.getProcessCpuTime() - cpu,
              ThreadCpu.difference(threads, ThreadCpu.now()),
              statusMegabytes("VmRSS"),
              statusMegabytes("VmHWM"));
      if (recording != null) {
        recording.dump(profile);
        recording.close();
      }
      if (flow instanceof Application application && hasShed(application)) {
        System.err.println("load was shed, so not all was done: it needs more heap");
        return 1;
      }
      System.out.println(usage.json());
      return isAlive(flow) ? 0 : 1;
    }
  }

  /** What was not done is not measured. */
  private static boolean hasShed(Application application) throws IOException {
    URI metrics = URI.create("http://127.0.0.1:" + application.httpPort() + "/metrics");
    try (InputStream in = metrics.toURL().openStream()) {
      return hasShed(new String(in.readAllBytes(), UTF_8));
    }
  }

  /** Whether an instance with these metrics has ever shed load. */
  static boolean hasShed(String metrics) {
    Matcher sheds = SHEDS.matcher(metrics);
    if (!sheds.find()) {
      throw new IllegalStateException("no vfr_load_sheds_total among the metrics");
    }
    return Double.parseDouble(sheds.group(1)) > 0;
  }

  /** Under which a contender is that runs twice. */
  static String warmUpId(String applicationId) {
    return applicationId + "-warm-up";
  }

  /** Plain flows are so fast that compilers are still busy when they are done: they run twice. */
  private static Settings warmUp(Settings settings) {
    return new Settings(
        settings.bootstrapServers(),
        warmUpId(settings.applicationId()),
        settings.stateDir().resolveSibling(settings.stateDir().getFileName() + "-warm-up"),
        settings.threads(),
        settings.exactlyOnce(),
        settings.commitInterval());
  }

  private static Recording profiling() {
    Recording recording = new Recording();
    recording.enable("jdk.CPUTimeSample").with("throttle", "10ms");
    recording.enable("jdk.ObjectAllocationSample").with("throttle", "100/s");
    recording.start();
    return recording;
  }

  private static boolean isAlive(AutoCloseable flow) {
    return !(flow instanceof Application application) || application.isAlive();
  }

  private AutoCloseable start(Contender contender, Settings settings)
      throws IOException, InterruptedException {
    AppConfig ours = config(settings, contender == Contender.VFR_TREES ? XGBOOST_MODEL : "");
    return switch (contender) {
      case PASS_THROUGH -> PlainFlow.start(settings, ours, null, 0);
      case PARSE_AND_WRITE ->
          PlainFlow.start(settings, ours, readWritten().predictions(), computeMicros);
      case SAME_RECORDS -> PlainFlow.start(settings, ours, readWritten(), computeMicros);
      case ONE_DAY -> OneDayFlow.start(settings, ours, List.of(registry(XGBOOST_MODEL, "2.1.0")));
      case ONE_DAY_ALL ->
          OneDayFlow.start(
              settings,
              ours,
              List.of(
                  registry("momentum-lstm-v3", "3.1.0"),
                  registry(XGBOOST_MODEL, "2.1.0"),
                  registry("volatility-transformer-v1", "1.1.0"),
                  // It reads the others' outputs.
                  registry("ensemble-meta-v4", "4.0.0")));
      case VFR_TREES, VFR_ALL -> Application.start(ours, InstantSource.system());
    };
  }

  private Written readWritten() throws IOException {
    if (written == null) {
      throw new IllegalArgumentException(name + " needs --written");
    }
    return Written.read(written);
  }

  private static Path registry(String id, String version) {
    return Path.of(System.getProperty("vfr.home", "."), "models", "registry", id, version);
  }

  private AppConfig config(Settings settings, String active) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "application.id=" + settings.applicationId(),
                "bootstrap.servers=" + settings.bootstrapServers(),
                "streams.state-dir=" + settings.stateDir(),
                "streams.threads=" + settings.threads(),
                "processing.mode=" + settings.mode(),
                "processing.commit-interval=" + settings.commitInterval(),
                "models.active=" + active,
                "http.port=0"));
    arguments.addAll(set);
    Path home = Path.of(System.getProperty("vfr.home", ""));
    return ConfigLoader.load(new ConfigLoader.Sources(null, Map.of(), arguments, Map.of(), home))
        .config();
  }

  /** A size of this process as Linux tells it; 0 elsewhere. */
  private static long statusMegabytes(String name) throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.isReadable(status)) {
      return 0;
    }
    for (String line : Files.readAllLines(status)) {
      if (line.startsWith(name + ":")) {
        return Long.parseLong(line.replaceAll("\\D", "")) >> 10;
      }
    }
    return 0;
  }
}
