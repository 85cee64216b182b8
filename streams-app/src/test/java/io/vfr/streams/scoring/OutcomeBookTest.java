package io.vfr.streams.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vfr.schemas.Breakdown;
import io.vfr.schemas.Consensus;
import io.vfr.schemas.Probability;
import io.vfr.schemas.Signal;
import io.vfr.streams.features.StoreKeys;
import io.vfr.streams.state.HeapPools;
import io.vfr.streams.state.InMemoryState;
import io.vfr.streams.state.StateTable;
import io.vfr.streams.state.TaskState;
import io.vfr.streams.state.TaskState.Table;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutcomeBookTest {
  private static final long BAR = 86_400_000;

  private final AtomicInteger scans = new AtomicInteger();
  private final AtomicInteger writes = new AtomicInteger();
  private final KeyValueStore<Bytes, byte[]> written = InMemoryState.store();
  private final StateTable store =
      new TaskState(counting(written)).table(Table.PENDING_PREDICTIONS);

  @SuppressWarnings("unchecked")
  private KeyValueStore<Bytes, byte[]> counting(KeyValueStore<Bytes, byte[]> store) {
    return (KeyValueStore<Bytes, byte[]>)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {KeyValueStore.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("range")) {
                scans.incrementAndGet();
              }
              if (method.getName().equals("putAll")) {
                writes.addAndGet(((List<?>) arguments[0]).size());
              }
              try {
                return method.invoke(store, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  /** Has what waits written, as a commit does. */
  private void commit() {
    store.all().close();
  }

  private static PendingPrediction prediction(String symbol, long bar, long offset) {
    return new PendingPrediction(
        "id-" + offset,
        symbol,
        bar * BAR,
        offset,
        100,
        0,
        Double.NaN,
        Double.NaN,
        0.02,
        0.02,
        0.007,
        Probability.UNKNOWN,
        0,
        new Consensus(Signal.NEUTRAL, 50, 0, false, new Breakdown(0, 0, 0)),
        true,
        List.of());
  }

  private OutcomeBook book(int hotSymbols) {
    HeapPools pools = new HeapPools(new SimpleMeterRegistry());
    return new OutcomeBook(store, pools.symbols("test", hotSymbols));
  }

  private static List<Long> offsets(List<PendingPrediction> predictions) {
    return predictions.stream().map(PendingPrediction::offset).toList();
  }

  private static void add(OutcomeBook book, PendingPrediction prediction) {
    book.add(prediction);
    book.save();
  }

  private static List<PendingPrediction> meet(OutcomeBook book, String symbol, long beforeMillis) {
    List<PendingPrediction> met = book.meet(symbol, beforeMillis);
    book.save();
    return met;
  }

  /** A late price comes behind a newer bar's, and is due before it; places are used again. */
  @Test
  void latePrediction_isMetFirst_whateverItsPlace() {
    OutcomeBook book = book(10);
    add(book, prediction("A", 11, 1));
    add(book, prediction("A", 10, 2));
    assertThat(offsets(meet(book, "A", 11 * BAR))).containsExactly(2L);
    add(book, prediction("A", 12, 3));
    assertThat(book.lastGood("A")).extracting(PendingPrediction::offset).isEqualTo(3L);
    // As the store tells it, too.
    assertThat(offsets(book(10).meet("A", 13 * BAR))).containsExactly(1L, 3L);
    assertThat(offsets(meet(book, "A", 12 * BAR))).containsExactly(1L);
    add(book, prediction("A", 13, 4));
    add(book, prediction("A", 14, 5));
    assertThat(offsets(meet(book, "A", 15 * BAR))).containsExactly(3L, 4L, 5L);
    assertThat(meet(book, "A", 99 * BAR)).isEmpty();
    commit();
    assertThat(written.approximateNumEntries()).isZero();
  }

  @Test
  void onePredictionABar_costsOneWriteAndNoDeletion() {
    OutcomeBook book = book(10);
    meet(book, "A", 0);
    commit();
    writes.set(0);
    int bars = 100;
    for (int bar = 1; bar <= bars; bar++) {
      assertThat(offsets(book.meet("A", (bar - 1) * BAR)))
          .isEqualTo(bar > 2 ? List.of(bar - 2L) : List.of());
      book.add(prediction("A", bar, bar));
      book.save();
      commit();
    }
    assertThat(writes.get()).isEqualTo(bars);
    assertThat(written.approximateNumEntries()).isEqualTo(1);
  }

  @Test
  void severalBars_betweenTwoSaves_costOneWrite() {
    OutcomeBook book = book(10);
    for (int bar = 1; bar <= 5; bar++) {
      book.meet("A", (bar - 1) * BAR);
      book.add(prediction("A", bar, bar));
    }
    book.add(prediction("B", 5, 6));
    book.add(prediction("B", 6, 7));
    assertThat(store.get(StoreKeys.times("B", 0, 0))).as("before it is saved").isNull();
    book.save();
    commit();
    assertThat(writes.get()).isEqualTo(2);
    book.save();
    commit();
    assertThat(writes.get()).as("with nothing new").isEqualTo(2);
    assertThat(offsets(book(10).meet("A", 99 * BAR))).containsExactly(4L, 5L);
    assertThat(offsets(book(10).meet("B", 99 * BAR))).containsExactly(6L, 7L);
  }

  @Test
  void saveSome_writesWhenManySymbolsHaveChanged_andNotWhenFewChangeOften() {
    OutcomeBook book = book(2 * OutcomeBook.UNSAVED_BATCH);
    for (int symbol = 0; symbol < OutcomeBook.UNSAVED_BATCH; symbol++) {
      // A new symbol has what waits saved before it is read.
      book.meet("S" + symbol, 0);
    }
    for (int bar = 1; bar < 4; bar++) {
      for (int symbol = 1; symbol < OutcomeBook.UNSAVED_BATCH; symbol++) {
        book.meet("S" + symbol, (bar - 1) * BAR);
        book.add(prediction("S" + symbol, bar, bar));
        book.saveSome();
      }
    }
    commit();
    assertThat(writes.get()).as("of one symbol less").isZero();
    book.add(prediction("S0", 4, 4));
    book.saveSome();
    commit();
    assertThat(writes.get()).isEqualTo(OutcomeBook.UNSAVED_BATCH);
  }

  @Test
  void symbols_droppedFromTheHeapBeforeTheirRecordWasWritten_areReadAsTheyWere() {
    HeapPools pools = new HeapPools(new SimpleMeterRegistry());
    OutcomeBook book = new OutcomeBook(store, pools.symbols("test", 10));
    List<String> symbols = List.of("A", "B", "C");
    symbols.forEach(symbol -> book.add(prediction(symbol, 10, 1)));
    book.save();
    // Changed while all are on the heap; then the first one's turn drops the others.
    symbols.forEach(symbol -> book.add(prediction(symbol, 11, 2)));
    pools.shed(true);
    assertThat(offsets(book.meet("A", 99 * BAR))).containsExactly(1L, 2L);
    assertThat(offsets(book.meet("B", 11 * BAR))).containsExactly(1L);
    assertThat(offsets(book.meet("C", 99 * BAR))).containsExactly(1L, 2L);
    assertThat(offsets(book.meet("B", 99 * BAR))).containsExactly(2L);
    assertThat(book.meet("A", 99 * BAR)).isEmpty();
  }

  @Test
  void records_ofBuildsWithoutSharedOnes_areMet() {
    ModelTable table = new ModelTable(store);
    for (long offset : new long[] {3, 4, 5}) {
      PendingPrediction prediction = prediction("A", 10, offset);
      store.put(
          StoreKeys.times("A", 10 * BAR, offset),
          PendingPrediction.single(prediction.part(table, new byte[0])));
    }
    OutcomeBook book = book(10);
    add(book, prediction("A", 11, 6));
    assertThat(book.lastGood("A")).extracting(PendingPrediction::offset).isEqualTo(6L);
    assertThat(offsets(meet(book, "A", 11 * BAR))).containsExactly(3L, 4L, 5L);
    assertThat(offsets(meet(book, "A", 12 * BAR))).containsExactly(6L);
    commit();
    assertThat(written.approximateNumEntries()).isZero();
  }

  @Test
  void sharedRecord_isRefusedByItsVersion() {
    OutcomeBook book = book(10);
    add(book, prediction("A", 10, 1));
    Bytes key = StoreKeys.times("A", 0, 0);
    byte[] shared = Objects.requireNonNull(store.get(key));
    // A build that knows single predictions only reads the first byte of it as theirs.
    assertThatThrownBy(() -> PendingPrediction.partOfSingle(0, 0, shared))
        .hasMessage(
            "a pending prediction has format version 2, this build reads 1: a newer build wrote"
                + " it");
    shared[0] = 3;
    store.put(key, shared);
    assertThatThrownBy(() -> book(10).meet("A", BAR))
        .hasMessageContaining("has format version 3, this build reads 2");
  }

  @Test
  void meet_thousandsOfTicksInOneBar_readsTheStoreWhenTheyAreMetAndNotBefore() {
    OutcomeBook book = book(10);
    meet(book, "A", 9 * BAR);
    int before = scans.get();
    int ticks = 5_000;
    for (int i = 0; i < ticks; i++) {
      assertThat(meet(book, "A", 9 * BAR)).isEmpty();
      add(book, prediction("A", 10, i));
    }
    assertThat(scans.get()).as("scans while nothing was due").isEqualTo(before);
    add(book, prediction("A", 11, ticks));

    assertThat(meet(book, "A", 11 * BAR)).hasSize(ticks);
    assertThat(scans.get()).isEqualTo(before + 1);
    assertThat(meet(book, "A", 11 * BAR)).isEmpty();
    assertThat(offsets(meet(book, "A", 12 * BAR))).containsExactly((long) ticks);
    assertThat(meet(book, "A", 99 * BAR)).isEmpty();
  }

  @Test
  void newest_ofASymbolThatWasForgotten_isReadAgain() {
    OutcomeBook book = book(1);
    for (int i = 0; i < 3 * OutcomeBook.HEAP_MAX; i++) {
      add(book, prediction("A", 10, i));
    }
    add(book, prediction("A", 11, 999));
    add(book, prediction("B", 10, 1000));

    assertThat(book.lastGood("A")).extracting(PendingPrediction::offset).isEqualTo(999L);
    assertThat(meet(book, "A", 11 * BAR)).hasSize(3 * OutcomeBook.HEAP_MAX);
    assertThat(offsets(meet(book, "B", 11 * BAR))).containsExactly(1000L);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void meet_randomTicksBarsSavesAndRestarts_givesEachOnceInOrder(long seed) {
    Random random = new Random(seed);
    OutcomeBook book = book(2);
    List<List<PendingPrediction>> waiting = new ArrayList<>();
    for (int s = 0; s < 4; s++) {
      waiting.add(new ArrayList<>());
    }
    long bar = 10;
    for (int i = 0; i < 4_000; i++) {
      if (random.nextInt(300) == 0) {
        bar++;
      }
      if (random.nextInt(9) == 0) {
        book.save();
      }
      if (random.nextInt(700) == 0) {
        book.save();
        book = book(2);
      }
      int s = random.nextInt(4);
      String symbol = "S" + s;
      long due = bar - 1 - random.nextInt(2);
      List<PendingPrediction> expected =
          waiting.get(s).stream()
              .filter(p -> p.barMillis() < due * BAR)
              .sorted(
                  Comparator.comparingLong(PendingPrediction::barMillis)
                      .thenComparingLong(PendingPrediction::offset))
              .toList();
      assertThat(offsets(book.meet(symbol, due * BAR)))
          .as("seed %d, event %d", seed, i)
          .isEqualTo(offsets(expected));
      waiting.get(s).removeAll(expected);
      PendingPrediction added = prediction(symbol, bar - random.nextInt(3), i);
      book.add(added);
      waiting.get(s).add(added);
    }
  }
}
