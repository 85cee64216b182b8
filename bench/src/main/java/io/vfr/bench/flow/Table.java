package io.vfr.bench.flow;

import java.util.Locale;

/** What printed tables have in common. */
final class Table {
  private Table() {}

  /** A ratio with two digits; a dash where what it is of was not measured. */
  static String ratio(double value, double reference) {
    return Double.isNaN(reference) ? "-" : String.format(Locale.ROOT, "%.2f", value / reference);
  }
}
