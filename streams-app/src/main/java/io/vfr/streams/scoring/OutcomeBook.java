package io.vfr.streams.scoring;

import io.vfr.streams.features.StoreKeys;
import io.vfr.streams.state.HotSymbols;
import io.vfr.streams.state.StateTable;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.jspecify.annotations.Nullable;

/**
 * The predictions of one task that wait for their return: in the store, and those of hot symbols on
 * the heap as well, so that the usual event reads none and changes one.
 *
 * <p>A symbol's first {@link #NEAR_MAX} share one record: enough for one prediction a bar, since a
 * prediction waits for the bar after its own to close. Further ones (ticks) have records of their
 * own, which are deleted when they are met. A symbol that ticks has thousands of them in one bar.
 * They stay in the store, are read when they are met, and cost the events before that nothing: of
 * each symbol it is known which bar the oldest one is of.
 *
 * <p>A shared record that several events change is made once, by {@link #save}.
 */
final class OutcomeBook {
  /** A symbol with more predictions in records of their own is read when they are met. */
  static final int HEAP_MAX = 32;

  /** How many predictions of a symbol share its record: two places that take turns. */
  static final int NEAR_MAX = 2;

  /** From so many shared records on {@link #saveSome} writes. */
  static final int UNSAVED_BATCH = 256;

  private static final byte[] NONE = {};

  private static final int KEY_NUMBERS_BYTES = 2 * Long.BYTES;

  /**
   * In the place of a bar's start, in the key of the shared record; no accepted price is as old.
   */
  private static final long NEAR = 0;

  /** No bar is as late: of a symbol without waiting predictions. */
  private static final long NEVER = Long.MAX_VALUE;

  private static final Comparator<PendingPrediction> BY_AGE =
      Comparator.comparingLong(PendingPrediction::barMillis)
          .thenComparingLong(PendingPrediction::offset);

  /**
   * One symbol's waiting predictions, each as its part. The usual event puts a part into an array
   * that is there and changes no reference: what a symbol holds until its next bar would otherwise
   * be carried from generation to generation by the collector, with each event anew.
   */
  static final class Waiting {
    /** Nothing is at this place. */
    private static final int NOWHERE = -1;

    /** Parts of the shared record, and where such parts were. */
    private final byte[][] near = new byte[NEAR_MAX][];

    /** How many of them wait. */
    private int nearCount;

    /** The place of the first; the second is at the other. */
    private int first;

    /** Those with records of their own; null when they are too many for the heap. */
    private @Nullable List<byte[]> own = List.of();

    /** The place of the newest; NOWHERE if it has a record of its own or there is none. */
    private int newestNear = NOWHERE;

    /** The newest, if it has a record of its own. */
    private byte @Nullable [] newestOwn;

    /** Start of the bar that the newest was made in. */
    private long newestMillis = Long.MIN_VALUE;

    /** Start of the bar that the oldest was made in. */
    private long oldestMillis = NEVER;

    private final String symbol;

    /** Whether the shared record is not yet what waits in {@code near}. */
    private boolean unsaved;

    Waiting(String symbol) {
      this.symbol = symbol;
      Arrays.fill(near, NONE);
    }

    private byte[] firstNear() {
      return near[first];
    }

    /** The value of the shared record. */
    private byte[] shared() {
      List<byte[]> parts = new ArrayList<>(nearCount);
      for (int i = 0; i < nearCount; i++) {
        parts.add(near[(first + i) % NEAR_MAX]);
      }
      return PendingPrediction.shared(parts);
    }

    private void addNear(PendingPrediction prediction, ModelTable table) {
      addNear(prediction.part(table, near[nextPlace()]));
    }

    private void addNear(byte[] part) {
      int place = nextPlace();
      if (part != near[place]) {
        near[place] = part;
      }
      nearCount++;
      note(part, place);
    }

    private int nextPlace() {
      return (first + nearCount) % NEAR_MAX;
    }

    private void removeFirst() {
      first = (first + 1) % NEAR_MAX;
      nearCount--;
    }

    /** Puts the first behind the other, if there is another. */
    private void rotate() {
      if (nearCount == NEAR_MAX) {
        first = (first + 1) % NEAR_MAX;
      }
    }

