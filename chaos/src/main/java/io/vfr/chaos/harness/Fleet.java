package io.vfr.chaos.harness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The instances of a scenario by number, each restarted on the state that it left. */
public final class Fleet implements AutoCloseable {
  private static final Duration READY_TIMEOUT = Duration.ofSeconds(180);

  // That a member was put out of its group is told at this level.
  private static final String LOG_LEVEL = "-DVFR_LOG_LEVEL=INFO";

  /**
   * Seven JVMs start at once where as many cores as that are rare, and run for minutes: compiling
   * little is worth more than running fast.
   */
  public static final List<String> SHORT_LIVED =
      List.of("-XX:+UseSerialGC", "-Xmx256m", "-XX:TieredStopAtLevel=1", LOG_LEVEL);

  /**
   * As scripts/vfr runs instances, and the heap is taken as a whole at the start: what grows after
   * that is native.
   */
  public static final List<String> LONG_LIVED =
      List.of("-XX:+UseG1GC", "-Xms384m", "-Xmx384m", "-XX:+AlwaysPreTouch", LOG_LEVEL);

  private final Path dir;
  private final Map<String, String> settings;
  private final Map<Integer, Instance> running = new TreeMap<>();
  private final Map<Integer, Path> builds = new HashMap<>();
  private final List<String> problems = new ArrayList<>();
  private final boolean staticMembers;
  private final List<String> jvmOptions;
  private final List<String> runOptions;
  private int started;

  /**
   * No instances yet.
   *
   * @param dir where logs and state directories go; made if missing
   * @param jvmOptions options of the JVM of all
   * @param settings configuration keys of all
   * @param staticMembers whether each has a name in the group that outlives restarts
   * @param partitions partitions of topics that they have to create
   */
  public Fleet(
      Path dir,
      List<String> jvmOptions,
      Map<String, String> settings,
      boolean staticMembers,
      int partitions)
      throws IOException {
    this.dir = Files.createDirectories(dir);
    this.jvmOptions = List.copyOf(jvmOptions);
    this.settings = Map.copyOf(settings);
    this.staticMembers = staticMembers;
    runOptions = List.of("--partitions", Integer.toString(partitions));
  }

  /** Starts an instance; does not wait. */
  public void launch(int index) throws IOException {
    if (running.containsKey(index)) {
      throw new IllegalStateException("instance " + index + " runs");
    }
    Map<String, String> own = new HashMap<>(settings);
    if (staticMembers) {
      own.put("streams.instance-id", "instance-" + index);
    }
    running.put(
        index,
        Instance.start(
            dir,
            "instance-" + index + "-" + started++,
            stateDir(index),
            builds.get(index),
            jvmOptions,
            runOptions,
            own));
  }

  /**
   * Makes an instance one of another build from its next start on.
   *
   * @param classes what that build has in the place of this one's classes; null for this build
   */
  public void build(int index, @Nullable Path classes) {
    if (classes == null) {
      builds.remove(index);
    } else {
      builds.put(index, classes);
    }
  }

  /** Where an instance keeps its state. */
  public Path stateDir(int index) {
    return dir.resolve("state-" + index);
  }

  /** Starts an instance again that was expected to end, or kills it before; does not wait. */
  public void restart(int index) throws IOException, InterruptedException {
    get(index).kill();
    forget(index);
    launch(index);
  }

  /** Waits until an instance serves. */
  public void awaitReady(int index) throws IOException, InterruptedException {
    get(index).awaitReady(READY_TIMEOUT);
  }

  /** Starts instances 0 to n − 1 and waits until all serve. */
  public void start(int n) throws IOException, InterruptedException {
    for (int i = 0; i < n; i++) {
      launch(i);
    }
    for (int i = 0; i < n; i++) {
      awaitReady(i);
    }
  }

  /** A running instance. */
  public Instance get(int index) {
    Instance instance = running.get(index);
    if (instance == null) {
      throw new IllegalStateException("instance " + index + " does not run");
    }
    return instance;
  }

  /** The numbers of those that run. */
  public List<Integer> running() {
    return List.copyOf(running.keySet());
  }

  /** Ends an instance at once, as SIGKILL does. */
  public void kill(int index) throws IOException, InterruptedException {
    checkAlive(index);
    get(index).kill();
    forget(index);
  }

  /** Ends an instance as SIGTERM does; a bad exit code is a problem. */
  public void stop(int index) throws IOException, InterruptedException {
    checkAlive(index);
    int exitCode = get(index).stop();
    if (exitCode != 0) {
      problems.add(
          "instance " + index + " stopped with " + exitCode + ": " + get(index).lastErrors());
    }
    forget(index);
  }

  private void forget(int index) {
    get(index).close();
    running.remove(index);
  }

  private void checkAlive(int index) throws IOException {
    if (!get(index).isAlive()) {
      problems.add("instance " + index + " ended by itself: " + get(index).lastErrors());
    }
  }

  /** What went wrong with instances besides what was done to them, so far. */
  public List<String> problems() throws IOException {
    List<String> all = new ArrayList<>(problems);
    for (Map.Entry<Integer, Instance> entry : running.entrySet()) {
      if (!entry.getValue().isAlive()) {
        all.add(
            "instance " + entry.getKey() + " ended by itself: " + entry.getValue().lastErrors());
      }
    }
    return all;
  }

  @Override
  public void close() {
    running.values().forEach(Instance::close);
    running.clear();
  }
}
