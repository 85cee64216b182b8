package io.vfr.streams.emit;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfr.models.registry.ModelSet;
import io.vfr.schemas.PriceBar;
import io.vfr.streams.Pipeline;
import io.vfr.streams.TestConfigs;
import io.vfr.streams.reference.Walk;
import io.vfr.streams.state.TaskState;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What alerts have told is stored when it changes, and not because a bar began. */
class AlertMemoryFlowTest {
  @TempDir private Path directory;

  @Test
  void dailyBars_storeTheMemoryWhereAlertsAreTold_andSeldomElsewhere() {
    Bytes key = Bytes.wrap("\tAAA".getBytes(StandardCharsets.UTF_8));
    List<PriceBar> bars = Walk.bars("AAA", 300, 1);
    int written = 0;
    int told = 0;
    try (Pipeline pipeline =
        new Pipeline(
            TestConfigs.daily(directory.resolve("state")), ModelSet.ofChampions(List.of()))) {
      KeyValueStore<Bytes, byte[]> store = pipeline.driver().getKeyValueStore(TaskState.NAME);
      byte[] before = store.get(key);
      for (int i = 0; i < bars.size(); i++) {
        PriceBar bar = bars.get(i);
        // A range of several times the usual: VOLATILITY_SPIKE.
        boolean wild = i > 100 && i % 40 == 0;
        pipeline.price(
            wild
                ? new PriceBar(
                    "AAA",
                    bar.ts(),
                    bar.open(),
                    2 * bar.high(),
                    bar.low() / 2,
                    bar.close(),
                    bar.volume(),
                    null)
                : bar);
        byte[] now = store.get(key);
        boolean alerted = !pipeline.alerts().isEmpty();
        boolean changed = !Arrays.equals(before, now);
        if (alerted) {
          assertThat(changed).as("bar %d", i).isTrue();
          told++;
        }
        written += changed ? 1 : 0;
        before = now;
      }
    }
    assertThat(told).isPositive();
    // Told, and forgotten with the next bar.
    assertThat(written).isBetween(told, 2 * told);
  }
}