    private void addOwn(byte[] part) {
      if (own != null) {
        if (own.isEmpty()) {
          own = new ArrayList<>(2);
        }
        own.add(part);
        if (own.size() > HEAP_MAX) {
          own = null;
        }
      }
      note(part, NOWHERE);
    }

    private void note(byte[] part, int place) {
      long barMillis = PendingPrediction.barMillisOf(part);
      // What was at the place of the newest waits no more.
      if (barMillis >= newestMillis || (place != NOWHERE && place == newestNear)) {
        newestMillis = barMillis;
        newestNear = place;
        newestOwn = place == NOWHERE ? part : null;
      }
      oldestMillis = Math.min(oldestMillis, barMillis);
    }

    private byte @Nullable [] newest() {
      return newestNear == NOWHERE ? newestOwn : near[newestNear];
    }
  }

  private final StateTable store;
  private final ModelTable table;
  private final HotSymbols<Waiting> hot;

  /** Those whose shared record is to be written. */
  private final List<Waiting> unsaved = new ArrayList<>();

  /** Of the symbol that was asked for last, which the pool does not drop. */
  private @Nullable Waiting turn;

  OutcomeBook(StateTable store, HotSymbols<Waiting> hot) {
    this.store = store;
    table = new ModelTable(store);
    this.hot = hot;
  }

  /** Adds a prediction. */
  void add(PendingPrediction prediction) {
    Waiting waiting = waiting(prediction.symbol());
    if (waiting.nearCount < NEAR_MAX) {
      waiting.addNear(prediction, table);
      changed(waiting);
    } else {
      byte[] part = prediction.part(table, NONE);
      store.put(key(prediction), PendingPrediction.single(part));
      waiting.addOwn(part);
    }
  }

  private void changed(Waiting waiting) {
    if (!waiting.unsaved) {
      waiting.unsaved = true;
      unsaved.add(waiting);
    }
  }

  /**
   * Takes out the predictions of a symbol that were made in bars before a time, oldest first.
   *
   * @param beforeMillis start of a bar, epoch milliseconds
   */
  List<PendingPrediction> meet(String symbol, long beforeMillis) {
    Waiting waiting = waiting(symbol);
    if (waiting.oldestMillis >= beforeMillis) {
      return List.of();
    }
    List<PendingPrediction> met = new ArrayList<>(NEAR_MAX);
    waiting.oldestMillis = takeNear(symbol, waiting, beforeMillis, met);
    int shared = met.size();
    if (shared > 0) {
      changed(waiting);
    }
    List<byte[]> own = waiting.own;
    if (own == null) {
      int newestNear = waiting.newestNear;
      byte[] newestOwn = waiting.newestOwn;
      waiting.own = List.of();
      scan(symbol, met, waiting, beforeMillis);
      waiting.newestNear = newestNear;
      waiting.newestOwn = newestOwn;
    } else {
      waiting.oldestMillis =
          Math.min(waiting.oldestMillis, takeOwn(symbol, own, beforeMillis, met));
    }
    for (int i = shared; i < met.size(); i++) {
      store.delete(key(met.get(i)));
    }
    met.sort(BY_AGE);
    return met;
  }

  /**
   * Takes the predictions of bars before a time out of the shared record. A late price may have put
   * one that is due behind one that is not.
   *
   * @return start of the bar that the oldest of the others was made in
   */
  private long takeNear(
      String symbol, Waiting waiting, long beforeMillis, List<PendingPrediction> to) {
    long oldestMillis = NEVER;
    for (int left = waiting.nearCount; left > 0; left--) {
      byte[] part = waiting.firstNear();
      long barMillis = PendingPrediction.barMillisOf(part);
      if (barMillis < beforeMillis) {
        to.add(PendingPrediction.ofPart(symbol, part, table));
        waiting.removeFirst();
      } else {
        oldestMillis = Math.min(oldestMillis, barMillis);
        waiting.rotate();
      }
    }
    return oldestMillis;
  }

  /** The same with those that have records of their own. */
  private long takeOwn(
      String symbol, List<byte[]> own, long beforeMillis, List<PendingPrediction> to) {
    long oldestMillis = NEVER;
    Iterator<byte[]> each = own.iterator();
    while (each.hasNext()) {
      byte[] part = each.next();
      long barMillis = PendingPrediction.barMillisOf(part);
      if (barMillis < beforeMillis) {
        to.add(PendingPrediction.ofPart(symbol, part, table));
        each.remove();
      } else {
        oldestMillis = Math.min(oldestMillis, barMillis);
      }
    }
    return oldestMillis;
  }

