package io.vfr.streams.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vfr.models.StoredFormat;
import io.vfr.streams.state.InMemoryState;
import io.vfr.streams.state.StateTable;
import io.vfr.streams.state.TaskState.Table;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.utils.Bytes;
import org.junit.jupiter.api.Test;

class ModelTableTest {
  private static final Bytes KEY = Bytes.wrap(new byte[] {0});

  private final StateTable store = InMemoryState.open().table(Table.PENDING_PREDICTIONS);

  @Test
  void written_isReadAgain() {
    ModelTable table = new ModelTable(store);
    assertThat(table.number("a@1.0.0")).isZero();
    assertThat(table.number("b@1.0.0")).isEqualTo(1);
    assertThat(store.get(KEY)).startsWith((byte) 1, (byte) 'a');
    assertThat(new ModelTable(store).name(1))
        .isEqualTo(new ModelTable.Name("b@1.0.0", "b", "1.0.0"));
  }

  @Test
  void newer_isRefused() {
    store.put(KEY, "\u0002a@1.0.0".getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> new ModelTable(store))
        .isInstanceOf(StoredFormat.UnknownVersionException.class)
        .hasMessageContaining("a stored table of models has format version 2, this build reads 1");
  }
}
