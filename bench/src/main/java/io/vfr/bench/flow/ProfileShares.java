package io.vfr.bench.flow;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * What stream threads and their producers' threads do, told from the methods on their stacks. Each
 * sample belongs to the first part that it fits.
 */
final class ProfileShares {
  /** What the rest is. */
  private static final String REST = "Kafka Streams, consumer, commits, the rest";

  private static final Map<String, Predicate<Stack>> PARTS = new LinkedHashMap<>();

  static {
    PARTS.put(
        "ONNX Runtime, to explain alerts",
        stack -> stack.has("OrtSession.run") && stack.has("Explainer.explain"));
    PARTS.put("ONNX Runtime, to score", stack -> stack.has("OrtSession.run"));
    PARTS.put("exact drivers of alerts, without it", stack -> stack.has("Explainer.explain"));
    PARTS.put(
        "appending to the producer's batches: LZ4",
        stack -> stack.has("RecordAccumulator.append") && stack.has("Lz4BlockOutputStream."));
    PARTS.put(
        "appending to the producer's batches: the rest",
        stack -> stack.has("RecordAccumulator.append"));
    PARTS.put("sending requests, and learning what arrived", stack -> stack.has("Sender.run"));
    PARTS.put("the producer's other work", stack -> stack.has("KafkaProducer.send"));
    PARTS.put("JSON of what is written: digits of numbers", stack -> stack.has("JsonOut.digits"));
    PARTS.put("JSON of what is written: the rest", stack -> stack.has("JsonOut."));
    PARTS.put(
        "trees with path attribution, input rows, ranking of drivers",
        stack -> stack.has("Member.score") || stack.has("DriverRanking."));
    PARTS.put("combining models", stack -> stack.has("Ensembles."));
    PARTS.put(
        "changes of state, RocksDB",
        stack -> stack.has("TaskState.") || stack.has("OutcomeBook.save") || stack.has("RocksDB"));
    PARTS.put(
        "emitting: alerts, what is shown, counters", stack -> stack.has("EmitProcessor.process"));
    PARTS.put(
        "settling: outcomes, intervals, waiting predictions, drift",
        stack -> stack.has("ScoringProcessor."));
    PARTS.put("features and bars", stack -> stack.has("FeaturesProcessor."));
    PARTS.put("PartitionGroup.readyToProcess", stack -> stack.has("PartitionGroup.readyToProcess"));
    PARTS.put(
        "reading prices", stack -> stack.has("RecordQueue.") || stack.has("IngestProcessor."));
    PARTS.put(REST, stack -> true);
  }

  /** The methods of a sample, each as {@code Class.method} without the package. */
  private record Stack(List<String> methods) {
    boolean has(String begin) {
      return methods.stream().anyMatch(method -> method.startsWith(begin));
    }
  }

  private final Map<String, Double> weights = new LinkedHashMap<>();
  private double sum;

  ProfileShares() {
    PARTS.keySet().forEach(part -> weights.put(part, 0.0));
  }

  /** Whether a thread is a stream thread or its producer's. */
  static boolean counts(String thread) {
    return thread.contains("StreamThread");
  }

  /**
   * Adds a sample.
   *
   * @param methods {@code Class.method} without the package, in any order
   * @param weight what it stands for
   */
  void add(List<String> methods, double weight) {
    Stack stack = new Stack(methods);
    String part =
        PARTS.entrySet().stream()
            .filter(each -> each.getValue().test(stack))
            .findFirst()
            .orElseThrow()
            .getKey();
    weights.merge(part, weight, Double::sum);
    sum += weight;
  }

  /** Per cent by part; 0 of everything where there is no sample. */
  Map<String, Double> percent() {
    Map<String, Double> percent = new LinkedHashMap<>();
    weights.forEach((part, weight) -> percent.put(part, sum == 0 ? 0 : 100 * weight / sum));
    return percent;
  }
}
