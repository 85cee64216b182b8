package io.vfr.bench.flow;

import java.nio.file.Path;
import java.time.Duration;

/** What all contenders share in a run. */
record Settings(
    String bootstrapServers,
    String applicationId,
    Path stateDir,
    int threads,
    Duration commitInterval) {
  static final Duration COMMIT_INTERVAL = Duration.ofMillis(100);
}
