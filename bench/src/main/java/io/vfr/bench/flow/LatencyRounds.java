package io.vfr.bench.flow;

import java.time.Duration;
import org.HdrHistogram.Histogram;

/** What was measured of one contender, all rounds together. */
final class LatencyRounds {
  private final Histogram times = new Histogram(LatencyProbe.SIGNIFICANT_DIGITS);
  private Duration cpu = Duration.ZERO;
  private Duration brokerCpu = Duration.ZERO;
  private Duration coreWait = Duration.ZERO;
  private Duration length = Duration.ZERO;

  /** Adds a round's times, microseconds. */
  void add(Histogram measured) {
    times.add(measured);
  }

  /**
   * Adds what a round used.
   *
   * @param flow CPU time of the contender's process
   * @param broker CPU time of this process: broker, load and reader
   * @param waited how long the contender's stream threads were ready and had no core
   * @param elapsed time in which they used it
   */
  void used(Duration flow, Duration broker, Duration waited, Duration elapsed) {
    cpu = cpu.plus(flow);
    brokerCpu = brokerCpu.plus(broker);
    coreWait = coreWait.plus(waited);
    length = length.plus(elapsed);
  }

  Latencies latencies() {
    return Latencies.of(times);
  }

  /** CPU of the contender's process, per cent of one core. */
  double cpuPercent() {
    return percent(cpu);
  }

  /** CPU of this process, per cent of one core. */
  double brokerCpuPercent() {
    return percent(brokerCpu);
  }

  /** Time in which the contender's stream threads were ready and had no core, per cent of all. */
  double coreWaitPercent() {
    return percent(coreWait);
  }

  private double percent(Duration used) {
    return 100.0 * used.toNanos() / length.toNanos();
  }
}
