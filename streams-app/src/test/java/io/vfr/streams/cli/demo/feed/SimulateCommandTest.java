package io.vfr.streams.cli.demo.feed;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import io.vfr.schemas.PriceBar;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class SimulateCommandTest {
  @TempDir private Path directory = Path.of("");
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void simulate_clean_writesTheColumnsOfReplay() throws IOException {
    assertThat(run("--symbols", "5", "--days", "30", "--seed", "3", "--today", "2026-01-28"))
        .isZero();

    assertThat(header("prices")).isEqualTo("symbol,ts,open,high,low,close,volume");
    assertThat(header("fundamentals"))
        .isEqualTo(
            "symbol,knownAt,periodEnd,pe_ratio,dividend_yield,eps,book_value,market_cap,ebitda,"
                + "ps_ratio,pb_ratio");
    assertThat(header("sentiment")).isEqualTo("symbol,ts,source,sentiment,confidence,mentions");
    assertThat(header("macro")).isEqualTo("series,ts,value");
    List<NamedCsvRecord> prices = rows("prices");
    assertThat(prices).hasSize(150);
    assertThat(prices.getFirst().getField("ts")).matches("\\d{4}-\\d\\d-\\d\\d");
    assertThat(prices.getLast().getField("ts")).isEqualTo("2026-01-27");
    assertThat(rows("sentiment").getFirst().getField("ts")).endsWith("Z");
    assertThat(Files.readString(directory.resolve("dirt.csv"))).isEqualTo("line,symbol,ts,kind\n");
    assertThat(out.toString()).contains("prices.csv.gz").contains("150 rows");
  }

  @Test
  void simulate_prices_sameValuesAsTheFeed() throws IOException {
    run("--symbols", "4", "--days", "20", "--seed", "9", "--today", "2026-01-28");
    MarketConfig config =
        new MarketConfig(4, 20, 9, LocalDate.of(2026, 1, 28), MarketConfig.LEAD_DEFAULT);
    List<Double> expected =
        MarketHistory.of(config).events().stream()
            .filter(event -> event instanceof MarketEvent.Priced)
            .map(event -> ((MarketEvent.Priced) event).message())
            .map(message -> ((PriceBar) message).close())
            .toList();

    assertThat(rows("prices").stream().map(row -> Double.valueOf(row.getField("close"))).toList())
        .isEqualTo(expected);
  }

  @Test
  void simulate_sameSeedTwice_sameFiles() throws IOException {
    String[] options = {"--symbols", "3", "--days", "25", "--today", "2026-01-28", "--dirt", "0.1"};
    run(options);
    List<byte[]> first = files();
    assertThat(run(append(options, "--overwrite"))).isZero();

    assertThat(files()).usingRecursiveComparison().isEqualTo(first);
  }

  @Test
  void simulate_dirt_breaksExactlyTheListedRows() throws IOException {
    assertThat(
            run(
                "--symbols",
                "10",
                "--days",
                "200",
                "--seed",
                "4",
                "--today",
                "2026-01-28",
                "--dirt",
                "0.05",
                "--json"))
        .isZero();
    int[] found = new int[Dirt.values().length];
    List<String> labels = new ArrayList<>();
    for (NamedCsvRecord row : rows("prices")) {
      Dirt kind = judge(row);
      if (kind != null) {
        found[kind.ordinal()]++;
        labels.add(
            row.getStartingLineNumber()
                + ","
                + row.getField("symbol")
                + ","
                + row.getField("ts")
                + ","
                + kind);
      }
    }
    JsonNode summary = new ObjectMapper().readTree(out.toString());

    for (Dirt kind : Dirt.values()) {
      assertThat(found[kind.ordinal()]).as(kind.name()).isGreaterThan(10);
      assertThat(summary.path("dirty").path(kind.name()).intValue())
          .isEqualTo(found[kind.ordinal()]);
    }
    assertThat(summary.path("rows").path("prices").intValue()).isEqualTo(2000);
    List<String> listed = Files.readAllLines(directory.resolve("dirt.csv"));
    assertThat(listed.subList(1, listed.size())).isEqualTo(labels);
    assertThat(labels.size()).isBetween(60, 150);
  }

  @Test
  void simulate_filesPresent_refusesAndNamesThem() throws IOException {
    Files.writeString(directory.resolve("prices.csv.gz"), "precious");

    assertThat(run("--symbols", "2", "--days", "5")).isEqualTo(2);
    assertThat(err.toString()).contains("prices.csv.gz").contains("--overwrite");
    assertThat(Files.readString(directory.resolve("prices.csv.gz"))).isEqualTo("precious");
  }

  @Test
  void simulate_badOptions_exitCodeTwoAndWhatIsAllowed() {
    assertThat(run("--dirt", "1.5")).isEqualTo(2);
    assertThat(err.toString()).contains("--dirt must be between 0 and 1, got 1.5");
    assertThat(run("--symbols", "0")).isEqualTo(2);
    assertThat(err.toString()).contains("symbols must be between 1 and 200000, got 0");
  }

  private int run(String... options) {
    return new CommandLine(new SimulateCommand())
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(append(options, "--out", directory.toString()));
  }

  private static String[] append(String[] options, String... more) {
    List<String> all = new ArrayList<>(List.of(options));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  private static @Nullable Dirt judge(NamedCsvRecord row) {
    if (row.getField("open").isEmpty()) {
      return Dirt.MISSING_OPEN;
    }
    if (Double.parseDouble(row.getField("volume")) < 0) {
      return Dirt.NEGATIVE_VOLUME;
    }
    double close = Double.parseDouble(row.getField("close"));
    boolean inside =
        close >= Double.parseDouble(row.getField("low"))
            && close <= Double.parseDouble(row.getField("high"));
    return inside ? null : Dirt.CLOSE_OUTSIDE_RANGE;
  }

  private List<byte[]> files() throws IOException {
    List<byte[]> contents = new ArrayList<>();
    for (String file : CsvExport.FILES) {
      contents.add(Files.readAllBytes(directory.resolve(file)));
    }
    return contents;
  }

  private String header(String file) throws IOException {
    String text = text(file);
    return text.substring(0, text.indexOf('\n'));
  }

  private List<NamedCsvRecord> rows(String file) throws IOException {
    try (CsvReader<NamedCsvRecord> reader = CsvReader.builder().ofNamedCsvRecord(text(file))) {
      return reader.stream().toList();
    }
  }

  private String text(String file) throws IOException {
    Path path = directory.resolve(file + ".csv.gz");
    try (GZIPInputStream in = new GZIPInputStream(Files.newInputStream(path))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
