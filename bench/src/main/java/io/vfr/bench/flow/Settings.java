package io.vfr.bench.flow;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** What all contenders share in a run. */
record Settings(
    String bootstrapServers,
    String applicationId,
    Path stateDir,
    int threads,
    boolean exactlyOnce,
    Duration commitInterval) {
  static final Duration COMMIT_INTERVAL = Duration.ofMillis(100);

  /** As {@code processing.mode} names it. */
  String mode() {
    return exactlyOnce ? "exactly-once" : "at-least-once";
  }

  /** As options of {@link ContenderCommand}. */
  List<String> arguments() {
    return List.of(
        "--bootstrap-servers",
        bootstrapServers,
        "--application-id",
        applicationId,
        "--state-dir",
        stateDir.toString(),
        "--threads",
        Integer.toString(threads),
        "--mode",
        mode(),
        "--commit-interval",
        commitInterval.toString());
  }
}
