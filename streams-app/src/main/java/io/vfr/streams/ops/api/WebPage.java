package io.vfr.streams.ops.api;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;

/**
 * The page at {@code /} and its files, from the class path. They hold no data, so whoever reaches
 * the port may read them; what they show is asked for with the token.
 */
public final class WebPage {
  private static final String ECHARTS = "/META-INF/resources/_static/echarts/6.0.0/dist/";
  private static final String JAVASCRIPT = "text/javascript; charset=utf-8";

  private record Resource(String name, String type) {}

  private static final Map<String, Resource> FILES =
      Map.of(
          "/", new Resource("/io/vfr/streams/web/index.html", "text/html; charset=utf-8"),
          "/web/style.css",
              new Resource("/io/vfr/streams/web/style.css", "text/css; charset=utf-8"),
          "/web/icon.svg", new Resource("/io/vfr/streams/web/icon.svg", "image/svg+xml"),
          "/web/app.js", new Resource("/io/vfr/streams/web/app.js", JAVASCRIPT),
          "/web/api.js", new Resource("/io/vfr/streams/web/api.js", JAVASCRIPT),
          "/web/format.js", new Resource("/io/vfr/streams/web/format.js", JAVASCRIPT),
          "/web/charts.js", new Resource("/io/vfr/streams/web/charts.js", JAVASCRIPT),
          "/web/views.js", new Resource("/io/vfr/streams/web/views.js", JAVASCRIPT),
          "/web/echarts.js", new Resource(ECHARTS + "echarts.min.js", JAVASCRIPT));

  private final Map<String, byte[]> contents = new HashMap<>();

  /**
   * Reads the files.
   *
   * @throws IllegalStateException if one is not on the class path
   */
  public WebPage() {
    FILES.forEach((path, resource) -> contents.put(path, read(resource.name())));
  }

  private static byte[] read(String name) {
    try (InputStream in = WebPage.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is not on the class path");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(name + " cannot be read", e);
    }
  }

  /** Whether a path is one of the page's files. */
  public static boolean has(String path) {
    return FILES.containsKey(path);
  }

  /** Serves the files. */
  public void route(HttpRouting.Builder routing) {
    FILES.keySet().forEach(path -> routing.get(path, this::send));
  }

  private void send(ServerRequest request, ServerResponse response) {
    Resource resource = FILES.get(request.path().path());
    byte[] content = contents.get(request.path().path());
    if (resource == null || content == null) {
      response.status(Status.NOT_FOUND_404).send();
      return;
    }
    response
        .header(HeaderNames.CONTENT_TYPE, resource.type())
        .header(HeaderNames.CACHE_CONTROL, "no-cache")
        .send(content);
  }
}
