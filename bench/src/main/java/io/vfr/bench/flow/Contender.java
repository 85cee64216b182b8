package io.vfr.bench.flow;

import java.util.Locale;

/** What is measured, each reading the same prices with the same guarantee and commit interval. */
enum Contender {
  /** Bytes in, the same bytes out. */
  PASS_THROUGH("bytes in, the same bytes out"),

  /** Parses and validates prices as we do; writes bytes of a prediction's size, ready-made. */
  PARSE_AND_WRITE("parses as we do, writes ready-made bytes of a prediction's size"),

  /** Ours with the XGBoost model. */
  VFR_TREES("ours, features and mean-reversion-xgb-v2"),

  /** Ours with all four shipped models. */
  VFR_ALL("ours, features and all four models");

  private final String what;

  Contender(String what) {
    this.what = what;
  }

  String what() {
    return what;
  }

  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static Contender of(String label) {
    return valueOf(label.toUpperCase(Locale.ROOT).replace('-', '_'));
  }
}
