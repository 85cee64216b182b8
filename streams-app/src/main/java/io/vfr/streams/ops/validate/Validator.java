package io.vfr.streams.ops.validate;

import com.fasterxml.jackson.databind.JsonNode;
import io.vfr.streams.config.AppConfig;
import io.vfr.streams.config.KafkaProperties;
import io.vfr.streams.ops.broker.BrokerException;
import io.vfr.streams.ops.broker.TopicAdmin;
import io.vfr.streams.ops.broker.TopicAdmin.TopicState;
import io.vfr.streams.ops.figures.InstanceFigures;
import io.vfr.streams.ops.figures.PerformanceReport;
import io.vfr.streams.ops.view.OutputView;
import io.vfr.streams.ops.view.ViewData;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;

/**
 * Checks a running application: its latency, memory and models by what its instances say, its
 * fallbacks and its Kafka by trying them.
 */
public final class Validator {
  private static final double LATENCY_MILLIS = 100;
  private static final double INFERENCE_MILLIS = 50;
  private static final double REQUEST_MILLIS = 500;
  private static final long RESIDENT_BYTES = 2L << 30;
  private static final long CACHE_BYTES = 1L << 30;
  private static final double HIT_RATIO = 0.85;
  private static final int SYMBOLS = 25;
  private static final int REQUESTS = 20;
  private static final int REPLICATION = 3;
  private static final Duration VIEW_PATIENCE = Duration.ofSeconds(10);

  private final InstanceClient instance;
  private final AppConfig config;
  private final List<Check> checks = new ArrayList<>();

  private Validator(InstanceClient instance, AppConfig config) {
    this.instance = instance;
    this.config = config;
  }

  /**
   * Checks an application.
   *
   * @param instance one of its instances
   * @param config says where its Kafka is
   * @throws InstanceException if the instance does not answer
   * @throws BrokerException if Kafka does not
   */
  public static Validation run(InstanceClient instance, AppConfig config)
      throws InterruptedException {
    Validator validator = new Validator(instance, config);
    PerformanceReport report = instance.get("/v1/report", PerformanceReport.class);
    validator.performance(report);
    validator.instances(report);
    validator.models();
    try (OutputView view = new OutputView(config, () -> false)) {
      validator.outputs(view);
    }
    validator.kafka();
    return Validation.of(validator.checks);
  }

  private void add(String name, boolean passed, String figure, String limit, String advice) {
    checks.add(Check.of(name, passed, figure, limit, advice));
  }

  private void performance(PerformanceReport report) {
    Double latency = report.p95Millis() == null ? bucketed(report) : report.p95Millis();
    add(
        "latency from append to prediction, p95",
        latency != null && latency < LATENCY_MILLIS,
        millis(latency),
        "< 100 ms",
        latency == null
            ? "no prediction has been made: send prices, and validate again"
            : "shorten processing.commit-interval, or take processing.profile=low-latency");
    Double inference = meanInference(report);
    add(
        "scoring one batch, mean",
        inference != null && inference < INFERENCE_MILLIS,
        millis(inference),
        "< 50 ms",
        "fewer models at a time (models.active), or smaller batches (scoring.batch-rows-max)");
    Long resident = report.residentBytesMax();
    add(
        "memory of the largest instance",
        resident == null || resident < RESIDENT_BYTES,
        resident == null ? "not told by this system" : mebibytes(resident),
        "< 2048 MiB",
        "a smaller heap (-Xmx in VFR_JAVA_OPTS), or more instances");
    add(
        "models in memory",
        report.cacheBytesMax() < CACHE_BYTES,
        mebibytes(report.cacheBytesMax()),
        "< 1024 MiB",
        "retire versions that are no longer compared");
    add(
        "hit ratio of the model cache",
        report.hitRatioMin() > HIT_RATIO,
        String.format(Locale.ROOT, "%.3f", report.hitRatioMin()),
        "> 0.85",
        "raise models.cache-models-max or models.cache-bytes-max");
  }

  /** The upper bound of the bucket that holds the 95th of a hundred, of the slowest instance. */
  private static @Nullable Double bucketed(PerformanceReport report) {
    Double worst = null;
    for (InstanceFigures each : report.cluster().instances()) {
      long wanted = (long) Math.ceil(0.95 * each.latency().count());
      double bound = each.latency().count() == 0 ? Double.NaN : Double.POSITIVE_INFINITY;
      for (var bucket : each.latency().buckets().entrySet()) {
        if (each.latency().count() > 0 && bucket.getValue() >= wanted) {
          bound = Math.min(bound, Double.parseDouble(bucket.getKey()));
        }
      }
      if (!Double.isNaN(bound)) {
        worst = worst == null ? bound : Math.max(worst, bound);
      }
    }
    return worst;
  }

  private static @Nullable Double meanInference(PerformanceReport report) {
    Double worst = null;
    for (InstanceFigures each : report.cluster().instances()) {
      Double mean = each.scoring().meanMillis();
      if (mean != null) {
        worst = worst == null ? mean : Math.max(worst, mean);
      }
    }
    return worst;
  }

