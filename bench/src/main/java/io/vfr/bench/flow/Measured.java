package io.vfr.bench.flow;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One contender's run, all its instances together.
 *
 * @param records price records of the measured part, without those of the warm-up
 * @param seconds from the commit that ended the warm-up to the last one
 * @param cpuMicros CPU time of the contender's processes for a record, microseconds; the broker's
 *     is not in it
 * @param threadMicros the same by kind of thread, see {@link ThreadCpu}
 * @param brokerMicros CPU time of this process for a record, microseconds: the broker, and who
 *     watches what is committed
 * @param residentMegabytes resident memory at the end, when every record is committed and nothing
 *     is closed yet: heap as far as it was taken, stores, natives, code
 * @param residentPeakMegabytes most resident memory since the processes began, the sum of each
 *     one's
 */
record Measured(
    String contender,
    long records,
    double seconds,
    double cpuMicros,
    Map<String, Double> threadMicros,
    double brokerMicros,
    long residentMegabytes,
    long residentPeakMegabytes) {
  /**
   * Of records that the instances read together.
   *
   * @param brokerNanos CPU time of this process meanwhile
   */
  static Measured of(
      Contender contender, long records, double seconds, long brokerNanos, List<Usage> instances) {
    Map<String, Double> threads = new LinkedHashMap<>();
    ThreadCpu.sum(instances.stream().map(Usage::threadNanos).toList())
        .forEach((kind, nanos) -> threads.put(kind, nanos / 1e3 / records));
    return new Measured(
        contender.label(),
        records,
        seconds,
        instances.stream().mapToLong(Usage::cpuNanos).sum() / 1e3 / records,
        threads,
        brokerNanos / 1e3 / records,
        instances.stream().mapToLong(Usage::residentMegabytes).sum(),
        instances.stream().mapToLong(Usage::residentPeakMegabytes).sum());
  }

  double recordsPerSecond() {
    return records / seconds;
  }
}
