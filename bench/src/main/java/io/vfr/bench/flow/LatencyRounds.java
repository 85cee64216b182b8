package io.vfr.bench.flow;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** What was measured of one contender, all rounds together. */
final class LatencyRounds {
  private final Histogram times = new Histogram(LatencyProbe.SIGNIFICANT_DIGITS);
  private final List<Map<String, Long>> flowThreads = new ArrayList<>();
  private final List<Map<String, Long>> brokerThreads = new ArrayList<>();
  private Duration cpu = Duration.ZERO;
  private Duration brokerCpu = Duration.ZERO;
  private Duration coreWait = Duration.ZERO;
  private Duration length = Duration.ZERO;

  /** Adds a round's times, microseconds. */
  void add(Histogram measured) {
    times.add(measured);
  }

  /** Adds what a round used in the time between two moments. */
  void used(LatencyUse before, LatencyUse after, Duration elapsed) {
    cpu = cpu.plus(after.flow().minus(before.flow()));
    brokerCpu = brokerCpu.plus(after.broker().minus(before.broker()));
    coreWait = coreWait.plus(after.waited().minus(before.waited()));
    flowThreads.add(ThreadCpu.difference(before.flowThreads(), after.flowThreads()));
    brokerThreads.add(ThreadCpu.difference(before.brokerThreads(), after.brokerThreads()));
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

  /** CPU of the contender's threads by kind, per cent of one core. */
  Map<String, Double> flowThreads() {
    return percent(ThreadCpu.sum(flowThreads));
  }

  /** CPU of this process's threads by kind, per cent of one core. */
  Map<String, Double> brokerThreads() {
    return percent(ThreadCpu.sum(brokerThreads));
  }

  private Map<String, Double> percent(Map<String, Long> nanos) {
    Map<String, Double> shares = new LinkedHashMap<>();
    nanos.forEach((kind, used) -> shares.put(kind, percent(Duration.ofNanos(used))));
    return shares;
  }

  private double percent(Duration used) {
    return 100.0 * used.toNanos() / length.toNanos();
  }
}