  private void instances(PerformanceReport report) {
    int answering = report.cluster().instances().size();
    int silent = report.cluster().silent().size();
    add(
        "instances that answer",
        silent == 0,
        answering + " of " + (answering + silent),
        "all",
        "see whether they run, and whether http.advertised is where the others reach them");
    int replicas =
        report.cluster().instances().stream().mapToInt(each -> each.standbys().size()).sum();
    add(
        "replicas of the state",
        answering < 2 || replicas > 0,
        answering < 2 ? "one instance alone" : replicas + " partitions",
        "some, with two instances or more",
        "streams.standby=1 makes a failover short");
    add(
        "records read = accepted + refused + sent on",
        report.accounted(),
        report.unaccounted() + " unaccounted for",
        "a few, under way",
        "this is a bug: keep the topics and the log, and report it");
  }

  private void models() throws InterruptedException {
    JsonNode models = instance.get("/v1/models", JsonNode.class).path("models");
    int champions = 0;
    List<String> caveats = new ArrayList<>();
    for (JsonNode model : models) {
      champions += model.path("role").asText().equals("champion") ? 1 : 0;
      if (model.has("caveat")) {
        caveats.add(model.path("id").asText() + ": " + model.path("caveat").asText());
      }
    }
    add(
        "models verified and in use",
        champions > 0 && caveats.isEmpty(),
        champions + (caveats.isEmpty() ? "" : "; " + String.join("; ", caveats)),
        "at least 1, all as they should run",
        "vfr models verify says what is wrong with each");
    add(
        "a model that fails is made up for",
        champions > 1,
        champions > 1 ? (champions - 1) + " others remain" : "none would remain",
        "another champion, or the last good prediction",
        "run more than one model (models.active)");
  }

  /** What VFR does when no instance answers: it reads the topic. */
  private void outputs(OutputView view) throws InterruptedException {
    long started = System.nanoTime();
    ViewData read = view.look(VIEW_PATIENCE);
    List<String> symbols = List.copyOf(read.latest().keySet());
    double seconds = (System.nanoTime() - started) / 1e9;
    add(
        "predictions without an instance, from vfr.predictions",
        !symbols.isEmpty(),
        String.format(Locale.ROOT, "%d symbols in %.1f s", symbols.size(), seconds),
        "some",
        "send prices, and validate again");
    if (symbols.isEmpty()) {
      return;
    }
    List<String> asked = symbols.subList(0, Math.min(SYMBOLS, symbols.size()));
    String path =
        "/v1/predictions?symbols="
            + URLEncoder.encode(String.join(",", asked), StandardCharsets.UTF_8);
    instance.get(path, JsonNode.class);
    double[] millis = new double[REQUESTS];
    for (int i = 0; i < REQUESTS; i++) {
      long began = System.nanoTime();
      instance.get(path, JsonNode.class);
      millis[i] = (System.nanoTime() - began) / 1e6;
    }
    Arrays.sort(millis);
    add(
        asked.size() + " symbols in one request, slowest of " + REQUESTS,
        millis[REQUESTS - 1] < REQUEST_MILLIS,
        millis(millis[REQUESTS - 1]),
        "< 500 ms",
        "ask an instance that is near, or read the topic");
  }

  private void kafka() throws InterruptedException {
    List<TopicState> topics;
    try (TopicAdmin admin = TopicAdmin.connect(KafkaProperties.admin(config))) {
      topics = admin.describe();
    }
    List<String> wrong = new ArrayList<>();
    int least = Integer.MAX_VALUE;
    for (TopicState topic : topics) {
      if (!topic.exists()) {
        wrong.add(topic.name() + " is missing");
      } else {
        least = Math.min(least, topic.replication());
        topic.differences().forEach(difference -> wrong.add(topic.name() + " " + difference));
      }
    }
    add(
        "topics as they should be",
        wrong.isEmpty(),
        wrong.isEmpty() ? topics.size() + " of " + topics.size() : String.join("; ", wrong),
        "all",
        "vfr topics create makes the missing ones, vfr topics describe shows the others");
    int brokers = brokers();
    add(
        "brokers",
        brokers >= REPLICATION,
        Integer.toString(brokers),
        "3 or more",
        "with one broker a broken disk is lost data");
    add(
        "copies of each topic",
        least >= Math.min(REPLICATION, brokers) && least >= 2,
        Integer.toString(least == Integer.MAX_VALUE ? 0 : least),
        "3",
        "kafka-reassign-partitions raises it for topics that are there");
  }

  private int brokers() throws InterruptedException {
    try (Admin admin = Admin.create(KafkaProperties.admin(config))) {
      return admin.describeCluster().nodes().get(10, TimeUnit.SECONDS).size();
    } catch (ExecutionException | TimeoutException e) {
      throw new BrokerException("the brokers cannot be counted: " + e.getMessage(), e);
    }
  }

  private static String millis(@Nullable Double value) {
    return value == null ? "not measured" : String.format(Locale.ROOT, "%.1f ms", value);
  }

  private static String mebibytes(long bytes) {
    return String.format(Locale.ROOT, "%.0f MiB", bytes / 0x1p20);
  }
}
