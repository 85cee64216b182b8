package io.vfr.streams.ops.backtest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A backtest's report as one HTML file with charts. It holds all that it needs (Apache ECharts, the
 * report as JSON and as text), so that it works offline and can be sent on.
 */
public final class ReportHtml {
  static final String CHARTS =
      "/META-INF/resources/_static/echarts/6.0.0/dist/echarts.common.min.js";
  private static final String TEMPLATE = "report.html";
  private static final ObjectMapper MAPPER = JsonMapper.builder().build();

  private ReportHtml() {}

  /**
   * Writes the file; one that is there is replaced when the new one is complete.
   *
   * @throws BacktestException if it cannot be written
   */
  public static void write(BacktestReport report, Path file) {
    Path part = file.resolveSibling(file.getFileName() + ".part");
    try {
      Files.writeString(part, of(report));
      Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new BacktestException(file + " cannot be written: " + e, e);
    }
  }

  static String of(BacktestReport report) {
    return resource(TEMPLATE)
        .replace("/*{echarts}*/", resource(CHARTS))
        .replace("/*{report}*/", json(report))
        .replace("/*{text}*/", json(ReportText.of(report)));
  }

  /** JSON that cannot end the script element that it stands in. */
  private static String json(Object value) {
    try {
      return MAPPER.writeValueAsString(value).replace("<", "\\u003c");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a report that is no JSON", e);
    }
  }

  private static String resource(String name) {
    try (InputStream in = ReportHtml.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is not on the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException(name + " cannot be read", e);
    }
  }
}
