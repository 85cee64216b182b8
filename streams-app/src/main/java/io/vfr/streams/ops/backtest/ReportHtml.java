package io.vfr.streams.ops.backtest;

import io.vfr.streams.ops.html.HtmlReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** A backtest's report as one HTML file with charts. */
public final class ReportHtml {
  private static final String TEMPLATE = "report.html";

  private ReportHtml() {}

  /**
   * Writes the file; one that is there is replaced when the new one is complete.
   *
   * @throws BacktestException if it cannot be written
   */
  public static void write(BacktestReport report, Path file) {
    try {
      HtmlReport.write(file, of(report));
    } catch (IOException e) {
      throw new BacktestException(file + " cannot be written: " + e, e);
    }
  }

  static String of(BacktestReport report) {
    return HtmlReport.of(
        ReportHtml.class, TEMPLATE, Map.of("report", report, "text", ReportText.of(report)));
  }
}
