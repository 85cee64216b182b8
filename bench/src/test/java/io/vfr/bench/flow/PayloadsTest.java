package io.vfr.bench.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PayloadsTest {
  @Test
  void told_saysHowMuchCompressionLeaves() throws Exception {
    assertThat(new Payloads(random(100, 3)).compressed()).isBetween(0.95, 1.05);
    byte[] same = random(1, 3).getFirst();
    assertThat(new Payloads(List.of(same, same, same, same)).told())
        .isEqualTo("4 records of 1,000 bytes in the mean, 0.26 of it with LZ4");
  }

  @Test
  void none_isRefused() {
    assertThatThrownBy(() -> new Payloads(List.of())).hasMessageContaining("no records");
  }

  static List<byte[]> random(int count, long seed) {
    Random random = new Random(seed);
    List<byte[]> values = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] value = new byte[1000];
      random.nextBytes(value);
      values.add(value);
    }
    return values;
  }
}
