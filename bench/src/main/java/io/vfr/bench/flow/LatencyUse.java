package io.vfr.bench.flow;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;

/**
 * What was used from the beginning until a moment of a run.
 *
 * @param flow CPU time of the contender's process
 * @param broker CPU time of this process: broker, load and reader
 * @param waited how long the contender's stream threads were ready and had no core
 * @param flowThreads what each thread of the contender's process used
 * @param brokerThreads the same of this process
 */
record LatencyUse(
    Duration flow,
    Duration broker,
    Duration waited,
    Map<String, ThreadCpu.Used> flowThreads,
    Map<String, ThreadCpu.Used> brokerThreads) {
  static LatencyUse of(ContenderProcess process) throws IOException {
    return new LatencyUse(
        process.cpu(), ProcessCpu.ofThis(), process.waited(), process.threads(), ThreadCpu.now());
  }
}
