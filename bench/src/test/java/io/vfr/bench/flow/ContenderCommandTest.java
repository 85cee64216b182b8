package io.vfr.bench.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ContenderCommandTest {
  @Test
  void shedLoad_isSeenInTheMetrics() {
    String before = "# TYPE vfr_load_sheds_total counter\nvfr_load_shedding 0.0\n";
    assertThat(ContenderCommand.hasShed(before + "vfr_load_sheds_total 0.0\n")).isFalse();
    assertThat(ContenderCommand.hasShed(before + "vfr_load_sheds_total 2.0\n")).isTrue();
    assertThat(ContenderCommand.hasShed(before + "vfr_load_sheds_total{instance=\"a\"} 1.0\n"))
        .isTrue();
  }

  @Test
  void metricsWithoutIt_areNotTakenForAnInstanceThatShedNothing() {
    assertThatThrownBy(() -> ContenderCommand.hasShed("vfr_load_shedding 0.0\n"))
        .hasMessageContaining("no vfr_load_sheds_total");
  }
}
