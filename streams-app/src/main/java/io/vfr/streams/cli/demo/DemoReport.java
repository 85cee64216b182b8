package io.vfr.streams.cli.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a demo did, for a reader and for a script.
 *
 * @param topics per input topic what became of its records
 * @param origins per symbol where its data came from
 * @param historySeconds how long the history took, from the first price sent to the last prediction
 *     read
 * @param historyPredictions predictions made of the history
 */
record DemoReport(
    Map<String, TopicCount> topics,
    Map<String, DemoObserver.SymbolCount> symbols,
    Map<String, String> origins,
    Map<String, Long> alerts,
    long predictions,
    long deadLetters,
    long latencyP50Millis,
    long latencyP99Millis,
    long latencyMaxMillis,
    long livePredictions,
    double historySeconds,
    long historyPredictions,
    int featuresPerVector,
    double updateMicrosMean) {

  /** One input topic's part of the counters' equation. */
  record TopicCount(long in, long accepted, long deadLettered, long rerouted) {
    boolean balances() {
      return in == accepted + deadLettered + rerouted;
    }
  }

  /**
   * Whether every topic's records are accounted for, and every accepted price has its prediction.
   */
  boolean equationHolds() {
    TopicCount prices = topics.getOrDefault("vfr.prices", new TopicCount(0, 0, 0, 0));
    return topics.values().stream().allMatch(TopicCount::balances)
        && prices.accepted() == predictions;
  }

  private long degraded() {
    return symbols.values().stream().mapToLong(DemoObserver.SymbolCount::degraded).sum();
  }

  private long recordsIn() {
    return topics.values().stream().mapToLong(TopicCount::in).sum();
  }

  private Map<String, Long> symbolsByModel() {
    Map<String, Long> byModel = new TreeMap<>();
    symbols
        .values()
        .forEach(s -> s.scoredBy().keySet().forEach(id -> byModel.merge(id, 1L, Long::sum)));
    return byModel;
  }

  private double featuresPerSecond() {
    return historyPredictions * (double) featuresPerVector / historySeconds;
  }

  String json() {
    ObjectMapper mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    ObjectNode root = mapper.createObjectNode();
    root.put("recordsIn", recordsIn());
    ObjectNode records = root.putObject("records");
    topics.forEach((topic, count) ->
        records
            .putObject(topic)
            .put("in", count.in())
            .put("accepted", count.accepted())
            .put("deadLettered", count.deadLettered())
            .put("rerouted", count.rerouted()));
    root.put("predictions", predictions);
    root.put("degraded", degraded());
    root.put("deadLetters", deadLetters);
    root.put("equationHolds", equationHolds());
    ObjectNode models = root.putObject("models");
    symbolsByModel().forEach((id, count) -> models.putObject(id).put("symbols", count));
    ObjectNode bySymbol = root.putObject("symbols");
    symbols.forEach((symbol, count) -> symbol(bySymbol.putObject(symbol), symbol, count));
    ObjectNode raised = root.putObject("alerts");
    alerts.forEach(raised::put);
    root.putObject("latencyMillis")
        .put("p50", latencyP50Millis)
        .put("p99", latencyP99Millis)
        .put("max", latencyMaxMillis)
        .put("predictions", livePredictions);
    root.putObject("history")
        .put("predictions", historyPredictions)
        .put("seconds", historySeconds)
        .put("predictionsPerSecond", historyPredictions / historySeconds)
        .put("featuresPerSecond", featuresPerSecond());
    root.put("featuresPerVector", featuresPerVector);
    root.put("featureUpdateMicrosMean", updateMicrosMean);
    return root.toPrettyString();
  }

  private void symbol(ObjectNode node, String symbol, DemoObserver.SymbolCount count) {
    node.put("origin", origins.getOrDefault(symbol, "unknown"));
    node.put("predictions", count.predictions());
    node.put("degraded", count.degraded());
    ObjectNode models = node.putObject("models");
    count.scoredBy().forEach(models::put);
  }

  String text() {
    StringBuilder out = new StringBuilder();
    line(
        out,
        "%n%-22s %12s %12s %14s %10s",
        "records",
        "in",
        "accepted",
        "dead-lettered",
        "rerouted");
    topics.forEach((topic, c) ->
        line(
            out,
            "%-22s %,12d %,12d %,14d %,10d",
            topic,
            c.in(),
            c.accepted(),
            c.deadLettered(),
            c.rerouted()));
    line(
        out,
        "%nevery record accounted for, every accepted price predicted: %s",
        equationHolds() ? "yes" : "NO");
    line(
        out,
        "predictions   %,d for %d symbols (%,d degraded)",
        predictions,
        symbols.size(),
        degraded());
    symbolsByModel().forEach((id, count) -> line(out, "  %-26s scored %d symbols", id, count));
    line(out, "alerts        %s", alerts.isEmpty() ? "none" : alerts.toString());
    line(
        out,
        "latency       p50 %d ms, p99 %d ms, max %d ms over %,d live predictions (append to emission)",
        latencyP50Millis,
        latencyP99Millis,
        latencyMaxMillis,
        livePredictions);
    line(
        out,
        "history       %,d predictions in %.1f s: %,.0f predictions/s, %,.0f features/s",
        historyPredictions,
        historySeconds,
        historyPredictions / historySeconds,
        featuresPerSecond());
    return out.toString();
  }

  private static void line(StringBuilder out, String format, Object... args) {
    out.append(String.format(Locale.ROOT, format, args)).append(System.lineSeparator());
  }
}
