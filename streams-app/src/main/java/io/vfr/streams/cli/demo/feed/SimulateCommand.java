package io.vfr.streams.cli.demo.feed;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code vfr simulate}: writes a simulated market as CSV files that {@code vfr replay} reads. */
@Command(
    name = "simulate",
    mixinStandardHelpOptions = true,
    description =
        "Writes a simulated market as CSV files: prices.csv.gz, fundamentals.csv.gz,"
            + " sentiment.csv.gz and macro.csv.gz for `vfr replay`, and dirt.csv, which lists the"
            + " price rows that --dirt broke. Equal options give equal bytes; name --today to"
            + " repeat a market on another day.")
public final class SimulateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Directory for the files; created if missing.")
  private Path out = Path.of("");

  @Option(
      names = "--symbols",
      paramLabel = "N",
      description = "Companies. Default: ${DEFAULT-VALUE}.")
  private int symbols = MarketConfig.SYMBOLS_DEFAULT;

  @Option(
      names = "--days",
      paramLabel = "D",
      description = "Daily bars of every company. Default: ${DEFAULT-VALUE}.")
  private int days = MarketConfig.DAYS_DEFAULT;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "Seed of the market. Default: ${DEFAULT-VALUE}.")
  private long seed = 1;

  @Option(
      names = "--today",
      paramLabel = "DATE",
      description = "The day after the last bar, such as 2026-01-31. Default: today, UTC.")
  private LocalDate today = LocalDate.now(ZoneOffset.UTC);

  @Option(
      names = "--lead",
      paramLabel = "X",
      description =
          "How far the next session leans towards leading sentiment, -1..1, 0 for not at all."
              + " Default: ${DEFAULT-VALUE}.")
  private double lead = MarketConfig.LEAD_DEFAULT;

  @Option(
      names = "--dirt",
      paramLabel = "SHARE",
      description =
          "Share of price rows to break, 0..1: no open, close outside low..high, or negative"
              + " volume. Default: ${DEFAULT-VALUE}.")
  private double dirt;

  @Option(names = "--overwrite", description = "Replace files that are already there.")
  private boolean overwrite;

  @Option(names = "--json", description = "Print the summary as one JSON object.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    if (!(dirt >= 0 && dirt <= 1)) {
      throw usage("--dirt must be between 0 and 1, got " + dirt);
    }
    refuseToReplace();
    CsvExport.Summary summary = CsvExport.write(out, config(), dirt);
    PrintWriter print = spec.commandLine().getOut();
    print.println(json ? asJson(summary) : asText(summary));
    print.flush();
    return 0;
  }

  private MarketConfig config() {
    try {
      return new MarketConfig(symbols, days, seed, today, lead);
    } catch (IllegalArgumentException e) {
      throw usage(Objects.requireNonNullElse(e.getMessage(), e.toString()));
    }
  }

  private void refuseToReplace() {
    List<String> present =
        CsvExport.FILES.stream().filter(file -> Files.exists(out.resolve(file))).toList();
    if (!overwrite && !present.isEmpty()) {
      throw usage(
          "--out " + out + " already holds " + present + "; choose another or add --overwrite");
    }
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private String asText(CsvExport.Summary summary) {
    StringBuilder text = new StringBuilder("Simulated market in ").append(out).append('\n');
    line(text, CsvExport.PRICES_FILE, summary.prices());
    line(text, CsvExport.FUNDAMENTALS_FILE, summary.fundamentals());
    line(text, CsvExport.SENTIMENT_FILE, summary.sentiment());
    line(text, CsvExport.MACRO_FILE, summary.macro());
    long total = 0;
    for (Map.Entry<Dirt, Long> entry : summary.dirty().entrySet()) {
      total += entry.getValue();
    }
    text.append("Price rows broken on purpose, listed in ").append(CsvExport.DIRT_FILE);
    text.append(": ").append(total);
    for (Map.Entry<Dirt, Long> entry : summary.dirty().entrySet()) {
      text.append('\n');
      text.append(
          String.format(Locale.ROOT, "  %-22s %10d", label(entry.getKey()), entry.getValue()));
    }
    return text.toString();
  }

  private static void line(StringBuilder text, String file, long rows) {
    text.append(String.format(Locale.ROOT, "  %-22s %10d rows%n", file, rows));
  }

  private static String label(Dirt kind) {
    return kind.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private String asJson(CsvExport.Summary summary) {
    ObjectNode root = new ObjectMapper().createObjectNode();
    root.put("directory", out.toString());
    root.put("symbols", symbols).put("days", days).put("seed", seed);
    root.put("today", today.toString()).put("lead", lead);
    ObjectNode rows = root.putObject("rows");
    rows.put("prices", summary.prices()).put("fundamentals", summary.fundamentals());
    rows.put("sentiment", summary.sentiment()).put("macro", summary.macro());
    ObjectNode dirty = root.putObject("dirty");
    summary.dirty().forEach((kind, count) -> dirty.put(kind.name(), count));
    return root.toString();
  }
}
