package io.vfr.streams.ops.replay;

import io.vfr.schemas.Topics;
import io.vfr.streams.config.AppConfig;
import io.vfr.streams.config.KafkaProperties;
import io.vfr.streams.ops.broker.GroupAdmin;
import io.vfr.streams.ops.broker.TopicAdmin;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SequencedMap;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Sends CSV files to the input topics: macro, fundamentals and sentiment first, then, when a
 * running application has taken them, prices in the order of their file.
 *
 * <p>So two replays of the same files give the same features (docs/decisions/0002).
 */
public final class Replay {
  private static final int ROWS_PER_PROGRESS = 1000;
  private static final List<CsvKind> ORDER =
      List.of(CsvKind.MACRO, CsvKind.FUNDAMENTALS, CsvKind.SENTIMENT, CsvKind.PRICES);

  private final AppConfig config;
  private final Request request;
  private final ReplayProgress progress;
  private final SequencedMap<String, ReplayResult.Count> counts = new LinkedHashMap<>();

  /**
   * What to send.
   *
   * @param files at least one
   * @param rowsPerSecond pace of the prices; empty for as fast as the brokers take them
   * @param interval length of the bars of the price file; empty for the application's own
   * @param settleTimeout how long to wait for a running application before the first price
   */
  public record Request(
      Map<CsvKind, Path> files,
      OptionalDouble rowsPerSecond,
      Optional<Duration> interval,
      Duration settleTimeout) {
    public Request {
      files = Map.copyOf(files);
      if (files.isEmpty()) {
        throw new IllegalArgumentException("no file to replay");
      }
      if (rowsPerSecond.isPresent() && !(rowsPerSecond.getAsDouble() > 0)) {
        throw new IllegalArgumentException("speed must be above 0, got " + rowsPerSecond);
      }
    }
  }

  private Replay(AppConfig config, Request request, ReplayProgress progress) {
    this.config = config;
    this.request = request;
    this.progress = progress;
  }

  /**
   * Sends the files and waits for the acknowledgements.
   *
   * @throws ReplayException if a file is not as it should be or the brokers stop taking rows
   * @throws io.vfr.streams.ops.broker.BrokerException if no broker answers or a topic is missing
   */
  public static ReplayResult run(AppConfig config, Request request, ReplayProgress progress) {
    return new Replay(config, request, progress).run();
  }

  private ReplayResult run() {
    List<CsvSource> sources = new ArrayList<>();
    try {
      // All headers are checked before the first row is sent.
      for (CsvKind kind : ORDER) {
        Path file = request.files().get(kind);
        if (file != null) {
          sources.add(CsvSource.open(kind, file, request.interval()));
        }
      }
      noteIgnoredColumns(sources);
      requireTopics(sources);
      return send(sources);
    } finally {
      sources.forEach(CsvSource::close);
    }
  }

  private ReplayResult send(List<CsvSource> sources) {
    long start = System.nanoTime();
    var application = ReplayResult.Application.NOT_RUNNING;
    try (Producer<byte[], byte[]> producer = producer()) {
      for (CsvSource source : sources) {
        if (source.kind() == CsvKind.PRICES) {
          application = settle(sources);
        }
        send(source, producer);
      }
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    return new ReplayResult(counts, application, Math.round(seconds * 1000) / 1000.0);
  }

  private void send(CsvSource source, Producer<byte[], byte[]> producer) {
    String topic = source.kind().topic().name();
    TopicSender sender = new TopicSender(producer, topic);
    Pacer pacer =
        source.kind() == CsvKind.PRICES
            ? new Pacer(request.rowsPerSecond())
            : new Pacer(OptionalDouble.empty());
    progress.begin(source.kind().label(), source.fileBytes());
    Optional<List<String>> row = source.next();
    while (row.isPresent()) {
      List<String> cells = row.get();
      pacer.awaitTurn();
      sender.send(source.encoder().key(cells), source.encoder().value(cells));
      if (sender.rows() % ROWS_PER_PROGRESS == 0) {
        progress.advance(source.readBytes(), sender.rows());
      }
      row = source.next();
    }
    sender.flush();
    progress.advance(source.fileBytes(), sender.rows());
    progress.end(sender.rows());
    sender.firstFailure().ifPresent(why -> progress.note(topic + ": first failed row: " + why));
    counts.put(topic, sender.count());
  }

  /** Waits until a running application has taken the side inputs that were sent. */
  private ReplayResult.Application settle(List<CsvSource> sources) {
    List<String> sent =
        sources.stream()
            .filter(source -> source.kind() != CsvKind.PRICES)
            .map(source -> source.kind().topic().name())
            .toList();
    if (sent.isEmpty()) {
      return ReplayResult.Application.NOT_RUNNING;
    }
    String group = config.applicationId();
    try (GroupAdmin groups = GroupAdmin.connect(KafkaProperties.admin(config))) {
      if (!groups.isActive(group)) {
        return ReplayResult.Application.NOT_RUNNING;
      }
      progress.note("waiting for application " + group + " to take the side inputs");
      Duration timeout = request.settleTimeout();
      // Macro values reach the tasks by the fan-out, whose end is known when macro is consumed.
      boolean caughtUp =
          groups.awaitConsumed(group, sent, timeout)
              && groups.awaitConsumed(group, List.of(Topics.MACRO_FANOUT.name()), timeout);
      if (!caughtUp) {
        progress.note(
            "application "
                + group
                + " has not taken all side inputs within "
                + timeout
                + "; its first predictions may lack them");
      }
      return caughtUp ? ReplayResult.Application.CAUGHT_UP : ReplayResult.Application.BEHIND;
    }
  }

  private void noteIgnoredColumns(List<CsvSource> sources) {
    for (CsvSource source : sources) {
      List<String> ignored = source.encoder().ignored();
      if (!ignored.isEmpty()) {
        progress.note(source.kind().label() + ": columns not sent: " + String.join(", ", ignored));
      }
    }
  }

  private void requireTopics(List<CsvSource> sources) {
    List<String> topics = sources.stream().map(source -> source.kind().topic().name()).toList();
    try (TopicAdmin admin = TopicAdmin.connect(KafkaProperties.admin(config))) {
      List<String> missing = admin.missing(topics);
      if (!missing.isEmpty()) {
        throw new ReplayException(
            "no topic "
                + String.join(", ", missing)
                + " at "
                + config.bootstrapServers()
                + "; create the topics with 'vfr topics create'");
      }
    }
  }

  private Producer<byte[], byte[]> producer() {
    Map<String, Object> properties = new HashMap<>();
    properties.put("client.id", "vfr-replay");
    properties.put("compression.type", "lz4");
    properties.put("linger.ms", 5);
    properties.put("batch.size", 1 << 18);
    properties.put("buffer.memory", 1L << 26);
    // The topics' own limit decides what is too large.
    properties.put("max.request.size", 1 << 23);
    properties.putAll(KafkaProperties.producer(config));
    properties.put("acks", "all");
    properties.put("enable.idempotence", true);
    return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }
}
