package io.vfr.bench.flow;

import io.vfr.schemas.Topics;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What ours wrote for its prices, ready to be written by a flow that makes nothing: predictions
 * first, one for each price, then outcomes, alerts and changes of state, as many as there were.
 */
record Written(List<Part> parts) {
  /** A topic as every application that runs under an id has it, for its changes of state. */
  private static final String CHANGELOG = "-task-state-changelog";

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
    return lines.stream().collect(Collectors.joining("\n"));
  }

  /** Topics of a broker before one of ours runs, to know afterwards what that one wrote. */
  static final class Before {
    private final BenchBroker kafka;
    private final long outcomes;
    private final long alerts;

    Before(BenchBroker kafka) throws Exception {
      this.kafka = kafka;
      outcomes = kafka.records(Topics.OUTCOMES.name());
      alerts = kafka.records(Topics.ALERTS.name());
    }

    /**
     * What was written since. Markers of transactions count as records, some in a thousand.
     *
     * @param applicationId of the one that ran, for the first time
     * @param prices how many it read
     */
    Written since(String applicationId, long prices) throws Exception {
      String changelog = applicationId + CHANGELOG;
      List<Part> parts = new ArrayList<>();
      parts.add(new Part(PlainFlow.OUTPUT_TOPIC, 1, newest(Topics.PREDICTIONS.name(), false)));
      add(parts, PlainFlow.OUTCOMES_TOPIC, Topics.OUTCOMES.name(), outcomes, prices, false);
      add(parts, PlainFlow.ALERTS_TOPIC, Topics.ALERTS.name(), alerts, prices, false);
      add(parts, PlainFlow.STATE_TOPIC, changelog, 0, prices, true);
      return new Written(parts);
    }

    private void add(
        List<Part> parts, String topic, String from, long before, long prices, boolean withKeys)
        throws Exception {
      long records = kafka.records(from) - before;
      if (records > 0) {
        parts.add(new Part(topic, (double) records / prices, newest(from, withKeys)));
      }
    }

    private Payloads newest(String topic, boolean withKeys) {
      return Payloads.newest(kafka.bootstrapServers(), topic, withKeys);
    }
  }
}
