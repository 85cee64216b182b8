package io.vfr.bench.flow;

import io.vfr.schemas.Topics;
import io.vfr.streams.state.TaskState;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * What ours wrote for its prices, ready to be written by a flow that makes nothing: predictions
 * first, one for each price, then outcomes, alerts and changes of state, as many as there were.
 * What is written once a commit ({@code vfr.model-scores}) is not in it.
 */
record Written(List<Part> parts) {
  /** How many records of a topic are written again. */
  private static final int NEWEST = 2000;

  /**
   * The records of one topic.
   *
   * @param topic where they are to be written
   * @param perPrice how many for each price
   * @param payloads some of them, to be written again and again
   */
  record Part(String topic, double perPrice, Payloads payloads) {
    private String told() throws IOException {
      return String.format(
          Locale.ROOT, "%s: %.2f for each price, of %s", topic, perPrice, payloads.told());
    }
  }

  Written {
    parts = List.copyOf(parts);
    if (parts.isEmpty() || !parts.getFirst().topic().equals(PlainFlow.OUTPUT_TOPIC)) {
      throw new IllegalArgumentException("there are no predictions to write");
    }
  }

  /** The predictions alone. */
  Written predictions() {
    return new Written(List.of(parts.getFirst()));
  }

  void write(Path file) throws IOException {
    try (DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
      out.writeInt(parts.size());
      for (Part part : parts) {
        out.writeUTF(part.topic());
        out.writeDouble(part.perPrice());
        part.payloads().write(out);
      }
    }
  }

  static Written read(Path file) throws IOException {
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
      List<Part> parts = new ArrayList<>();
      for (int left = in.readInt(); left > 0; left--) {
        parts.add(new Part(in.readUTF(), in.readDouble(), Payloads.read(in)));
      }
      return new Written(parts);
    }
  }

  /** What there is, a line for each topic. */
  String told() throws IOException {
    List<String> lines = new ArrayList<>();
    for (Part part : parts) {
      lines.add(part.told());
    }
    return String.join("\n", lines);
  }

  /** Where topics of ours end, to know later what was written since. */
  static final class Since {
    private final BenchBroker kafka;

    /** By topic of ours; where it is written again. */
    private final Map<String, String> topics = new LinkedHashMap<>();

    private final Map<String, long[]> ends = new HashMap<>();

    /**
     * Takes note of the ends.
     *
     * @param applicationId of the one whose records they are; it may not have begun yet
     */
    Since(BenchBroker kafka, String applicationId) throws Exception {
      this.kafka = kafka;
      topics.put(Topics.PREDICTIONS.name(), PlainFlow.OUTPUT_TOPIC);
      topics.put(Topics.OUTCOMES.name(), PlainFlow.OUTCOMES_TOPIC);
      topics.put(Topics.ALERTS.name(), PlainFlow.ALERTS_TOPIC);
      topics.put(applicationId + "-" + TaskState.NAME + "-changelog", PlainFlow.STATE_TOPIC);
      for (String topic : topics.keySet()) {
        ends.put(topic, kafka.ends(topic));
      }
    }

    /**
     * What was written since, and committed.
     *
     * @param prices how many there were since
     */
    Written written(long prices) throws Exception {
      List<Part> parts = new ArrayList<>();
      for (Map.Entry<String, String> each : topics.entrySet()) {
        Part part = part(each.getKey(), each.getValue(), prices);
        if (part != null) {
          boolean predictions = parts.isEmpty();
          parts.add(predictions ? new Part(part.topic(), 1, part.payloads()) : part);
        }
      }
      return new Written(parts);
    }

    /**
     * What came into one topic, told from one of its partitions; null if nothing did. Offsets are
     * those of markers of transactions as well: as large a part of all as of those that are read.
     */
    private @Nullable Part part(String topic, String to, long prices) throws Exception {
      long[] first = ends.getOrDefault(topic, new long[BenchBroker.PARTITIONS]);
      long[] end = kafka.ends(topic);
      long offsets = Arrays.stream(end).sum() - Arrays.stream(first).sum();
      for (int p = 0; p < end.length; p++) {
        long from = Math.max(first[p], end[p] - NEWEST);
        List<byte[]> values =
            Payloads.read(
                kafka.bootstrapServers(),
                new TopicPartition(topic, p),
                from,
                end[p],
                to.equals(PlainFlow.STATE_TOPIC));
        if (!values.isEmpty()) {
          double records = (double) offsets * values.size() / (end[p] - from);
          return new Part(to, records / prices, new Payloads(values));
        }
      }
      return null;
    }
  }
}
