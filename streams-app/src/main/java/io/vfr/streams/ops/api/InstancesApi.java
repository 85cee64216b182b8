package io.vfr.streams.ops.api;

import static io.vfr.streams.ops.api.ApiHandlers.allowOnly;
import static io.vfr.streams.ops.api.ApiHandlers.answering;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.vfr.streams.ops.figures.ClusterFigures;
import io.vfr.streams.ops.figures.InstanceFigures;
import io.vfr.streams.ops.figures.PerformanceReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Supplier;

/**
 * {@code /instance}: this instance in figures; {@code /instances}: all of the group; {@code
 * /report}: what they say of the application's performance, and what to do about it.
 */
public final class InstancesApi implements HttpService {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Supplier<InstanceFigures> own;
  private final Supplier<ClusterFigures> cluster;

  /** Creates the service, to be registered below the API's root. */
  public InstancesApi(Supplier<InstanceFigures> own, Supplier<ClusterFigures> cluster) {
    this.own = own;
    this.cluster = cluster;
  }

  @Override
  public void routing(HttpRules rules) {
    rules
        .get("/instance", answering((request, response) -> send(request, response, own.get())))
        .get("/instances", answering((request, response) -> send(request, response, cluster.get())))
        .get(
            "/report",
            answering((request, response) ->
                send(request, response, PerformanceReport.of(cluster.get()))));
  }

  private static void send(ServerRequest request, ServerResponse response, Object answer) {
    allowOnly(request.query());
    try {
      JsonAnswers.send(response, JSON.writeValueAsBytes(answer));
    } catch (IOException e) {
      throw new UncheckedIOException("figures that are no JSON", e);
    }
  }
}
