package io.vfr.chaos.harness;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A JVM in a process of its own, with this one's class path, that can be sent any signal. What it
 * writes goes to files.
 */
final class ChildJvm implements AutoCloseable {
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(60);
  private static final int POLL_MILLIS = 50;
  private static final int LINES_TOLD_MAX = 20;

  private final String name;
  private final Process process;
  private final Path out;
  private final Path err;
  private final Thread killer;

  private ChildJvm(String name, Process process, Path out, Path err) {
    this.name = name;
    this.process = process;
    this.out = out;
    this.err = err;
    // A scenario that is interrupted must not leave a process behind.
    killer = new Thread(process::destroyForcibly, "kill-" + name);
    Runtime.getRuntime().addShutdownHook(killer);
  }

  /** Starts one with this one's class path as it is. */
  static ChildJvm start(Path dir, String name, List<String> options, List<String> arguments)
      throws IOException {
    return start(dir, name, null, options, arguments);
  }

  /**
   * Starts one.
   *
   * @param dir where its standard output and error go, as {@code name.out} and {@code name.err}
   * @param classes where classes are that are taken instead of those of the class path
   * @param options of the JVM, besides those that all have
   * @param arguments the main class and what it is given
   */
  static ChildJvm start(
      Path dir, String name, @Nullable Path classes, List<String> options, List<String> arguments)
      throws IOException {
    Path out = dir.resolve(name + ".out");
    Path err = dir.resolve(name + ".err");
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:+UseCompactObjectHeaders",
                "-Dfile.encoding=UTF-8",
                "-Dvfr.home=" + System.getProperty("vfr.home", "")));
    command.addAll(options);
    String classPath = System.getProperty("java.class.path");
    command.addAll(
        List.of("-cp", classes == null ? classPath : classes + File.pathSeparator + classPath));
    command.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
    // As scripts/vfr does, which says why.
    builder.environment().put("ORT_DISABLE_TELEMETRY", "1");
    return new ChildJvm(name, builder.start(), out, err);
  }

  /** Its process id. */
  long pid() {
    return process.pid();
  }

  /** Whether it runs, suspended or not. */
  boolean isAlive() {
    return process.isAlive();
  }

  /** Whether it has written a text to standard output. */
  boolean hasSaid(String text) throws IOException {
    return Files.readString(out).contains(text);
  }

  /**
   * Waits until it has written a text to standard output.
   *
   * @throws IllegalStateException if it ends or the time is up first
   */
  void await(String text, Duration timeout) throws IOException, InterruptedException {
    long end = System.nanoTime() + timeout.toNanos();
    while (!hasSaid(text)) {
      if (process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
        throw new IllegalStateException(
            name + " ended with " + process.exitValue() + ": " + lastErrors());
      }
      if (System.nanoTime() > end) {
        throw new IllegalStateException(
            name + " does not say '" + text + "' after " + timeout + ": " + lastErrors());
      }
    }
  }

  /** What it has written to standard error. */
  String errors() throws IOException {
    return Files.readString(err);
  }

  /** The last lines that it wrote to standard error. */
  String lastErrors() throws IOException {
    List<String> lines = Files.readAllLines(err);
    return String.join(
        "\n", lines.subList(Math.max(0, lines.size() - LINES_TOLD_MAX), lines.size()));
  }

  /** Asks it to end, as SIGTERM does, without waiting. */
  void terminate() {
    process.destroy();
  }

  /** Waits until it has ended, and kills it where it takes too long; its exit code. */
  int awaitEnd() throws InterruptedException {
    if (!process.waitFor(STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
      process.destroyForcibly().waitFor();
    }
    return process.exitValue();
  }

  /** Waits until it has ended of its own accord; false if the time is up first. */
  boolean awaitEnd(Duration timeout) throws InterruptedException {
    return process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Ends it at once, as SIGKILL does; nothing of it runs when this returns. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Sends it a signal by name, such as STOP. */
  void signal(String signal) throws IOException, InterruptedException {
    Process sender =
        new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).inheritIO().start();
    if (sender.waitFor() != 0) {
      throw new IllegalStateException("cannot send " + signal + " to " + name);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      Runtime.getRuntime().removeShutdownHook(killer);
    } catch (IllegalStateException e) {
      // The shutdown has begun; the hook finds the process dead.
      return;
    }
  }
}