  /** Writes the shared records that have changed; every commit must. */
  void save() {
    for (Waiting waiting : unsaved) {
      waiting.unsaved = false;
      Bytes key = nearKey(waiting.symbol);
      if (waiting.nearCount == 0) {
        store.delete(key);
      } else {
        store.put(key, waiting.shared());
      }
    }
    unsaved.clear();
  }

  /**
   * Writes the shared records that have changed if they are many, so that the commit has little
   * left to do. Below that each is written once a commit, unless a symbol must be loaded.
   */
  void saveSome() {
    if (unsaved.size() >= UNSAVED_BATCH) {
      save();
    }
  }

  /** The newest waiting prediction in which a model scored; null if there is none. */
  @Nullable PendingPrediction lastGood(String symbol) {
    byte[] newest = waiting(symbol).newest();
    if (newest == null) {
      return null;
    }
    PendingPrediction prediction = PendingPrediction.ofPart(symbol, newest, table);
    return prediction.good() ? prediction : null;
  }

  private Waiting waiting(String symbol) {
    if (turn != null && turn.symbol.equals(symbol)) {
      return turn;
    }
    Waiting known = hot.get(symbol);
    if (known == null) {
      // It may have left the pool before its record was written.
      save();
      known = loaded(symbol);
      hot.put(symbol, known);
    }
    turn = known;
    return known;
  }

  private Waiting loaded(String symbol) {
    Waiting loaded = new Waiting(symbol);
    byte[] near = store.get(nearKey(symbol));
    if (near != null) {
      List<byte[]> parts = PendingPrediction.partsOfShared(symbol, near, table);
      if (parts.size() > NEAR_MAX) {
        throw new IllegalStateException(
            "the shared record of "
                + symbol
                + " holds "
                + parts.size()
                + " waiting predictions; this build reads "
                + NEAR_MAX);
      }
      parts.forEach(loaded::addNear);
    }
    scan(symbol, new ArrayList<>(), loaded, Long.MIN_VALUE);
    if (loaded.own == null) {
      loaded.note(newestOwn(symbol), Waiting.NOWHERE);
    }
    return loaded;
  }

  /**
   * Reads the records of single predictions: those of bars before a time, and of the others as many
   * as the heap would hold and one more, which tells that there are too many for it.
   */
  private void scan(
      String symbol, List<PendingPrediction> before, Waiting others, long beforeMillis) {
    try (KeyValueIterator<Bytes, byte[]> all =
        store.range(firstOwnKey(symbol), StoreKeys.last(symbol, KEY_NUMBERS_BYTES))) {
      while (all.hasNext() && others.own != null) {
        byte[] part = partOf(symbol, all.next());
        if (PendingPrediction.barMillisOf(part) < beforeMillis) {
          before.add(PendingPrediction.ofPart(symbol, part, table));
        } else {
          others.addOwn(part);
        }
      }
    }
  }

  /** The newest prediction with a record of its own; there must be one. */
  private byte[] newestOwn(String symbol) {
    try (KeyValueIterator<Bytes, byte[]> all =
        store.reverseRange(firstOwnKey(symbol), StoreKeys.last(symbol, KEY_NUMBERS_BYTES))) {
      return partOf(symbol, all.next());
    }
  }

  private static byte[] partOf(String symbol, KeyValue<Bytes, byte[]> entry) {
    ByteBuffer numbers = StoreKeys.afterName(entry.key, symbol);
    return PendingPrediction.partOfSingle(numbers.getLong(), numbers.getLong(), entry.value);
  }

  private static Bytes key(PendingPrediction prediction) {
    return StoreKeys.times(prediction.symbol(), prediction.barMillis(), prediction.offset());
  }

  private static Bytes nearKey(String symbol) {
    return StoreKeys.times(symbol, NEAR, 0);
  }

  private static Bytes firstOwnKey(String symbol) {
    return StoreKeys.times(symbol, NEAR + 1, 0);
  }
}
