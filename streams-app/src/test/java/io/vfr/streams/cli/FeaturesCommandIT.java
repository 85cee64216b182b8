package io.vfr.streams.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import dev.hardwood.InputFile;
import dev.hardwood.reader.ParquetFileReader;
import dev.hardwood.reader.RowReader;
import io.vfr.models.schema.FeatureSchema;
import io.vfr.schemas.FeatureValues;
import io.vfr.schemas.Fundamentals;
import io.vfr.schemas.MacroValue;
import io.vfr.schemas.PriceBar;
import io.vfr.schemas.SentimentObservation;
import io.vfr.schemas.Topics;
import io.vfr.streams.Pipeline;
import io.vfr.streams.TestConfigs;
import io.vfr.streams.features.window.Bar;
import io.vfr.streams.ops.broker.EmbeddedKafka;
import io.vfr.streams.reference.RandomBars;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FeaturesCommandIT {
  private static final FeatureSchema SCHEMA = FeatureSchema.current();
  private static final long DAY = RandomBars.INTERVAL_MILLIS;
  private static final long START = 18_000 * DAY;
  private static final int BARS = 60;
  private static final List<String> SYMBOLS = List.of("AAA", "BBB", "C.C");

  @TempDir Path dir;

  @Test
  void export_files_rowsAreTheMessagesOfTheTopologyBitByBit() throws Exception {
    List<FeatureValues> messages = writeInputs(BARS);
    Path csv = dir.resolve("out.csv.gz");
    CommandRun run = export(csv, "--json");
    assertThat(run.exitCode()).as(run.err()).isZero();
    JsonNode result = new ObjectMapper().readTree(run.out());
    assertThat(result.get("rows").asInt()).isEqualTo(SYMBOLS.size() * BARS);
    assertThat(result.get("labelled").asInt()).isEqualTo(SYMBOLS.size() * (BARS - 1));
    assertThat(result.get("prices").asInt()).isEqualTo(messages.size() - SYMBOLS.size() + 1);
    assertThat(result.get("vectors").asInt()).isEqualTo(messages.size());
    assertThat(result.get("deadLettered").asInt()).isEqualTo(1);
    assertThat(result.get("schema").asText()).isEqualTo(SCHEMA.id());

    List<NamedCsvRecord> rows = csv(csv);
    assertThat(rows.getFirst().getHeader())
        .startsWith("symbol", "ts", "label_ts", "label_return", SCHEMA.names().getFirst())
        .endsWith(
            "news_sentiment",
            "pe_ratio",
            "reddit_confidence",
            "reddit_mentions",
            "reddit_sentiment",
            "vix");
    assertRowsAre(newest(messages), rows);
    assertLabelsFollow(rows);
    assertThat(dir.resolve("out.csv.gz.part")).doesNotExist();
  }

  @Test
  void export_prefixOfTheInput_givesThePrefixOfTheRows() throws Exception {
    writeInputs(BARS);
    Path whole = dir.resolve("whole.csv");
    assertThat(export(whole).exitCode()).isZero();
    writeInputs(BARS - 1);
    Path prefix = dir.resolve("prefix.csv");
    assertThat(export(prefix).exitCode()).isZero();

    List<NamedCsvRecord> before = csv(prefix);
    List<NamedCsvRecord> after =
        csv(whole).stream()
            .filter(row -> Long.parseLong(row.getField("ts")) < START + (BARS - 1) * DAY)
            .toList();
    assertThat(before).hasSameSizeAs(after);
    for (int i = 0; i < before.size(); i++) {
      // What came later changed no feature; it is in the label alone.
      List<String> features = before.get(i).getFields();
      assertThat(features.subList(4, features.size()))
          .isEqualTo(after.get(i).getFields().subList(4, features.size()));
      boolean last = Long.parseLong(before.get(i).getField("ts")) == START + (BARS - 2) * DAY;
      assertThat(before.get(i).getField("label_return").isEmpty()).isEqualTo(last);
      assertThat(after.get(i).getField("label_return")).isNotEmpty();
    }
  }

  @Test
  void export_topic_takesTheNewestOfEachBarAndNoLabelFromAfar() throws Exception {
    try (EmbeddedKafka kafka =
        EmbeddedKafka.start(EmbeddedKafka.Options.in(dir.resolve("broker")))) {
      String brokers = kafka.bootstrapServers();
      Path out = dir.resolve("topic.parquet");
      assertThat(fromTopic(brokers, out).err()).contains("no topic vfr.features at " + brokers);
      assertThat(
              CommandRun.of("topics", "create", "--bootstrap-servers", brokers, "--partitions", "2")
                  .exitCode())
          .isZero();
      assertThat(fromTopic(brokers, out).err()).contains("there are no vectors on vfr.features");
      send(
          brokers,
          List.of(
              vector("B", START, 0.25, SCHEMA.id()),
              vector("A", START + 5, 0.5, SCHEMA.id()),
              vector("A", START + 8 * DAY, 0.03, SCHEMA.id()),
              vector("A", START + 9, 0.75, SCHEMA.id()),
              vector("A", START + 7 * DAY + 1, 0.02, SCHEMA.id()),
              vector("B", START + 8 * DAY, 0.5, SCHEMA.id()),
              vector("B", START + 9 * DAY, 0.5, "vfr-features/0:other")));
      CommandRun run = fromTopic(brokers, out);
      assertThat(run.exitCode()).as(run.err()).isZero();
      assertThat(run.out()).contains("1 vectors of another feature schema are left out");
      try (ParquetFileReader reader = ParquetFileReader.open(InputFile.of(out));
          RowReader row = reader.rowReader()) {
        List<String> rows = new ArrayList<>();
        while (row.hasNext()) {
          row.next();
          rows.add(
              row.getString("symbol")
                  + " "
                  + (row.getLong("ts") - START)
                  + " "
                  + row.getDouble("momentum_1d")
                  + " -> "
                  + (row.isNull("label_return") ? null : row.getDouble("label_return"))
                  + (row.isNull("label_ts") ? "" : " at " + (row.getLong("label_ts") - START)));
        }
        assertThat(rows)
            .containsExactly(
                "A 9 0.75 -> 0.02 at " + (7 * DAY + 1),
                "A " + (7 * DAY + 1) + " 0.02 -> 0.03 at " + 8 * DAY,
                "A " + 8 * DAY + " 0.03 -> null",
                "B 0 0.25 -> null",
                "B " + 8 * DAY + " 0.5 -> null");
      }
      CommandRun again = fromTopic(brokers, out);
      assertThat(again.exitCode()).isEqualTo(Cli.FAILED);
      assertThat(again.err()).contains(out + " exists; --overwrite replaces it");
      assertThat(fromTopic(brokers, out, "--overwrite", "--label-gap-max", "9d").out())
          .contains("5 rows of 2 symbols, 3 with a label");
    }
  }

  /** Writes the four files and returns what the topology makes of them. */
  private List<FeatureValues> writeInputs(int bars) throws IOException {
    List<String> prices = new ArrayList<>(List.of("symbol,ts,open,high,low,close,volume"));
    List<PriceBar> events = new ArrayList<>();
    for (int i = 0; i < bars; i++) {
      for (int s = 0; s < SYMBOLS.size(); s++) {
        Bar bar = RandomBars.series(31 + s, RandomBars.Shape.STOCK, BARS).get(i);
        add(events, SYMBOLS.get(s), i, bar, 1);
        if (i == 40) {
          // A restated close: the bar is published twice, and the bar before once more.
          add(events, SYMBOLS.get(s), i, bar, 1.01);
          Bar before = RandomBars.series(31 + s, RandomBars.Shape.STOCK, BARS).get(i - 1);
          add(events, SYMBOLS.get(s), i - 1, before, 0.99);
        }
      }
    }
    events.forEach(e ->
        prices.add(
            "%s,%d,%s,%s,%s,%s,%s"
                .formatted(
                    e.symbol(), e.ts(), e.open(), e.high(), e.low(), e.close(), e.volume())));
    prices.add("AAA," + (START + DAY) + ",-1,1,1,1,1");
    Files.write(dir.resolve("prices.csv"), prices);
    try (Pipeline pipeline = new Pipeline(TestConfigs.daily(dir.resolve("state")))) {
      sideInputs(pipeline);
      events.forEach(pipeline::price);
      List<FeatureValues> messages = pipeline.features();
      // The late bar changes the one after it, whose vector is published once more.
      assertThat(messages).hasSize(events.size() + SYMBOLS.size());
      return messages;
    }
  }

  private static void add(
      List<PriceBar> events, String symbol, int day, Bar bar, double closeFactor) {
    double close = bar.close() * closeFactor;
    events.add(
        new PriceBar(
            symbol,
            START + day * DAY,
            bar.open(),
            Math.max(bar.high(), close),
            Math.min(bar.low(), close),
            close,
            bar.volume(),
            null));
  }

  private void sideInputs(Pipeline pipeline) throws IOException {
    List<String> fundamentals = new ArrayList<>(List.of("symbol,knownAt,periodEnd,pe_ratio"));
    List<String> sentiment =
        new ArrayList<>(List.of("symbol,ts,source,sentiment,confidence,mentions"));
    List<String> macro = new ArrayList<>(List.of("series,ts,value"));
    for (int i = 0; i < BARS; i += 3) {
      long ts = START + i * DAY;
      double value = 11 + i / 7.0;
      fundamentals.add("AAA,%d,%d,%s".formatted(ts, ts - DAY, value));
      pipeline.fundamentals(new Fundamentals("AAA", ts, ts - DAY, Map.of("pe_ratio", value)));
      sentiment.add("BBB,%d,news,0.75,0.5,%d".formatted(ts, i + 1));
      pipeline.sentiment(new SentimentObservation("BBB", ts, "news", 0.75, 0.5, i + 1));
      for (String series : List.of("vix", "benchmark")) {
        macro.add("%s,%d,%s".formatted(series, ts, value));
        pipeline.macro(new MacroValue(series, ts, value));
      }
    }
    Files.write(dir.resolve("fundamentals.csv"), fundamentals);
    Files.write(dir.resolve("sentiment.csv"), sentiment);
    Files.write(dir.resolve("macro.csv"), macro);
  }

  /** The newest message of each symbol and bar, in the order of the rows. */
  private static List<FeatureValues> newest(List<FeatureValues> messages) {
    Map<String, FeatureValues> newest = new TreeMap<>();
    messages.forEach(m -> newest.put(m.symbol() + " " + m.ts() / DAY, m));
    return List.copyOf(newest.values());
  }

  private static void assertRowsAre(List<FeatureValues> messages, List<NamedCsvRecord> rows) {
    assertThat(rows).hasSameSizeAs(messages);
    for (int i = 0; i < rows.size(); i++) {
      NamedCsvRecord row = rows.get(i);
      FeatureValues message = messages.get(i);
      assertThat(row.getField("symbol") + " " + row.getField("ts"))
          .isEqualTo(message.symbol() + " " + message.ts());
      for (String name : row.getHeader().subList(4, row.getHeader().size())) {
        int at = message.names().indexOf(name);
        double expected = at < 0 ? Double.NaN : message.value(at);
        String cell = row.getField(name);
        double actual = cell.isEmpty() ? Double.NaN : Double.parseDouble(cell);
        assertThat(Double.doubleToLongBits(actual))
            .as("%s of %s", name, message)
            .isEqualTo(Double.doubleToLongBits(expected));
      }
    }
  }

  private static void assertLabelsFollow(List<NamedCsvRecord> rows) {
    for (int i = 0; i < rows.size(); i++) {
      boolean last = i % BARS == BARS - 1;
      NamedCsvRecord next = last ? rows.get(i) : rows.get(i + 1);
      assertThat(rows.get(i).getField("label_return"))
          .isEqualTo(last ? "" : next.getField("momentum_1d"));
      assertThat(rows.get(i).getField("label_ts")).isEqualTo(last ? "" : next.getField("ts"));
    }
  }

  private CommandRun export(Path out, String... more) {
    List<String> arguments =
        new ArrayList<>(List.of("features", "export", "--out", out.toString()));
    for (String kind : List.of("prices", "fundamentals", "sentiment", "macro")) {
      arguments.add("--" + kind);
      arguments.add(dir.resolve(kind + ".csv").toString());
    }
    arguments.addAll(List.of(more));
    return CommandRun.of(arguments.toArray(String[]::new));
  }

  private static CommandRun fromTopic(String brokers, Path out, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "features",
                "export",
                "--from-topic",
                "--bootstrap-servers",
                brokers,
                "--out",
                out.toString()));
    arguments.addAll(List.of(more));
    return CommandRun.of(arguments.toArray(String[]::new));
  }

  private static FeatureValues vector(String symbol, long ts, double momentum, String schema) {
    return new FeatureValues(symbol, ts, schema, List.of("momentum_1d"), new double[] {momentum});
  }

  private static void send(String brokers, List<FeatureValues> vectors) {
    try (KafkaProducer<String, FeatureValues> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", brokers),
            new StringSerializer(),
            Topics.FEATURES.serializer())) {
      vectors.forEach(
          v -> producer.send(new ProducerRecord<>(Topics.FEATURES.name(), v.symbol(), v)));
      producer.flush();
    }
  }

  private static List<NamedCsvRecord> csv(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file);
        CsvReader<NamedCsvRecord> reader =
            CsvReader.builder()
                .ofNamedCsvRecord(
                    file.toString().endsWith(".gz") ? new GZIPInputStream(in) : in,
                    StandardCharsets.UTF_8)) {
      return reader.stream().toList();
    }
  }
}
