package io.vfr.bench.flow;

import com.sun.management.OperatingSystemMXBean;
import io.vfr.streams.config.AppConfig;
import io.vfr.streams.config.ConfigLoader;
import io.vfr.streams.ops.Application;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import jdk.jfr.Recording;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** One contender in this process: started by {@code bench throughput}. */
@Command(name = "contender", hidden = true, description = "Runs one contender; for `throughput`.")
final class ContenderCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofMinutes(15);
  private static final int POLL_MILLIS = 50;
  private static final String XGBOOST_MODEL = "mean-reversion-xgb-v2";

  @Option(names = "--name", required = true)
  private String name = "";

  @Option(names = "--bootstrap-servers", required = true)
  private String bootstrapServers = "";

  @Option(names = "--application-id", required = true)
  private String applicationId = "";

  @Option(names = "--state-dir", required = true)
  private Path stateDir = Path.of("");

  @Option(names = "--output-bytes")
  private int outputBytes;

  @Option(names = "--threads", required = true)
  private int threads = 1;

  @Option(names = "--set")
  private List<String> set = List.of();

  @Option(names = "--mode", required = true)
  private String mode = "";

  @Option(names = "--commit-interval", required = true)
  private Duration commitInterval = Duration.ZERO;

  /** To measure how fast it reads what is there: records before, and at the end of it. */
  @Option(names = "--warm")
  private long warm;

  @Option(names = "--records")
  private long records;

  @Option(names = "--profile", description = "Where the CPU samples of the measured part go.")
  private @Nullable Path profile;

  @Option(names = "--serve", description = "Run until standard input ends; measure nothing.")
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
        System.in.transferTo(OutputStream.nullOutputStream());
        return isAlive(flow) ? 0 : 1;
      }
    }
    if (contender.isPlain()) {
      warmUp(contender, settings);
    }
    try (AutoCloseable flow = start(contender, settings);
        CommittedOffsets committed = CommittedOffsets.connect(bootstrapServers, applicationId)) {
      OperatingSystemMXBean system =
          (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
      long first = await(committed, warm);
      Recording recording = profile == null ? null : profiling();
      long started = System.nanoTime();
      long cpu = system.getProcessCpuTime();
      long last = await(committed, records);
      double seconds = (System.nanoTime() - started) / 1e9;
      if (recording != null) {
        recording.dump(profile);
        recording.close();
      }
      double micros = (system.getProcessCpuTime() - cpu) / 1e3 / (last - first);
      System.out.println(
          new Measured(contender.label(), last - first, seconds, micros, residentMegabytes())
              .json());
      return isAlive(flow) ? 0 : 1;
    }
  }

  /** Plain flows are so fast that compilers are still busy when they are done: they run twice. */
  private void warmUp(Contender contender, Settings settings) throws Exception {
    Settings first =
        new Settings(
            settings.bootstrapServers(),
            settings.applicationId() + "-warm-up",
            settings.stateDir().resolveSibling(settings.applicationId() + "-warm-up"),
            settings.threads(),
            settings.exactlyOnce(),
            settings.commitInterval());
    try (AutoCloseable flow = start(contender, first);
        CommittedOffsets committed =
            CommittedOffsets.connect(settings.bootstrapServers(), first.applicationId())) {
      await(committed, records);
    }
  }

  private static Recording profiling() {
    Recording recording = new Recording();
    recording.enable("jdk.CPUTimeSample").with("throttle", "10ms");
    recording.start();
    return recording;
  }

  private static boolean isAlive(AutoCloseable flow) {
    return !(flow instanceof Application application) || application.isAlive();
  }

  private AutoCloseable start(Contender contender, Settings settings)
      throws IOException, InterruptedException {
    return switch (contender) {
      case PASS_THROUGH -> PlainFlow.start(settings, 0);
      case PARSE_AND_WRITE -> PlainFlow.start(settings, outputBytes);
      case ONE_DAY -> OneDayFlow.start(settings, List.of(registry(XGBOOST_MODEL, "2.1.0")));
      case ONE_DAY_ALL ->
          OneDayFlow.start(
              settings,
              List.of(
                  registry("momentum-lstm-v3", "3.0.0"),
                  registry(XGBOOST_MODEL, "2.1.0"),
                  registry("volatility-transformer-v1", "1.0.0"),
                  // It reads the others' outputs.
                  registry("ensemble-meta-v4", "4.0.0")));
      case VFR_TREES -> application(settings, XGBOOST_MODEL);
      case VFR_ALL -> application(settings, "");
    };
  }

  private static Path registry(String id, String version) {
    return Path.of(System.getProperty("vfr.home", "."), "models", "registry", id, version);
  }

  private Application application(Settings settings, String active) throws InterruptedException {
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
    AppConfig config =
        ConfigLoader.load(ConfigLoader.Sources.ofArguments(arguments.toArray(String[]::new)))
            .config();
    return Application.start(config, InstantSource.system());
  }

  private static long await(CommittedOffsets committed, long records) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      long now = committed.records();
      if (now >= records) {
        return now;
      }
      if (System.nanoTime() > end) {
        throw new IllegalStateException(
            "only " + now + " of " + records + " records were committed within " + PATIENCE);
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  private static long residentMegabytes() throws IOException {
    Path statm = Path.of("/proc/self/statm");
    return Files.isReadable(statm)
        ? Long.parseLong(Files.readString(statm).split(" ", 3)[1]) * 4096 >> 20
        : 0;
  }
}
