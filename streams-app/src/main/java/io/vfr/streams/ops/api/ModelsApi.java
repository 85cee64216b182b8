package io.vfr.streams.ops.api;

import static io.vfr.streams.ops.api.ApiHandlers.allowOnly;
import static io.vfr.streams.ops.api.ApiHandlers.answering;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.vfr.models.manifest.Manifest;
import io.vfr.models.registry.CacheStats;
import io.vfr.models.registry.ModelSet;
import io.vfr.schemas.ModelRegistration;
import io.vfr.streams.ops.registry.ModelStore;
import io.vfr.streams.ops.view.OutputView;
import io.vfr.streams.ops.view.Realised;
import io.vfr.streams.ops.view.ViewData;
import io.vfr.streams.ops.view.WeightSample;
import io.vfr.streams.scoring.ModelStanding;
import io.vfr.streams.scoring.Standings;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code /models}: the models that this instance scores with and those that are registered, what
 * outcomes have shown of them, and how the ensemble has weighed them lately.
 */
public final class ModelsApi implements HttpService {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ModelStore models;
  private final Supplier<Standings> standings;
  private final OutputView view;
  private final double coverage;

  /**
   * Creates the service, to be registered below the API's root.
   *
   * @param coverage nominal coverage of the intervals
   */
  public ModelsApi(
      ModelStore models, Supplier<Standings> standings, OutputView view, double coverage) {
    this.models = models;
    this.standings = standings;
    this.view = view;
    this.coverage = coverage;
  }

  @Override
  public void routing(HttpRules rules) {
    rules.get("/models", answering(this::models));
  }

  private void models(ServerRequest request, ServerResponse response) {
    allowOnly(request.query());
    ViewData read = view.look();
    ObjectNode answer = JSON.createObjectNode();
    ArrayNode list = answer.putArray("models");
    Map<String, ModelRegistration> registered = new HashMap<>();
    models.registrations().forEach(each -> registered.put(each.key(), each));
    Map<String, Double> weights = lastWeights(read.weights());
    for (ModelSet.Member member : models.members()) {
      ObjectNode node = list.addObject();
      Manifest manifest = member.model().manifest();
      loaded(node, member, manifest, registered.remove(manifest.key()));
      outcomes(node, manifest.key(), read);
      Double weight = weights.get(manifest.id());
      if (weight != null) {
        node.put("weight", weight);
      }
    }
    registered.values().forEach(each -> registered(list.addObject(), each));
    weights(answer.putArray("weights"), read.weights());
    cache(answer.putObject("cache"), models.stats());
    coverage(answer.putObject("coverage"), read.coverage());
    JsonAnswers.send(response, answer.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static void loaded(
      ObjectNode node,
      ModelSet.Member member,
      Manifest manifest,
      @Nullable ModelRegistration registration) {
    node.put("id", manifest.id());
    node.put("version", manifest.version());
    node.put("digest", member.model().digest());
    node.put("stage", registration == null ? "local" : registration.stage().wire());
    node.put("role", member.role().name().toLowerCase(Locale.ROOT));
    node.put("algorithm", manifest.algorithm().name().toLowerCase(Locale.ROOT));
    node.put("kind", manifest.kind().name().toLowerCase(Locale.ROOT));
    node.put("task", manifest.task().name().toLowerCase(Locale.ROOT));
    node.put("horizon", manifest.horizon().toString());
    node.put("execution", member.model().execution());
    node.put("bytes", member.model().memoryBytes());
    member.model().caveat().ifPresent(caveat -> node.put("caveat", caveat));
    ObjectNode metrics = node.putObject("metrics");
    manifest.metrics().forEach(metrics::put);
  }

  private void outcomes(ObjectNode node, String key, ViewData read) {
    ModelStanding standing = standings.get().models().get(key);
    if (standing != null && standing.outcomes() > 0) {
      node.putObject("standing")
          .put("outcomes", standing.outcomes())
          .put("hitRate", standing.hits() / standing.outcomes());
    }
    Realised lately = read.realised().get(key);
    if (lately != null) {
      node.putObject("lately")
          .put("outcomes", lately.outcomes())
          .put("hitRate", (double) lately.hits() / lately.outcomes());
    }
  }

  private static void registered(ObjectNode node, ModelRegistration registration) {
    node.put("id", registration.id());
    node.put("version", registration.version());
    node.put("digest", registration.digest());
    node.put("stage", registration.stage().wire());
    node.put("role", "none");
    node.put("bytes", registration.bytes());
  }

  private static Map<String, Double> lastWeights(List<WeightSample> samples) {
    return samples.isEmpty() ? Map.of() : samples.getLast().weights();
  }

  private static void weights(ArrayNode list, List<WeightSample> samples) {
    for (WeightSample sample : samples) {
      ObjectNode node = list.addObject();
      node.put("at", sample.at());
      ObjectNode weights = node.putObject("weights");
      sample.weights().forEach(weights::put);
    }
  }

  private static void cache(ObjectNode node, CacheStats stats) {
    node.put("models", stats.models());
    node.put("bytes", stats.bytes());
    node.put("hits", stats.hits());
    node.put("misses", stats.misses());
    node.put("reloads", stats.reloads());
    double ratio = stats.hitRatio();
    if (!Double.isNaN(ratio)) {
      node.put("hitRatio", ratio);
    }
  }

  private void coverage(ObjectNode node, Realised lately) {
    node.put("nominal", coverage);
    node.put("outcomes", lately.outcomes());
    if (lately.outcomes() > 0) {
      node.put("realised", (double) lately.hits() / lately.outcomes());
    }
  }
}
