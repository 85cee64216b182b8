package io.vfr.streams.ops.html;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;

/**
 * Makes one HTML file of a template: it holds all that it needs (a style, Apache ECharts and what
 * is reported, as JSON), so that it works offline and can be sent on.
 */
public final class HtmlReport {
  static final String CHARTS =
      "/META-INF/resources/_static/echarts/6.0.0/dist/echarts.common.min.js";
  private static final String STYLE = "report.css";
  private static final ObjectMapper MAPPER = JsonMapper.builder().build();

  private HtmlReport() {}

  /**
   * Writes the file; one that is there is replaced when the new one is complete.
   *
   * @throws IOException if it cannot be written
   */
  public static void write(Path file, String html) throws IOException {
    Path part = file.resolveSibling(file.getFileName() + ".part");
    Files.writeString(part, html);
    Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
  }

  /**
   * The file's text.
   *
   * @param template name of a resource beside a class
   * @param values what takes the place of each {@code /*{name}*}{@code /}
   */
  public static String of(Class<?> beside, String template, Map<String, Object> values) {
    String html =
        resource(beside, template)
            .replace("/*{style}*/", resource(HtmlReport.class, STYLE))
            .replace("/*{echarts}*/", resource(HtmlReport.class, CHARTS));
    for (Map.Entry<String, Object> value : values.entrySet()) {
      html = html.replace("/*{" + value.getKey() + "}*/", json(value.getValue()));
    }
    return html;
  }

  /** JSON that cannot end the script element that it stands in. */
  private static String json(Object value) {
    try {
      return MAPPER.writeValueAsString(value).replace("<", "\\u003c");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a report that is no JSON", e);
    }
  }

  private static String resource(Class<?> beside, String name) {
    try (InputStream in = beside.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is not on the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException(name + " cannot be read", e);
    }
  }
}
