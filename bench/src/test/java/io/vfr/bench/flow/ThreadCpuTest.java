package io.vfr.bench.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ThreadCpuTest {
  private static final String COUNTERS = " S 1 2 3 0 -1 64 5 0 0 0 700 50 0 0 20 0 30 0 9 1 2 3";
  private static final long USED = 7_500_000_000L;

  private static ThreadCpu.Used thread(String name) {
    return ThreadCpu.read("17 (" + name + ")" + COUNTERS);
  }

  @Test
  void tellsThreadsByTheirNames() {
    assertThat(thread("bench-vfr-trees")).isEqualTo(new ThreadCpu.Used("streams", USED));
    assertThat(thread("kafka-producer-")).isEqualTo(new ThreadCpu.Used("producers", USED));
    assertThat(thread("G1 Conc#0")).isEqualTo(new ThreadCpu.Used("collector", USED));
    assertThat(thread("C2 CompilerThre")).isEqualTo(new ThreadCpu.Used("compilers", USED));
    assertThat(thread("rocksdb:low")).isEqualTo(new ThreadCpu.Used("rocksdb", USED));
    assertThat(thread("a ) b")).isEqualTo(new ThreadCpu.Used("others", USED));
  }

  @Test
  void difference_isOfThreadsThatAreThereAtTheEnd() {
    Map<String, ThreadCpu.Used> before =
        Map.of("1", new ThreadCpu.Used("streams", 5), "2", new ThreadCpu.Used("compilers", 8));
    Map<String, ThreadCpu.Used> after =
        Map.of("1", new ThreadCpu.Used("streams", 9), "3", new ThreadCpu.Used("compilers", 1));
    assertThat(ThreadCpu.difference(before, after))
        .containsEntry("streams", 4L)
        .containsEntry("compilers", 1L)
        .containsEntry("collector", 0L);
  }

  @Test
  void readsThisProcess() throws Exception {
    Map<String, ThreadCpu.Used> before = ThreadCpu.now();
    assertThat(before.values().stream().mapToLong(ThreadCpu.Used::nanos).sum()).isPositive();
    assertThat(ThreadCpu.difference(before, ThreadCpu.now()).values())
        .allSatisfy(nanos -> assertThat(nanos).isNotNegative());
  }
}
