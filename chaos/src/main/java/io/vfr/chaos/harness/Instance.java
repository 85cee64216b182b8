package io.vfr.chaos.harness;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code vfr run} in a process of its own, on loopback and with a state directory of its own, so
 * that its memory can be told from the scenario's and its death is not the scenario's.
 */
public final class Instance implements AutoCloseable {
  private static final Pattern METRICS = Pattern.compile("metrics at (http://\\S+)");
  private static final Pattern SAMPLE = Pattern.compile("^([a-zA-Z_:][^ ]*) ([^ ]+)$");

  private final ChildJvm jvm;
  private final Path stateDir;
  private final HttpClient http = HttpClient.newHttpClient();

  private Instance(ChildJvm jvm, Path stateDir) {
    this.jvm = jvm;
    this.stateDir = stateDir;
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
    return start(
        dir,
        name,
        dir.resolve(name + "-state"),
        null,
        List.of(
            "-XX:+UseG1GC",
            "-Xms" + heapMegabytes + "m",
            "-Xmx" + heapMegabytes + "m",
            "-XX:+AlwaysPreTouch"),
        List.of(),
        settings);
  }

  /**
   * Starts one on a state directory that another may have used before.
   *
   * @param name what its logs are called; a restarted one needs another
   * @param build classes of another build than this one
   * @param jvmOptions options of its JVM
   * @param runOptions options of {@code vfr run}, besides ports and directories
   */
  static Instance start(
      Path dir,
      String name,
      Path stateDir,
      @Nullable Path build,
      List<String> jvmOptions,
      List<String> runOptions,
      Map<String, String> settings)
      throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "io.vfr.streams.Main",
                "run",
                "--http-port",
                "0",
                "--state-dir",
                stateDir.toString()));
    arguments.addAll(runOptions);
    settings.forEach((key, value) -> arguments.addAll(List.of("--set", key + "=" + value)));
    return new Instance(ChildJvm.start(dir, name, build, jvmOptions, arguments), stateDir);
  }

  /** Its process id. */
  public long pid() {
    return jvm.pid();
  }

  /** Where its state is. */
  public Path stateDir() {
    return stateDir;
  }

  /** Whether it runs. */
  public boolean isAlive() {
    return jvm.isAlive();
  }

  /** Whether it serves, or did. */
  public boolean isReady() throws IOException {
    return jvm.hasSaid("ready");
  }

  /**
   * Waits until it serves.
   *
   * @throws IllegalStateException if it ends or the time is up first
   */
  public void awaitReady(Duration timeout) throws IOException, InterruptedException {
    jvm.await("ready", timeout);
  }

  /** What it wrote to standard error. */
  public String errors() throws IOException {
    return jvm.errors();
  }

  /** The last lines that it wrote to standard error. */
  public String lastErrors() throws IOException {
    return jvm.lastErrors();
  }

  /** What /metrics says now, by name with labels. */
  public Map<String, Double> metrics() throws IOException, InterruptedException {
    Matcher address = METRICS.matcher(errors());
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
    jvm.terminate();
    return jvm.awaitEnd();
  }

  /** Waits until it has ended of its own accord; false if the time is up first. */
  public boolean awaitEnd(Duration timeout) throws InterruptedException {
    return jvm.awaitEnd(timeout);
  }

  /** Ends it at once, as SIGKILL does. */
  public void kill() throws InterruptedException {
    jvm.kill();
  }

  /** Lets nothing of it run until {@link #resume}. */
  public void suspend() throws IOException, InterruptedException {
    jvm.signal("STOP");
  }

  /** Lets it go on. */
  public void resume() throws IOException, InterruptedException {
    jvm.signal("CONT");
  }

  @Override
  public void close() {
    jvm.close();
    http.close();
  }
}
