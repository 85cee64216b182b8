package io.vfr.streams.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vfr.schemas.Topics;
import io.vfr.streams.OutputSchemas;
import io.vfr.streams.cli.Cli;
import io.vfr.streams.cli.ReportCommand;
import io.vfr.streams.cli.ValidateCommand;
import io.vfr.streams.ops.Application;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Two instances, of which either answers for everything, also while the other goes. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class InstancesIT {
  private static final int SYMBOLS = 16;
  private static final ObjectMapper JSON = new ObjectMapper();

  private Market market;
  private Application one;
  private Application two;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    market = new Market(directory);
    one = market.instance("one", "streams.standby=1");
    two = market.instance("two", "streams.standby=1");
    await("partitions on both")
        .atMost(Market.PATIENCE)
        .until(() -> {
          List<Integer> counts = new ArrayList<>();
          for (JsonNode instance : market.json(one, "/v1/instances").path("instances")) {
            counts.add(instance.path("partitions").size());
          }
          return counts.equals(List.of(2, 2));
        });
    market.sendHistory(SYMBOLS);
    market.awaitPredictions(List.of(one, two));
    await("the last predictions are committed and shown")
        .atMost(Market.PATIENCE)
        .until(() -> all(one).path("missing").isEmpty() && all(two).path("missing").isEmpty());
  }

  @AfterAll
  void stop() {
    if (one != null) {
      one.close();
    }
    market.close();
  }

  private JsonNode all(Application instance) throws Exception {
    return market.json(
        instance,
        "/v1/predictions?symbols="
            + URLEncoder.encode(String.join(",", market.symbols()), StandardCharsets.UTF_8));
  }

  @Test
  @Order(1)
  void eitherInstance_answersForEverySymbol_withTheSameBytes() throws Exception {
    Set<String> answeredBy = new HashSet<>();
    for (String symbol : market.symbols()) {
      for (String path : List.of("predictions", "features", "bars")) {
        String asked = "/v1/" + path + "/" + symbol;
        HttpResponse<String> a = market.get(one, asked);
        HttpResponse<String> b = market.get(two, asked);
        assertThat(a.statusCode()).as(a.body()).isEqualTo(200);
        assertThat(b.body()).isEqualTo(a.body());
        assertThat(a.headers().firstValue("vfr-stale")).isEmpty();
        assertThat(a.headers().firstValue("vfr-instance"))
            .isEqualTo(b.headers().firstValue("vfr-instance"));
        answeredBy.add(a.headers().firstValue("vfr-instance").orElseThrow());
      }
    }
    assertThat(answeredBy).hasSize(2);
    assertThat(all(one)).isEqualTo(all(two));
    for (JsonNode prediction : all(one).path("predictions")) {
      assertThat(
              OutputSchemas.errors(
                  Topics.PREDICTIONS.name(),
                  prediction.toString().getBytes(StandardCharsets.UTF_8)))
          .isEmpty();
    }
  }

  @Test
  @Order(2)
  void whatLiesBehindAPrediction_isThere() throws Exception {
    String symbol = market.symbols().first();
    JsonNode bars = market.json(one, "/v1/bars/" + symbol + "?limit=100").path("bars");
    assertThat(bars).hasSize(100);
    JsonNode features = market.json(one, "/v1/features/" + symbol).path("values");
    double sum = 0;
    for (int i = 80; i < 100; i++) {
      sum += bars.get(i).path("close").asDouble();
    }
    assertThat(features.path("sma_20").asDouble())
        .isCloseTo(sum / 20, org.assertj.core.api.Assertions.withinPercentage(1e-9));
    JsonNode history = market.json(two, "/v1/history/" + symbol);
    assertThat(history.path("predictions")).hasSize(60);
    assertThat(history.path("outcomes").size()).isPositive();
    JsonNode models = market.json(two, "/v1/models");
    assertThat(models.path("models")).hasSize(4);
    assertThat(models.path("models").get(0).path("weight").asDouble()).isBetween(0.05, 0.6);
    assertThat(models.path("coverage").path("outcomes").asLong()).isPositive();
  }

  @Test
  @Order(3)
  void refusedRecordsAndAlerts_areShown_byEitherInstance() throws Exception {
    market.send(Topics.PRICES.name(), "EMPTY", null);
    await("the record without a value")
        .atMost(Market.PATIENCE)
        .until(() ->
            market
                .json(one, "/v1/dead-letters")
                .path("deadLetters")
                .toString()
                .contains("NULL_VALUE"));
    market.send(Topics.PRICES.name(), "BAD", "not json".getBytes(StandardCharsets.UTF_8));
    for (Application instance : List.of(one, two)) {
      await("the refused record")
          .atMost(Market.PATIENCE)
          .untilAsserted(() -> {
            JsonNode letter =
                market.json(instance, "/v1/dead-letters?limit=5").path("deadLetters").path(0);
            assertThat(letter.path("code").asText()).isEqualTo("NOT_JSON");
            assertThat(letter.path("topic").asText()).isEqualTo("vfr.prices");
            assertThat(letter.path("key").asText()).isEqualTo("BAD");
          });
      JsonNode alerts = market.json(instance, "/v1/alerts?type=MODEL_LOADED&state=raised");
      assertThat(alerts.path("alerts").size()).isGreaterThanOrEqualTo(4);
      assertThat(market.json(instance, "/v1/alerts?limit=1").path("alerts")).hasSize(1);
      assertThat(market.get(instance, "/v1/alerts?type=NOPE").statusCode()).isEqualTo(400);
    }
  }

  @Test
  @Order(4)
  void figures_ofAllInstances_addUp() throws Exception {
    JsonNode cluster = market.json(two, "/v1/instances");
    assertThat(cluster.path("silent")).isEmpty();
    long predictions = 0;
    Set<Integer> partitions = new HashSet<>();
    for (JsonNode instance : cluster.path("instances")) {
      assertThat(instance.path("state").asText()).isEqualTo("RUNNING");
      assertThat(instance.path("predictions").asLong()).isEqualTo(instance.path("prices").asLong());
      predictions += instance.path("predictions").asLong();
      instance.path("partitions").forEach(each -> partitions.add(each.asInt()));
      JsonNode prices = instance.path("topics").path("vfr.prices");
      assertThat(prices.path("in").asLong())
          .isEqualTo(prices.path("accepted").asLong() + prices.path("deadLettered").asLong());
      assertThat(instance.path("lag").path("vfr.prices-" + instance.path("partitions").get(0)))
          .isNotNull();
      assertThat(instance.path("latency").path("buckets").size()).isPositive();
    }
    assertThat(partitions).containsExactlyInAnyOrder(0, 1, 2, 3);
    assertThat(predictions).isGreaterThan(SYMBOLS * 200L);
    JsonNode report = market.json(one, "/v1/report");
    assertThat(report.path("predictions").asLong()).isEqualTo(predictions);
  }

  /** What the alert rules and the dashboard ask Prometheus for is there. */
  @Test
  @Order(4)
  void metrics_haveEveryNameThatIsAskedFor() throws Exception {
    Set<String> names = new HashSet<>();
    for (Application instance : List.of(one, two)) {
      for (String line : market.get(instance, "/metrics").body().lines().toList()) {
        if (!line.startsWith("#")) {
          names.add(line.replaceAll("[{ ].*", ""));
        }
      }
    }
    Set<String> asked = new TreeSet<>();
    for (String file : List.of("prometheus/vfr-rules.yml", "grafana/dashboards/vfr-streams.json")) {
      String text = Files.readString(Path.of("..", "deploy").resolve(file));
      // level:metric:operation names what a rule records.
      Matcher matcher =
          Pattern.compile("(?<![\\w:])(vfr|jvm|process|system|kafka)_[a-z0-9_]+(?![\\w:])")
              .matcher(text);
      while (matcher.find()) {
        asked.add(matcher.group());
      }
    }
    assertThat(asked).hasSizeGreaterThan(30);
    assertThat(names).containsAll(asked);
  }

  /** Every path of the document answers, and no other does. */
  @Test
  @Order(5)
  void openApi_saysWhatThereIs() throws Exception {
    JsonNode document = market.json(one, "/v1/openapi.json");
    Map<String, String> examples =
        Map.of(
            "/v1/predictions",
            "?symbols=" + market.symbols().first(),
            "/v1/stream",
            "?types=alert");
    Iterator<Map.Entry<String, JsonNode>> paths = document.path("paths").properties().iterator();
    int asked = 0;
    while (paths.hasNext()) {
      Map.Entry<String, JsonNode> path = paths.next();
      String url =
          path.getKey().replace("{symbol}", market.symbols().first())
              + examples.getOrDefault(path.getKey(), "");
      if (!path.getKey().equals("/v1/stream")) {
        HttpResponse<String> response = market.get(one, url);
        assertThat(response.statusCode()).as(url).isEqualTo(200);
        String type = response.headers().firstValue("content-type").orElse("");
        assertThat(path.getValue().at("/get/responses/200/content").has(type.replaceAll(";.*", "")))
            .as(url + " is " + type)
            .isTrue();
        asked++;
      }
      assertThat(market.get(one, url + (url.contains("?") ? "&" : "?") + "nope=1").statusCode())
          .as(url)
          .isEqualTo(path.getKey().startsWith("/v1/") && !url.contains("openapi") ? 400 : 200);
    }
    assertThat(asked).isGreaterThanOrEqualTo(14);
    assertThat(market.get(one, "/v1/nope").statusCode()).isEqualTo(404);
  }

  @Test
  @Order(6)
  void stream_beginsWithWhatIsKnown_andTellsWhatComes() throws Exception {
    BlockingQueue<String> events = new LinkedBlockingQueue<>();
    String chosen = market.symbols().last();
    try (Stream<String> lines = lines(one, "?symbols=" + chosen + "&types=prediction")) {
      Thread.ofVirtual().start(() -> take(lines, events));
      JsonNode first = JSON.readTree(next(events));
      assertThat(first.path("symbol").asText()).isEqualTo(chosen);
      market.sendTicks(123.5);
      JsonNode second = JSON.readTree(next(events));
      assertThat(second.path("symbol").asText()).isEqualTo(chosen);
      assertThat(second.path("ts").asLong()).isGreaterThan(first.path("ts").asLong());
    }
    assertThat(market.get(one, "/v1/stream?types=nope").statusCode()).isEqualTo(400);
  }

  private Stream<String> lines(Application instance, String query) throws Exception {
    HttpResponse<Stream<String>> response =
        market
            .client()
            .send(
                HttpRequest.newBuilder(URI.create(Market.url(instance) + "/v1/stream" + query))
                    .build(),
                HttpResponse.BodyHandlers.ofLines());
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("content-type").orElse(""))
        .startsWith("text/event-stream");
    return response.body();
  }

  /** Until the stream is closed, which shows as an error of reading. */
  private static void take(Stream<String> lines, BlockingQueue<String> events) {
    try {
      lines.filter(line -> line.startsWith("data:")).forEach(events::add);
    } catch (UncheckedIOException e) {
      events.add("data:{\"closed\":true}");
    }
  }

  private static String next(BlockingQueue<String> events) throws Exception {
    String event = events.poll(30, TimeUnit.SECONDS);
    assertThat(event).as("an event").isNotNull();
    return event.substring("data:".length());
  }

  private record Said(int exitCode, String out, String err) {}

  private static Said command(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exitCode =
        Cli.commandLine(List.of(ReportCommand.class, ValidateCommand.class))
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .execute(arguments);
    return new Said(exitCode, out.toString(), err.toString());
  }

  @Test
  @Order(6)
  void reportAndValidate_tellOfBothInstances(@TempDir Path directory) throws Exception {
    Path html = directory.resolve("report.html");
    Said report = command("report", "--url", Market.url(one), "--html", html.toString(), "--json");
    assertThat(report.exitCode()).as(report.err()).isZero();
    assertThat(JSON.readTree(report.out()).at("/cluster/instances")).hasSize(2);
    assertThat(html).content().contains("\"predictionsPerSecond\"", "echarts");
    assertThat(command("report", "--url", Market.url(two)).out())
        .contains("instance 127.0.0.1:" + one.httpPort(), "instance 127.0.0.1:" + two.httpPort());

    Said validation =
        command(
            "validate", "--url", Market.url(one), "--bootstrap-servers", market.bootstrapServers());
    assertThat(validation.out().lines().toList())
        .as(validation.out() + validation.err())
        .anyMatch(line -> line.matches("ok +topics as they should be +17 of 17 .*"))
        .anyMatch(line -> line.matches("ok +instances that answer +2 of 2 .*"))
        .anyMatch(line -> line.matches("ok +16 symbols in one request.*"))
        .anyMatch(line -> line.matches("FAILED +brokers +1 .*"))
        .endsWith("NEEDS_OPTIMIZATION");
    assertThat(validation.exitCode()).isEqualTo(Cli.FAILED);

    Said nobody = command("validate", "--url", "http://127.0.0.1:1");
    assertThat(nobody.exitCode()).isEqualTo(Cli.FAILED);
    assertThat(nobody.err())
        .contains("http://127.0.0.1:1 does not answer", "is an instance running");
    assertThat(command("report", "--url", "nonsense").exitCode()).isEqualTo(Cli.USAGE);
  }

  /**
   * While an instance goes, the other answers for all of its symbols, from the topic if need be.
   */
  @Test
  @Order(7)
  void instanceThatGoes_isNotMissed() throws Exception {
    market.awaitPredictions(List.of(one, two));
    await("the ticks' predictions are committed and shown")
        .atMost(Market.PATIENCE)
        .until(() -> {
          for (JsonNode prediction : all(one).path("predictions")) {
            if (prediction.path("ts").asLong() < market.lastTick()) {
              return false;
            }
          }
          return true;
        });
    Map<String, String> before = new HashMap<>();
    for (JsonNode prediction : all(one).path("predictions")) {
      before.put(prediction.path("symbol").asText(), prediction.path("id").asText());
    }
    Thread closing = Thread.ofPlatform().start(two::close);
    int answers = 0;
    while (closing.isAlive() || answers < 20) {
      JsonNode answer = all(one);
      assertThat(answer.path("missing")).as(answer.path("missing").toString()).isEmpty();
      answer
          .path("predictions")
          .forEach(each ->
              assertThat(before)
                  .containsEntry(each.path("symbol").asText(), each.path("id").asText()));
      assertThat(market.get(one, "/v1/bars/" + market.symbols().first()).statusCode())
          .isIn(200, 503);
      answers++;
    }
    await("all partitions are here, and nothing is stale")
        .atMost(Market.PATIENCE)
        .until(() -> all(one).path("stale").isEmpty());
    assertThat(all(one).path("missing")).isEmpty();
    for (String symbol : market.symbols()) {
      assertThat(market.json(one, "/v1/bars/" + symbol).path("stale").asBoolean()).isFalse();
    }
  }
}
