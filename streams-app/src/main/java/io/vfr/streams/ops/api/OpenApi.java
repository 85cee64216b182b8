package io.vfr.streams.ops.api;

import static io.vfr.streams.ops.api.ApiHandlers.answering;

import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** {@code /openapi.json}: the API's description, OpenAPI 3.1. */
public final class OpenApi implements HttpService {
  private static final String RESOURCE = "/io/vfr/streams/web/openapi.json";

  private final byte[] document = read();

  private static byte[] read() {
    try (InputStream in = OpenApi.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException(RESOURCE + " is not on the class path");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(RESOURCE + " cannot be read", e);
    }
  }

  @Override
  public void routing(HttpRules rules) {
    rules.get(
        "/openapi.json", answering((request, response) -> JsonAnswers.send(response, document)));
  }
}
