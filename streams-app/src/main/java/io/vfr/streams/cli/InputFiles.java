package io.vfr.streams.cli;

import io.vfr.streams.ops.replay.CsvKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that name CSV files of input. */
final class InputFiles {
  @Option(
      names = "--prices",
      paramLabel = "FILE",
      description = "symbol,ts,open,high,low,close,volume; or ticks: symbol,ts,price,size.")
  private @Nullable Path prices;

  @Option(
      names = "--fundamentals",
      paramLabel = "FILE",
      description = "symbol,knownAt,periodEnd,<feature>...")
  private @Nullable Path fundamentals;

  @Option(
      names = "--sentiment",
      paramLabel = "FILE",
      description = "symbol,ts,source,sentiment,confidence,mentions.")
  private @Nullable Path sentiment;

  @Option(names = "--macro", paramLabel = "FILE", description = "series,ts,value.")
  private @Nullable Path macro;

  /** The files that are given, each of which can be read. */
  Map<CsvKind, Path> files() {
    Map<CsvKind, Path> files = new EnumMap<>(CsvKind.class);
    put(files, CsvKind.PRICES, prices);
    put(files, CsvKind.FUNDAMENTALS, fundamentals);
    put(files, CsvKind.SENTIMENT, sentiment);
    put(files, CsvKind.MACRO, macro);
    return files;
  }

  private static void put(Map<CsvKind, Path> files, CsvKind kind, @Nullable Path file) {
    if (file == null) {
      return;
    }
    if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
      throw CliException.usage(
          "--" + kind.label() + " " + file + ": no such file, or not readable");
    }
    files.put(kind, file);
  }
}
