package io.vfr.bench.flow;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A contender in a process of its own, with the options of the JVM that all share. */
final class ContenderProcess implements AutoCloseable {
  /** What contenders have that are compared. */
  static final String HEAP = "2g";

  /** Begins the line that tells the port of ours, when it serves. */
  static final String HTTP_PORT = "http.port=";

  private static final int STOP_SECONDS = 60;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Contender contender;
  private final Process process;
  private final Path out;
  private final Path err;

  private ContenderProcess(Contender contender, Process process, Path out, Path err) {
    this.contender = contender;
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /**
   * Starts one.
   *
   * @param settings its state directory is where it also logs
   * @param heap most heap, as {@code -Xmx} takes it
   * @param set further settings of ours
   * @param arguments what {@link ContenderCommand} is to do
   */
  static ContenderProcess start(
      Contender contender, Settings settings, String heap, List<String> set, List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-XX:+UseCompactObjectHeaders",
            "-XX:+UseG1GC",
            "-XX:-G1UseAdaptiveIHOP",
            "-XX:InitiatingHeapOccupancyPercent=65",
            hugePages(),
            "-Xmx" + heap,
            "-Dfile.encoding=UTF-8",
            "-Dvfr.home=" + System.getProperty("vfr.home", "")));
    command.addAll(furtherOptions());
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), Main.class.getName(), "contender"));
    command.addAll(List.of("--name", contender.label()));
    command.addAll(settings.arguments());
    set.forEach(each -> command.addAll(List.of("--set", each)));
    command.addAll(arguments);
    Path out = Path.of(settings.stateDir() + ".out");
    Path err = Path.of(settings.stateDir() + ".err");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().put("ORT_DISABLE_TELEMETRY", "1");
    return new ContenderProcess(contender, builder.start(), out, err);
  }

  /** As this JVM has them: scripts/vfr knows whether the kernel does. */
  private static String hugePages() {
    String set =
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
            .getVMOption("UseTransparentHugePages")
            .getValue();
    return "-XX:" + (set.equals("true") ? '+' : '-') + "UseTransparentHugePages";
  }

  /** What scripts/vfr gives to its own JVM. */
  private static List<String> furtherOptions() {
    String options = System.getenv().getOrDefault("VFR_JAVA_OPTS", "").strip();
    return options.isEmpty() ? List.of() : List.of(options.split("\\s+"));
  }

  /**
   * Lets it know that a part of its run has ended.
   *
   * @throws IllegalStateException if it has ended by itself; it says what it said last
   */
  void tell() throws IOException {
    checkAlive();
    process.getOutputStream().write('\n');
    process.getOutputStream().flush();
  }

  /** The CPU time that it has used so far. */
  Duration cpu() {
    return ProcessCpu.of(process.toHandle());
  }

  /** How long its stream threads have been ready and had no core, so far. */
  Duration waited() throws IOException {
    return CoreWait.ofStreams(process.pid());
  }

  /** What its threads have used so far, by their numbers. */
  Map<String, ThreadCpu.Used> threads() throws IOException {
    return ThreadCpu.of(process.pid());
  }

  /** What it said last, when it has ended. */
  String result() throws IOException, InterruptedException {
    int exit = process.waitFor();
    if (exit != 0) {
      throw failed("ended with " + exit);
    }
    String said = Files.readString(out, StandardCharsets.UTF_8).strip();
    return said.substring(said.lastIndexOf('\n') + 1);
  }

  /**
   * Waits until ours serves, and tells its port.
   *
   * @throws IllegalStateException if it does not come to that
   */
  int httpPort() throws IOException, InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      String said = Files.readString(out, StandardCharsets.UTF_8);
      // Only whole lines.
      for (String line : said.substring(0, said.lastIndexOf('\n') + 1).split("\n", -1)) {
        if (line.startsWith(HTTP_PORT)) {
          return Integer.parseInt(line.substring(HTTP_PORT.length()).strip());
        }
      }
      checkAlive();
      if (System.nanoTime() > end) {
        throw failed("told no port");
      }
      Thread.sleep(50);
    }
  }

  /** Throws if it has ended by itself. */
  void checkAlive() throws IOException {
    if (!process.isAlive()) {
      throw failed("ended with " + process.exitValue());
    }
  }

  private IllegalStateException failed(String what) throws IOException {
    return new IllegalStateException(
        contender.label() + " " + what + ": " + Files.readString(err, StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    try {
      process.getOutputStream().close();
      process.waitFor(STOP_SECONDS, TimeUnit.SECONDS);
    } catch (IOException e) {
      // It has ended.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    process.destroyForcibly();
  }
}
