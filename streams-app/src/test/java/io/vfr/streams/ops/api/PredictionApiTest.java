package io.vfr.streams.ops.api;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vfr.models.load.LoadedModel;
import io.vfr.models.load.ModelLoader;
import io.vfr.models.registry.ModelSet;
import io.vfr.models.schema.FeatureSchema;
import io.vfr.schemas.AttributionMethod;
import io.vfr.schemas.DriversMethod;
import io.vfr.schemas.Prediction;
import io.vfr.schemas.Topics;
import io.vfr.streams.OutputSchemas;
import io.vfr.streams.Pipeline;
import io.vfr.streams.TestConfigs;
import io.vfr.streams.config.HttpConfig;
import io.vfr.streams.ops.HttpServer;
import io.vfr.streams.ops.cluster.Ownership;
import io.vfr.streams.ops.cluster.PeerClient;
import io.vfr.streams.reference.Walk;
import io.vfr.streams.scoring.ExplanationCounters;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.streams.state.HostInfo;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real requests to a real server over what the real topology predicted with the shipped models. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PredictionApiTest {
  private static final Path REGISTRY = Path.of("..", "models", "registry");

  /** As many as one request may name, and one that a URL must encode. */
  private static final List<String> SYMBOLS =
      IntStream.rangeClosed(1, 25).mapToObj(i -> i == 25 ? "BTC/USD^=:" : "SYM" + i).toList();

  private static final String TOKEN = "s3cret";
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Map<String, Prediction> emitted = new HashMap<>();
  private final HttpClient client = HttpClient.newHttpClient();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private ModelSet models;
  private ModelSet others;
  private volatile ModelSet current;
  private Pipeline pipeline;
  private HttpServer server;

  private static final HostInfo SELF = new HostInfo("127.0.0.1", 1);

  /** What the topic holds of symbols that the instance has not. */
  private final Map<String, byte[]> published = new ConcurrentHashMap<>();

  private final HttpConfig http =
      new HttpConfig("127.0.0.1", 0, Optional.empty(), Optional.of(TOKEN));
  private final PeerClient peers = new PeerClient(http);
  private volatile Optional<HostInfo> owner = Optional.of(SELF);
  private final Ownership ownership =
      new Ownership() {
        @Override
        public HostInfo self() {
          return SELF;
        }

        @Override
        public Optional<HostInfo> owner(String symbol) {
          return owner;
        }

        @Override
        public Set<HostInfo> standbys(String symbol) {
          return Set.of();
        }
      };

  private static LoadedModel load(String model) throws Exception {
    return new ModelLoader(FeatureSchema.current()).load(REGISTRY.resolve(model));
  }

  @BeforeAll
  void predict(@TempDir Path directory) throws Exception {
    models =
        ModelSet.ofChampions(
            List.of(
                load("ensemble-meta-v4/4.0.0"),
                load("mean-reversion-xgb-v2/2.1.0"),
                load("momentum-lstm-v3/3.1.0"),
                load("volatility-transformer-v1/1.1.0")));
    others = ModelSet.ofChampions(List.of(models.models().get(1).share()));
    current = models;
    pipeline = new Pipeline(TestConfigs.daily(directory), models);
    for (String symbol : SYMBOLS) {
      Walk.bars(symbol, 75, symbol.hashCode()).forEach(pipeline::price);
    }
    pipeline.predictions().forEach(p -> emitted.put(p.symbol(), p));
    server =
        new HttpServer(
            http,
            () -> true,
            () -> true,
            () -> "",
            new PredictionApi(
                new PredictionLookup(pipeline.latest()::of, ownership, peers, published::get),
                new Explanations(() -> current, pipeline.slots(), new ExplanationCounters(meters)),
                peers));
  }

  @AfterAll
  void close() {
    server.close();
    peers.close();
    client.close();
    pipeline.close();
    models.close();
    others.close();
  }

  private HttpResponse<String> get(String path) throws Exception {
    return get(path, "Bearer " + TOKEN);
  }

  private HttpResponse<String> get(String path, String authorization) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
            .header("Authorization", authorization)
            .build();
    HttpResponse<String> response =
        client.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
    assertThat(response.headers().firstValue("content-type")).hasValue("application/json");
    assertThat(response.headers().firstValue("cache-control")).hasValue("no-store");
    return response;
  }

  private static Prediction prediction(String json) {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    assertThat(OutputSchemas.errors(Topics.PREDICTIONS.name(), bytes)).isEmpty();
    return Topics.PREDICTIONS.codec().read(bytes);
  }

  private void assertError(String path, int status, String code, String... named) throws Exception {
    HttpResponse<String> response = get(path);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    JsonNode error = MAPPER.readTree(response.body()).path("error");
    assertThat(error.path("code").asText()).isEqualTo(code);
    assertThat(error.path("message").asText()).contains(named);
  }

  @Test
  void oneSymbol_isItsLatestMessage() throws Exception {
    HttpResponse<String> response = get("/v1/predictions/SYM3");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(prediction(response.body())).isEqualTo(emitted.get("SYM3"));
    String encoded = "/v1/predictions/BTC%2FUSD%5E%3D%3A";
    assertThat(prediction(get(encoded).body())).isEqualTo(emitted.get("BTC/USD^=:"));
  }

  @Test
  void explained_itHasExactDriversOfEveryModel_andIsTheSameElse() throws Exception {
    Prediction plain = requireNonNull(emitted.get("SYM4"));
    HttpResponse<String> response = get("/v1/predictions/SYM4?explain=shap");
    assertThat(response.statusCode()).isEqualTo(200);
    Prediction exact = prediction(response.body());
    assertThat(exact.driversMethod()).isEqualTo(DriversMethod.SHAP);
    assertThat(exact.driversBy())
        .isEqualTo(
            Map.of(
                "ensemble-meta-v4", AttributionMethod.SHAP,
                "mean-reversion-xgb-v2", AttributionMethod.SHAP,
                "momentum-lstm-v3", AttributionMethod.OCCLUSION));
    assertThat(exact.drivers()).hasSize(Prediction.DRIVERS_MAX).isNotEqualTo(plain.drivers());
    assertThat(exact).isEqualTo(plain.withDrivers(exact.drivers(), exact.driversBy()));
    assertThat(get("/v1/predictions/SYM4?explain=shap").body()).isEqualTo(response.body());
    assertThat(meters.get("vfr.explanation").tag("use", "request").timer().count())
        .isGreaterThanOrEqualTo(2);
  }

  @Test
  void explained_byModelsThatAreGone_isRefused_andReadableStill() throws Exception {
    current = others;
    try {
      assertError(
          "/v1/predictions/SYM5?explain=shap",
          410,
          "MODELS_GONE",
          "momentum-lstm-v3@3.1.0",
          "ensemble-meta-v4@4.0.0");
      assertThat(get("/v1/predictions/SYM5").statusCode()).isEqualTo(200);
    } finally {
      current = models;
    }
  }

  @Test
  void manySymbols_comeInTheirOrder_andMissingOnesAreNamed() throws Exception {
    String asked =
        SYMBOLS.stream()
            .map(symbol -> URLEncoder.encode(symbol, StandardCharsets.UTF_8))
            .collect(Collectors.joining(","));
    HttpResponse<String> response = get("/v1/predictions?symbols=" + asked);
    assertThat(response.statusCode()).isEqualTo(200);
    JsonNode answer = MAPPER.readTree(response.body());
    List<Prediction> predictions = new ArrayList<>();
    answer.path("predictions").forEach(p -> predictions.add(prediction(p.toString())));
    assertThat(predictions).containsExactlyElementsOf(SYMBOLS.stream().map(emitted::get).toList());
    assertThat(answer.path("missing")).isEmpty();

    HttpResponse<String> some = get("/v1/predictions?symbols=NOPE,SYM2,N0/PE,SYM2");
    assertThat(some.statusCode()).isEqualTo(200);
    JsonNode partly = MAPPER.readTree(some.body());
    assertThat(partly.path("predictions")).hasSize(1);
    assertThat(partly.path("missing").toString()).isEqualTo("[\"NOPE\",\"N0/PE\"]");
  }

  @Test
  void tooManySymbolsOrNone_areRefused() throws Exception {
    String asked =
        IntStream.rangeClosed(1, 26).mapToObj(i -> "S" + i).collect(Collectors.joining(","));
    assertError("/v1/predictions?symbols=" + asked, 400, "BAD_REQUEST", "26", "1 to 25");
    assertError("/v1/predictions", 400, "BAD_REQUEST", "0 symbols", "1 to 25");
  }

  @ParameterizedTest
  @CsvSource({
    "/v1/predictions/NOPE, 404, UNKNOWN_SYMBOL, NOPE",
    "/v1/predictions/NOPE?explain=shap, 404, UNKNOWN_SYMBOL, NOPE",
    "/v1/predictions/A%20B, 400, BAD_REQUEST, A B",
    "/v1/predictions/%22%3Cb%3E, 400, BAD_REQUEST, <b>",
    "/v1/predictions/SYM1?explain=lime, 400, BAD_REQUEST, lime",
    "/v1/predictions/SYM1?explain=, 400, BAD_REQUEST, allowed is shap",
    "/v1/predictions/SYM1?explian=shap, 400, BAD_REQUEST, allowed is explain",
    "/v1/predictions?symbols=, 400, BAD_REQUEST, allowed are 1 to 32",
    "'/v1/predictions?symbols=A,,B', 400, BAD_REQUEST, allowed are 1 to 32",
    "/v1/predictions?symbol=A, 400, BAD_REQUEST, allowed is symbols",
    "/v1/predictions?symbols=A&explain=shap, 400, BAD_REQUEST, one symbol at a time",
  })
  void badRequest_isAnsweredWithWhatIsWrong(String path, int status, String code, String named)
      throws Exception {
    assertError(path, status, code, named);
  }

  /** The instance asks itself here, over HTTP: it does not know that it is the owner. */
  @Test
  void anothersSymbol_isAskedFor_andComesAsItIs() throws Exception {
    owner = Optional.of(new HostInfo("127.0.0.1", server.port()));
    try {
      HttpResponse<String> one = get("/v1/predictions/SYM3");
      assertThat(prediction(one.body())).isEqualTo(emitted.get("SYM3"));
      assertThat(one.headers().firstValue("vfr-instance")).hasValue("127.0.0.1:" + server.port());
      assertThat(one.headers().firstValue("vfr-stale")).isEmpty();
      JsonNode many =
          MAPPER.readTree(get("/v1/predictions?symbols=SYM1,NOPE,BTC%2FUSD%5E%3D%3A").body());
      assertThat(prediction(many.path("predictions").get(0).toString()))
          .isEqualTo(emitted.get("SYM1"));
      assertThat(prediction(many.path("predictions").get(1).toString()))
          .isEqualTo(emitted.get("BTC/USD^=:"));
      assertThat(many.path("missing").toString()).isEqualTo("[\"NOPE\"]");
      assertThat(many.path("stale")).isEmpty();
      Prediction exact = prediction(get("/v1/predictions/SYM4?explain=shap").body());
      assertThat(exact.driversMethod()).isEqualTo(DriversMethod.SHAP);
      assertError("/v1/predictions/NOPE?explain=shap", 404, "UNKNOWN_SYMBOL", "NOPE");
    } finally {
      owner = Optional.of(SELF);
    }
  }

  @Test
  void ownerThatDoesNotAnswer_theTopicAnswers_markedStale() throws Exception {
    Prediction known = requireNonNull(emitted.get("SYM3"));
    published.put("SYM3", Topics.PREDICTIONS.codec().write(known));
    owner = Optional.of(new HostInfo("127.0.0.1", closedPort()));
    try {
      HttpResponse<String> one = get("/v1/predictions/SYM3");
      assertThat(one.statusCode()).isEqualTo(200);
      assertThat(one.headers().firstValue("vfr-stale")).hasValue("true");
      assertThat(MAPPER.readTree(one.body()).path("stale").asBoolean()).isTrue();
      assertThat(prediction(one.body())).isEqualTo(known);
      JsonNode many = MAPPER.readTree(get("/v1/predictions?symbols=SYM3,SYM1").body());
      assertThat(many.path("stale").toString()).isEqualTo("[\"SYM3\"]");
      assertThat(many.path("missing").toString()).isEqualTo("[\"SYM1\"]");
      assertError("/v1/predictions/SYM3?explain=shap", 503, "OWNER_UNAVAILABLE", "Try again");
    } finally {
      owner = Optional.of(SELF);
      published.clear();
    }
  }

  @Test
  void ownerNotKnown_whatIsHereIsStale_andWhatIsNotComesFromTheTopic() throws Exception {
    Prediction other = requireNonNull(emitted.get("SYM3"));
    published.put("ELSEWHERE", Topics.PREDICTIONS.codec().write(other));
    owner = Optional.empty();
    try {
      JsonNode many = MAPPER.readTree(get("/v1/predictions?symbols=SYM1,ELSEWHERE").body());
      assertThat(many.path("stale").toString()).isEqualTo("[\"SYM1\",\"ELSEWHERE\"]");
    } finally {
      owner = Optional.of(SELF);
      published.clear();
    }
  }

  @Test
  void takenOverAndNotYetPredicted_comesFromTheTopic_andIsTheNewest() throws Exception {
    Prediction other = requireNonNull(emitted.get("SYM3"));
    published.put("QUIET", Topics.PREDICTIONS.codec().write(other));
    try {
      HttpResponse<String> response = get("/v1/predictions/QUIET");
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.headers().firstValue("vfr-stale")).isEmpty();
    } finally {
      published.clear();
    }
  }

  private static int closedPort() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Test
  void token_isWanted() throws Exception {
    for (String path : List.of("/v1/predictions/SYM1", "/v1/predictions?symbols=A", "/v1/no")) {
      HttpResponse<String> response = get(path, "Bearer guess");
      assertThat(response.statusCode()).isEqualTo(401);
      assertThat(response.body()).contains("\"code\":\"UNAUTHORIZED\"");
      assertThat(response.headers().firstValue("www-authenticate")).hasValue("Bearer");
    }
  }
}
