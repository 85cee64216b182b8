package io.vfr.bench.flow;

import java.time.Duration;

/** CPU time of whole processes, as the system tells it; zero where it does not. */
final class ProcessCpu {
  private ProcessCpu() {}

  /** What this process has used so far. */
  static Duration ofThis() {
    return of(ProcessHandle.current());
  }

  /** What a process has used so far. */
  static Duration of(ProcessHandle process) {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }
}
