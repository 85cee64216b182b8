package io.vfr.streams.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong with the command line is said before anything starts. */
class BacktestCommandTest {
  @TempDir Path dir;

  @Test
  void withoutPrices_saysWhatIsNeeded() {
    CommandRun run = CommandRun.of("backtest");
    assertThat(run.exitCode()).isEqualTo(Cli.USAGE);
    assertThat(run.err()).contains("--prices FILE is needed");
  }

  @Test
  void optionsOutOfRange_areNamedWithWhatIsAllowed() throws IOException {
    assertUsage(
        "--to 2015-01-01 must not be before --from 2016-01-01",
        "--from",
        "2016-01-01",
        "--to",
        "2015-01-01");
    assertUsage("--partitions must be 1..256, got 0", "--partitions", "0");
    assertUsage("--cost-bps must be 0..10000, got -1.0", "--cost-bps", "-1");
    assertUsage("--cost-bps must be 0..10000, got NaN", "--cost-bps", "NaN");
    assertUsage("--bootstrap-servers does not go with backtest", "--bootstrap-servers", "h:1");
    assertUsage(
        "--html " + dir.resolve("none/r.html") + ": no file can be written there",
        "--html",
        dir.resolve("none/r.html").toString());
    assertUsage("--from", "--from", "yesterday");
  }

  @Test
  void missingPriceFile_isNamed() {
    String missing = dir.resolve("none.csv").toString();
    CommandRun run = CommandRun.of("backtest", "--prices", missing);
    assertThat(run.exitCode()).isEqualTo(Cli.USAGE);
    assertThat(run.err()).contains("--prices " + missing + ": no such file, or not readable");
  }

  private void assertUsage(String message, String... options) throws IOException {
    Path prices = Files.writeString(dir.resolve("p.csv"), "symbol,ts,open,high,low,close,volume\n");
    List<String> arguments = new ArrayList<>(List.of("backtest", "--prices", prices.toString()));
    arguments.addAll(List.of(options));
    CommandRun run = CommandRun.of(arguments.toArray(String[]::new));
    assertThat(run.exitCode()).as(run.err()).isEqualTo(Cli.USAGE);
    assertThat(run.err()).contains(message);
  }
}
