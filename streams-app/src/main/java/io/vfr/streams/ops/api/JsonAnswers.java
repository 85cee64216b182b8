package io.vfr.streams.ops.api;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerResponse;
import java.nio.charset.StandardCharsets;

/** Sends JSON, which nobody on the way may keep: the next record changes it. */
public final class JsonAnswers {
  private JsonAnswers() {}

  /** Sends an object. */
  static void send(ServerResponse response, byte[] json) {
    send(response, Status.OK_200, json);
  }

  /**
   * Sends {@code {"error":{"code":…,"message":…}}}.
   *
   * @param code what went wrong, for programs
   * @param message the same for people
   */
  public static void sendError(
      ServerResponse response, Status status, String code, String message) {
    String json =
        "{\"error\":{\"code\":\"" + escaped(code) + "\",\"message\":\"" + escaped(message) + "\"}}";
    send(response, status, json.getBytes(StandardCharsets.UTF_8));
  }

  private static String escaped(String text) {
    return new String(JsonStringEncoder.getInstance().quoteAsString(text));
  }

  private static void send(ServerResponse response, Status status, byte[] json) {
    response
        .status(status)
        .header(HeaderNames.CONTENT_TYPE, "application/json")
        .header(HeaderNames.CACHE_CONTROL, "no-store")
        .send(json);
  }
}
