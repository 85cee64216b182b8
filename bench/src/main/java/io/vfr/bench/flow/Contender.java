package io.vfr.bench.flow;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

/** What is measured, each reading the same prices with the same guarantee and commit interval. */
enum Contender {
  /** Bytes in, the same bytes out. */
  PASS_THROUGH("bytes in, the same bytes out"),

  /** Parses and validates prices as we do; writes predictions that ours made before. */
  PARSE_AND_WRITE("parses as we do, writes predictions that ours made before"),

  /** The same with the other records that ours wrote for its prices: outcomes, alerts, state. */
  SAME_RECORDS(
      "parses as we do, writes predictions, outcomes, alerts and state that ours wrote before"),

  /** What one writes in a day: {@link OneDayFlow}. */
  ONE_DAY("a day's work: ta4j, xgboost4j, Jackson, a window store; see OneDayFlow"),

  /** The same with all four shipped models. */
  ONE_DAY_ALL("the same day's work with all four models: lightgbm4j and ONNX Runtime beside it"),

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

  /**
   * The contender of a label.
   *
   * @throws TypeConversionException if there is none; it names those that there are
   */
  static Contender of(String label) {
    List<String> labels = Arrays.stream(values()).map(Contender::label).toList();
    int at = labels.indexOf(label);
    if (at < 0) {
      throw new TypeConversionException("'" + label + "' is none of " + String.join(", ", labels));
    }
    return values()[at];
  }

  /** Whether it writes predictions. */
  boolean isOurs() {
    return this == VFR_TREES || this == VFR_ALL;
  }

  /** Whether it writes what one of ours made before it. */
  boolean writesAgain() {
    return this == PARSE_AND_WRITE || this == SAME_RECORDS;
  }

  /** Whether it has neither state nor models. */
  boolean isPlain() {
    return this == PASS_THROUGH || writesAgain();
  }

  /**
   * Those that write again what ours made would write nothing without ours, and be taken for fast.
   *
   * @throws ParameterException if one of these is chosen and none of ours
   */
  static void requireOursToWriteAgain(List<Contender> chosen, CommandLine line) {
    if (chosen.stream().anyMatch(Contender::writesAgain)
        && chosen.stream().noneMatch(Contender::isOurs)) {
      throw new ParameterException(
          line,
          "--contenders: parse-and-write and same-records write records of ours;"
              + " add vfr-trees or vfr-all");
    }
  }

  /** For options of the command line. */
  static final class Converter implements ITypeConverter<Contender> {
    @Override
    public Contender convert(String label) {
      return of(label);
    }
  }
}
