package io.vfr.streams.ops.backtest;

import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/** Rows by hand: one symbol after the other on each day, everything scored. */
final class TestRows {
  final Doubles expected = new Doubles();
  final Doubles realized = new Doubles();
  private final Doubles bar = new Doubles();
  private final Doubles symbol = new Doubles();
  private final Doubles halfWidth = new Doubles();
  private final Doubles usual = new Doubles();
  private final Doubles up = new Doubles();
  private final List<String> symbols;

  TestRows(String... symbols) {
    this.symbols = List.of(symbols);
  }

  static long millis(String day) {
    return LocalDate.parse(day).atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli();
  }

  /** A row with a half width of 0.1, a usual volatility of 0.02 and P(up) of one half. */
  TestRows add(String day, String name, double forecast, double came) {
    return add(day, name, forecast, came, 0.1, 0.02, 0.5);
  }

  TestRows add(
      String day, String name, double forecast, double came, double half, double vol, double pUp) {
    bar.add(millis(day));
    symbol.add(symbols.indexOf(name));
    expected.add(forecast);
    realized.add(came);
    halfWidth.add(half);
    usual.add(vol);
    up.add(pUp);
    return this;
  }

  Rows rows() {
    double[] center = expected.all();
    double[] half = halfWidth.all();
    double[] lower = center.clone();
    double[] upper = center.clone();
    double[] rest = up.all();
    BitSet scored = new BitSet();
    for (int i = 0; i < center.length; i++) {
      lower[i] -= half[i];
      upper[i] += half[i];
      rest[i] = (1 - rest[i]) / 2;
      scored.set(i, !Double.isNaN(center[i]));
    }
    return new Rows(
        Arrays.stream(bar.all()).mapToLong(time -> (long) time).toArray(),
        Arrays.stream(symbol.all()).mapToInt(index -> (int) index).toArray(),
        symbols,
        center,
        realized.all(),
        lower,
        upper,
        usual.all(),
        usual.all(),
        up.all(),
        rest,
        rest,
        scored,
        new BitSet(),
        List.of());
  }
}
