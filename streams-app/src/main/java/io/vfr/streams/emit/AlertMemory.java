package io.vfr.streams.emit;

import io.vfr.models.StoredFormat;
import io.vfr.schemas.AlertType;
import io.vfr.schemas.Signal;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What the alert rules remember of one symbol: which conditions are raised, which of them changed
 * in the current bar, and the sides that were taken.
 *
 * @param barEnd end of the newest bar seen, epoch milliseconds
 * @param raised bit set of the conditions that are raised, by {@link #code(AlertType)}
 * @param changed bit set of the conditions that were raised or cleared in the newest bar
 * @param strongSide side of the raised STRONG_SIGNAL, NEUTRAL if none is raised
 * @param direction last directional consensus that was taken note of, NEUTRAL before the first
 * @param consensusBarEnd end of the bar whose consensus was counted last, epoch milliseconds
 * @param consensusBars for how many bars on end the models' (dis)agreement has been other than what
 *     is raised
 */
record AlertMemory(
    long barEnd,
    int raised,
    int changed,
    Signal strongSide,
    Signal direction,
    long consensusBarEnd,
    int consensusBars) {
  static final AlertMemory EMPTY =
      new AlertMemory(Long.MIN_VALUE, 0, 0, Signal.NEUTRAL, Signal.NEUTRAL, Long.MIN_VALUE, 0);

  /** 1 had enum ordinals and no newest bar; it was never part of a release. */
  private static final StoredFormat FORMAT = new StoredFormat("a stored alert memory", 2, 2);

  boolean isRaised(AlertType type) {
    return (raised & bit(type)) != 0;
  }

  /** Whether the condition was already raised or cleared in the newest bar. */
  boolean hasChanged(AlertType type) {
    return (changed & bit(type)) != 0;
  }

  /** Moves on to a bar; what changed in an older one no longer counts. */
  AlertMemory at(long end) {
    return end <= barEnd
        ? this
        : new AlertMemory(end, raised, 0, strongSide, direction, consensusBarEnd, consensusBars);
  }

  /**
   * Whether it says nothing that an older memory does not say. The bar alone does not count where
   * nothing has changed in it: it tells until when changes matter.
   */
  boolean saysNoMoreThan(AlertMemory older) {
    return equals(older) || (changed == 0 && older.changed == 0 && equals(older.at(barEnd)));
  }

  /** Raises or clears a condition. */
  AlertMemory with(AlertType type, boolean on) {
    int bit = bit(type);
    return new AlertMemory(
        barEnd,
        on ? raised | bit : raised & ~bit,
        changed | bit,
        strongSide,
        direction,
        consensusBarEnd,
        consensusBars);
  }

  /** Raises STRONG_SIGNAL for a side, or clears it with NEUTRAL. */
  AlertMemory withStrong(Signal side) {
    AlertMemory next = with(AlertType.STRONG_SIGNAL, side != Signal.NEUTRAL);
    return new AlertMemory(
        barEnd, next.raised, next.changed, side, direction, consensusBarEnd, consensusBars);
  }

  AlertMemory withDirection(Signal taken) {
    return new AlertMemory(
        barEnd, raised, changed, strongSide, taken, consensusBarEnd, consensusBars);
  }

  /** Takes note of a flip, an event that is raised but does not stay so. */
  AlertMemory withFlip(Signal taken) {
    return new AlertMemory(
        barEnd,
        raised,
        changed | bit(AlertType.SIGNAL_FLIP),
        strongSide,
        taken,
        consensusBarEnd,
        consensusBars);
  }

  AlertMemory withConsensus(long end, int bars) {
    return new AlertMemory(barEnd, raised, changed, strongSide, direction, end, bars);
  }

  byte[] bytes() {
    return ByteBuffer.allocate(3 + 3 * Integer.BYTES + 2 * Long.BYTES)
        .put(FORMAT.version())
        .putLong(barEnd)
        .putInt(raised)
        .putInt(changed)
        .put(code(strongSide))
        .put(code(direction))
        .putLong(consensusBarEnd)
        .putInt(consensusBars)
        .array();
  }

  static AlertMemory read(byte @Nullable [] bytes) {
    if (bytes == null) {
      return EMPTY;
    }
    ByteBuffer in = ByteBuffer.wrap(bytes);
    FORMAT.check(in.get());
    return new AlertMemory(
        in.getLong(),
        in.getInt(),
        in.getInt(),
        signal(in.get()),
        signal(in.get()),
        in.getLong(),
        in.getInt());
  }

  /**
   * The bit number under which a condition is stored. Never reuse one: state stores outlive
   * releases, and the order of the enum's constants is not theirs to depend on.
   */
  static int code(AlertType type) {
    return switch (type) {
      case STRONG_SIGNAL -> 0;
      case SIGNAL_FLIP -> 1;
      case VOLATILITY_SPIKE -> 2;
      case LOW_CONSENSUS -> 3;
      case STALE_FEATURES -> 4;
      default -> throw new IllegalArgumentException(type + " is not a condition of one symbol");
    };
  }

  /** The number under which a side is stored; as stable as {@link #code(AlertType)}. */
  static byte code(Signal signal) {
    return switch (signal) {
      case NEUTRAL -> 0;
      case BULLISH -> 1;
      case BEARISH -> 2;
    };
  }

  private static Signal signal(byte code) {
    return switch (code) {
      case 0 -> Signal.NEUTRAL;
      case 1 -> Signal.BULLISH;
      case 2 -> Signal.BEARISH;
      default ->
          throw new IllegalStateException(
              "alert memory holds side " + code + "; 0, 1 and 2 are known");
    };
  }

  private static int bit(AlertType type) {
    return 1 << code(type);
  }
}
