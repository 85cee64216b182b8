package io.vfr.streams.emit;

import io.vfr.schemas.AlertType;
import io.vfr.schemas.Signal;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What the alert rules remember of one symbol: which conditions are raised, and the last direction
 * that was taken.
 *
 * @param raised bit set over {@link AlertType} ordinals
 * @param direction last directional consensus, NEUTRAL before the first
 * @param flipBarEnd end of the bar in which the last SIGNAL_FLIP was raised, epoch milliseconds
 * @param consensusBarEnd end of the bar whose consensus was counted last, epoch milliseconds
 * @param consensusBars for how many bars on end the models' (dis)agreement has been other than what
 *     is raised
 */
record AlertMemory(
    int raised, Signal direction, long flipBarEnd, long consensusBarEnd, int consensusBars) {
  static final AlertMemory EMPTY =
      new AlertMemory(0, Signal.NEUTRAL, Long.MIN_VALUE, Long.MIN_VALUE, 0);

  private static final byte VERSION = 1;

  boolean isRaised(AlertType type) {
    return (raised & (1 << type.ordinal())) != 0;
  }

  AlertMemory with(AlertType type, boolean on) {
    int bit = 1 << type.ordinal();
    return new AlertMemory(
        on ? raised | bit : raised & ~bit, direction, flipBarEnd, consensusBarEnd, consensusBars);
  }

  AlertMemory withDirection(Signal taken) {
    return new AlertMemory(raised, taken, flipBarEnd, consensusBarEnd, consensusBars);
  }

  AlertMemory withFlip(long barEnd) {
    return new AlertMemory(raised, direction, barEnd, consensusBarEnd, consensusBars);
  }

  AlertMemory withConsensus(long barEnd, int bars) {
    return new AlertMemory(raised, direction, flipBarEnd, barEnd, bars);
  }

  byte[] bytes() {
    return ByteBuffer.allocate(2 + 2 * Integer.BYTES + 2 * Long.BYTES)
        .put(VERSION)
        .putInt(raised)
        .put((byte) direction.ordinal())
        .putLong(flipBarEnd)
        .putLong(consensusBarEnd)
        .putInt(consensusBars)
        .array();
  }

  static AlertMemory read(byte @Nullable [] bytes) {
    if (bytes == null) {
      return EMPTY;
    }
    ByteBuffer in = ByteBuffer.wrap(bytes);
    byte version = in.get();
    if (version != VERSION) {
      throw new IllegalStateException(
          "alert memory of format "
              + version
              + " was written by a newer release; this one reads "
              + VERSION);
    }
    return new AlertMemory(
        in.getInt(), Signal.values()[in.get()], in.getLong(), in.getLong(), in.getInt());
  }
}
