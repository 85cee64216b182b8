package io.vfr.chaos.harness;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code vfr run} in a process of its own, on loopback and with a state directory of its own, so
 * that its memory can be told from the scenario's and its death is not the scenario's.
 */
public final class Instance implements AutoCloseable {
  private static final Pattern METRICS = Pattern.compile("metrics at (http://\\S+)");
  private static final Pattern SAMPLE = Pattern.compile("^([a-zA-Z_:][^ ]*) ([^ ]+)$");
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(60);
  private static final int POLL_MILLIS = 50;

  private final Process process;
  private final Path out;
  private final Path err;
  private final HttpClient http = HttpClient.newHttpClient();
  private final Thread killer;

  private Instance(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
    // A scenario that is interrupted must not leave an instance behind.
    killer = new Thread(process::destroyForcibly, "kill-instance");
    Runtime.getRuntime().addShutdownHook(killer);
  }

  /**
   * Starts one; {@link #awaitReady} tells when it serves.
   *
   * @param dir where its logs and its state go
   * @param heapMegabytes its heap, taken as a whole at the start: what grows after that is native
   * @param settings configuration keys
   */
  public static Instance start(
      Path dir, String name, int heapMegabytes, Map<String, String> settings) throws IOException {
    Path out = dir.resolve(name + ".out");
    Path err = dir.resolve(name + ".err");
    List<String> command = new ArrayList<>(jvm(heapMegabytes));
    command.addAll(
        List.of(
            "io.vfr.streams.Main",
            "run",
            "--http-port",
            "0",
            "--state-dir",
            dir.resolve(name + "-state").toString()));
    settings.forEach((key, value) -> command.addAll(List.of("--set", key + "=" + value)));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
    // As scripts/vfr does, which says why.
    builder.environment().put("ORT_DISABLE_TELEMETRY", "1");
    return new Instance(builder.start(), out, err);
  }

  private static List<String> jvm(int heapMegabytes) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "--enable-native-access=ALL-UNNAMED",
        "--sun-misc-unsafe-memory-access=allow",
        "-XX:+UseCompactObjectHeaders",
        "-XX:+UseG1GC",
        "-Xms" + heapMegabytes + "m",
        "-Xmx" + heapMegabytes + "m",
        "-XX:+AlwaysPreTouch",
        "-Dfile.encoding=UTF-8",
        "-Dvfr.home=" + System.getProperty("vfr.home", ""),
        "-cp",
        System.getProperty("java.class.path"));
  }

  /** Its process id. */
  public long pid() {
    return process.pid();
  }

  /** Whether it runs. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /**
   * Waits until it serves.
   *
   * @throws IllegalStateException if it ends or the time is up first
   */
  public void awaitReady(Duration timeout) throws IOException, InterruptedException {
    long end = System.nanoTime() + timeout.toNanos();
    while (!Files.readString(out).contains("ready")) {
      if (process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
        throw new IllegalStateException(
            "the instance ended with " + process.exitValue() + ": " + lastErrors());
      }
      if (System.nanoTime() > end) {
        throw new IllegalStateException("the instance is not ready after " + timeout);
      }
    }
  }

  /** The last lines that it wrote to standard error. */
  public String lastErrors() throws IOException {
    List<String> lines = Files.readAllLines(err);
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
  }

  /** What /metrics says now, by name with labels. */
  public Map<String, Double> metrics() throws IOException, InterruptedException {
    Matcher address = METRICS.matcher(Files.readString(err));
    if (!address.find()) {
      throw new IllegalStateException("the instance did not say where its metrics are");
    }
    HttpResponse<String> response =
        http.send(
            HttpRequest.newBuilder(URI.create(address.group(1)))
                .timeout(Duration.ofSeconds(10))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    Map<String, Double> values = new HashMap<>();
    response
        .body()
        .lines()
        .forEach(line -> {
          Matcher sample = SAMPLE.matcher(line);
          if (sample.matches()) {
            values.put(sample.group(1), Double.valueOf(sample.group(2)));
          }
        });
    return values;
  }

  /** Asks it to end, as SIGTERM does; its exit code. */
  public int stop() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
      process.destroyForcibly().waitFor();
    }
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly();
    http.close();
    try {
      Runtime.getRuntime().removeShutdownHook(killer);
    } catch (IllegalStateException e) {
      // The shutdown has begun; the hook finds the process dead.
      return;
    }
  }
}
