package io.vfr.streams.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vfr.streams.state.TaskState.Table;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TaskStateTest {
  private final KeyValueStore<Bytes, byte[]> store = InMemoryState.store();
  private final TaskState state = new TaskState(store);
  private final StateTable bars = state.table(Table.BARS);

  private static Bytes key(int number) {
    return Bytes.wrap(("key-" + number).getBytes(StandardCharsets.UTF_8));
  }

  private static Bytes stored(int table, int number) {
    return Bytes.wrap(((char) table + "key-" + number).getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void changes_areSeenAtOnce_andWrittenLater() {
    bars.put(key(1), new byte[] {1});
    bars.put(key(1), new byte[] {2});
    assertThat(bars.get(key(1))).containsExactly(2);
    assertThat(store.approximateNumEntries()).isZero();
    state.write();
    assertThat(store.get(stored(1, 1))).containsExactly(2);

    bars.delete(key(1));
    assertThat(bars.get(key(1))).isNull();
    assertThat(store.get(stored(1, 1))).containsExactly(2);
    state.write();
    assertThat(store.approximateNumEntries()).isZero();
  }

  /** A disk may be full: what could not be written is still to be read, and to be written. */
  @Test
  @SuppressWarnings("unchecked")
  void changesThatCouldNotBeWritten_areKept() {
    KeyValueStore<Bytes, byte[]> full =
        (KeyValueStore<Bytes, byte[]>)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {KeyValueStore.class},
                (proxy, method, arguments) -> {
                  throw new ProcessorStateException("no space left");
                });
    TaskState unwritten = new TaskState(full);
    unwritten.table(Table.BARS).put(key(1), new byte[] {2});
    assertThatThrownBy(unwritten::write).isInstanceOf(ProcessorStateException.class);
    assertThat(unwritten.table(Table.BARS).get(key(1))).containsExactly(2);
    assertThatThrownBy(unwritten::write).isInstanceOf(ProcessorStateException.class);
  }

  @Test
  void tooManyChanges_areWrittenBeforeTheCommit() {
    for (int i = 0; i <= TaskState.CHANGES_MAX; i++) {
      bars.put(key(i), new byte[] {1});
    }
    assertThat(store.approximateNumEntries()).isEqualTo(TaskState.CHANGES_MAX + 1);
  }

  /** What is stored must be found by every later build. */
  @Test
  void tables_keepTheirNumbers() {
    List<Table> inOrder =
        List.of(
            Table.BARS,
            Table.INDICATOR_CHECKPOINTS,
            Table.BAR_PARTS,
            Table.FUNDAMENTALS,
            Table.SENTIMENT,
            Table.MACRO,
            Table.PENDING_PREDICTIONS,
            Table.INTERVAL_CALIBRATION,
            Table.ALERT_MEMORY);
    for (int i = 0; i < inOrder.size(); i++) {
      state.table(inOrder.get(i)).put(key(7), new byte[] {(byte) i});
      state.write();
      assertThat(store.get(stored(i + 1, 7))).containsExactly(i);
    }
    assertThat(Table.values()).hasSize(inOrder.size());
  }

  /** All tables and a model of each, at random. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void randomChangesAndReads_areThoseOfSeparateMaps(long seed) {
    Random random = new Random(seed);
    List<StateTable> tables = new ArrayList<>();
    List<TreeMap<Bytes, byte[]>> models = new ArrayList<>();
    for (Table table : Table.values()) {
      tables.add(state.table(table));
      models.add(new TreeMap<>());
    }
    for (int i = 0; i < 20_000; i++) {
      int t = random.nextInt(tables.size());
      StateTable table = tables.get(t);
      TreeMap<Bytes, byte[]> model = models.get(t);
      Bytes key = key(random.nextInt(60));
      int what = random.nextInt(100);
      if (what < 40) {
        byte[] value = {(byte) random.nextInt()};
        table.put(key, value);
        model.put(key, value);
      } else if (what < 60) {
        table.delete(key);
        model.remove(key);
      } else if (what < 95) {
        assertThat(table.get(key)).isEqualTo(model.get(key));
      } else if (what < 97) {
        state.write();
      } else {
        Bytes to = key(random.nextInt(60));
        if (key.compareTo(to) <= 0) {
          Map<Bytes, byte[]> part = model.subMap(key, true, to, true);
          assertThat(entries(table.range(key, to))).isEqualTo(entries(part));
          assertThat(entries(table.reverseRange(key, to))).isEqualTo(entries(part).reversed());
        }
      }
    }
    for (int t = 0; t < tables.size(); t++) {
      assertThat(entries(tables.get(t).all())).as("table %d", t).isEqualTo(entries(models.get(t)));
    }
  }

  @Test
  void table_mayBeChangedWhileItIsRead() {
    for (int i = 0; i < 10; i++) {
      bars.put(key(i), new byte[] {1});
    }
    int seen = 0;
    try (KeyValueIterator<Bytes, byte[]> all = bars.all()) {
      while (all.hasNext()) {
        assertThat(all.peekNextKey()).isEqualTo(key(seen));
        bars.delete(all.next().key);
        seen++;
      }
    }
    assertThat(seen).isEqualTo(10);
    assertThat(entries(bars.all())).isEmpty();
  }

  private static List<String> entries(KeyValueIterator<Bytes, byte[]> iterator) {
    List<String> entries = new ArrayList<>();
    try (iterator) {
      while (iterator.hasNext()) {
        KeyValue<Bytes, byte[]> entry = iterator.next();
        entries.add(entry.key + "=" + Arrays.toString(entry.value));
      }
    }
    return entries;
  }

  private static List<String> entries(Map<Bytes, byte[]> model) {
    return model.entrySet().stream()
        .map(entry -> entry.getKey() + "=" + Arrays.toString(entry.getValue()))
        .toList();
  }
}
