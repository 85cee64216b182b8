package io.vfr.streams.ops.figures;

import io.vfr.streams.ops.html.HtmlReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** A performance report as one HTML file with charts. */
public final class PerformanceHtml {
  private static final String TEMPLATE = "performance.html";

  private PerformanceHtml() {}

  /**
   * Writes the file; one that is there is replaced when the new one is complete.
   *
   * @throws IOException if it cannot be written
   */
  public static void write(PerformanceReport report, Path file) throws IOException {
    HtmlReport.write(
        file,
        HtmlReport.of(
            PerformanceHtml.class,
            TEMPLATE,
            Map.of("report", report, "text", PerformanceText.of(report))));
  }
}
