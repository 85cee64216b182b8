package io.vfr.bench.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ThreadCpuTest {
  private static final String COUNTERS = " S 1 2 3 0 -1 64 5 0 0 0 700 50 0 0 20 0 30 0 9 1 2 3";

  @Test
  void tellsThreadsByTheirNames() {
    Map<String, Long> used = new LinkedHashMap<>();
    for (String name :
        List.of(
            "bench-vfr-trees",
            "kafka-producer-",
            "G1 Conc#0",
            "C2 CompilerThre",
            "rocksdb:low",
            "a ) b")) {
      ThreadCpu.add("17 (" + name + ")" + COUNTERS, used);
    }
    assertThat(used)
        .containsOnlyKeys("streams", "producers", "collector", "compilers", "rocksdb", "others");
    assertThat(used.values()).containsOnly(7_500_000_000L);
  }

  @Test
  void readsThisProcess() throws Exception {
    Map<String, Long> before = ThreadCpu.now();
    assertThat(before.values().stream().mapToLong(Long::longValue).sum()).isPositive();
    assertThat(ThreadCpu.difference(before, ThreadCpu.now()).values())
        .allSatisfy(nanos -> assertThat(nanos).isNotNegative());
  }
}
