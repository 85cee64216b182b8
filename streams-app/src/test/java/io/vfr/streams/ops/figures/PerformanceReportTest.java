package io.vfr.streams.ops.figures;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.vfr.streams.ops.figures.InstanceFigures.Cache;
import io.vfr.streams.ops.figures.InstanceFigures.Latency;
import io.vfr.streams.ops.figures.InstanceFigures.Memory;
import io.vfr.streams.ops.figures.InstanceFigures.Times;
import io.vfr.streams.ops.figures.InstanceFigures.TopicCounts;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PerformanceReportTest {
  private static InstanceFigures instance(
      String address, double p95, double batchMax, long in, long accepted, long letters) {
    return new InstanceFigures(
        "vfr-" + address,
        address,
        "RUNNING",
        0,
        10_000,
        List.of(0, 1),
        List.of(2),
        new TreeMap<>(Map.of("vfr.prices", new TopicCounts(in, accepted, letters, 0))),
        letters == 0 ? Map.of() : Map.of("NOT_JSON", letters),
        accepted,
        accepted,
        accepted / 100,
        new Latency(
            accepted,
            p95 / 2,
            p95 / 2,
            p95,
            2 * p95,
            3 * p95,
            new LinkedHashMap<>(Map.of("5", 1L))),
        new Times(10, batchMax / 2, batchMax),
        new Times(10, 0.001, 0.1),
        new Times(4, 300.0, 500.0),
        new Cache(4, 4_000_000, 0.99),
        new Memory(100 << 20, 400 << 20, 600L << 20, false),
        new TreeMap<>(Map.of("vfr.prices-0", 7L, "vfr.prices-1", 0L)));
  }

  private static List<String> findings(InstanceFigures... instances) {
    return PerformanceReport.of(new ClusterFigures(10_000, List.of(instances), List.of()))
        .recommendations()
        .stream()
        .map(PerformanceReport.Recommendation::finding)
        .toList();
  }

  @Test
  void sumsAndWorsts_overTheInstances() {
    PerformanceReport report =
        PerformanceReport.of(
            new ClusterFigures(
                10_000,
                List.of(
                    instance("a:1", 20, 5, 1_000, 1_000, 0),
                    instance("b:1", 40, 9, 3_000, 2_995, 5)),
                List.of()));
    assertThat(report.predictions()).isEqualTo(3_995);
    assertThat(report.predictionsPerSecond()).isEqualTo(399.5);
    assertThat(report.p95Millis()).isEqualTo(40);
    assertThat(report.inferenceMillisMax()).isEqualTo(9);
    assertThat(report.lag()).isEqualTo(14);
    assertThat(report.deadLetters()).containsExactly(Map.entry("NOT_JSON", 5L));
    assertThat(report.recommendations()).isEmpty();
    assertThat(report.accounted()).isTrue();
    assertThat(PerformanceText.of(report))
        .contains("3,995", "p95 40.00 ms", "Nothing to recommend");
  }

  @Test
  void whatIsBeyondItsLimit_isFoundWithItsFigure() {
    assertThat(findings(instance("a:1", 101, 5, 1_000, 1_000, 0)))
        .containsExactly("the 95th percentile of latency is 101 ms, above 100 ms");
    assertThat(findings(instance("a:1", 100, 51, 1_000, 1_000, 0)))
        .containsExactly("a batch took 51 ms to score, above 50 ms");
    assertThat(findings(instance("a:1", 1, 1, 1_000, 980, 20)))
        .containsExactly("20 of 1,000 records were refused, above 1 %");
    assertThat(findings(instance("a:1", 1, 1, 1_000, 900, 0)))
        .containsExactly("vfr-a:1 has read 100 records of vfr.prices of which nothing is known");
  }

  @Test
  void silentInstance_isNamed() {
    PerformanceReport report =
        PerformanceReport.of(
            new ClusterFigures(1, List.of(instance("a:1", 1, 1, 10, 10, 0)), List.of("b:8080")));
    assertThat(report.recommendations().getFirst().finding()).isEqualTo("b:8080 does not answer");
    assertThat(PerformanceText.of(report)).contains("b:8080", "does not answer");
  }

  @Test
  void json_readsBackAsItWas() throws Exception {
    ObjectMapper mapper = new ObjectMapper();
    PerformanceReport report =
        PerformanceReport.of(
            new ClusterFigures(1, List.of(instance("a:1", 101, 1, 10, 10, 0)), List.of("b:1")));
    String json = mapper.writeValueAsString(report);
    assertThat(mapper.readValue(json, PerformanceReport.class)).isEqualTo(report);
    assertThat(json).doesNotContain("NaN", "accounted\":true");
  }
}
