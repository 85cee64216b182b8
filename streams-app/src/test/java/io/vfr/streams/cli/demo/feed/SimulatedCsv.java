package io.vfr.streams.cli.demo.feed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.LocalDate;

/**
 * A small simulated market as the CSV files of {@code vfr replay}, for tests. The same arguments
 * give the same files for ever; {@link SimulatedCsvTest} holds that.
 *
 * @param prices the prices file, with {@code priceRows} rows of which {@code dirtyRows} are broken
 * @param fundamentals the fundamentals file; the other files likewise
 */
public record SimulatedCsv(
    Path prices,
    Path fundamentals,
    Path sentiment,
    Path macro,
    long priceRows,
    long dirtyRows,
    long fundamentalsRows,
    long sentimentRows,
    long macroRows) {
  /** The day after the last bar of every fixture. */
  public static final LocalDate TODAY = LocalDate.of(2025, 7, 1);

  /** Writes a market without broken rows. */
  public static SimulatedCsv clean(Path directory, int symbols, int days, long seed) {
    return dirty(directory, symbols, days, seed, 0);
  }

  /** Writes a market and breaks a share of its price rows. */
  public static SimulatedCsv dirty(
      Path directory, int symbols, int days, long seed, double dirtShare) {
    MarketConfig config = new MarketConfig(symbols, days, seed, TODAY, MarketConfig.LEAD_DEFAULT);
    CsvExport.Summary summary;
    try {
      summary = CsvExport.write(directory, config, dirtShare);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new SimulatedCsv(
        directory.resolve(CsvExport.PRICES_FILE),
        directory.resolve(CsvExport.FUNDAMENTALS_FILE),
        directory.resolve(CsvExport.SENTIMENT_FILE),
        directory.resolve(CsvExport.MACRO_FILE),
        summary.prices(),
        summary.dirty().values().stream().mapToLong(Long::longValue).sum(),
        summary.fundamentals(),
        summary.sentiment(),
        summary.macro());
  }
}
