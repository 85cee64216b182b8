package io.vfr.streams.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong with the command line is said before anything starts. */
class FeaturesCommandTest {
  @TempDir Path dir;

  private String prices = "";

  @BeforeEach
  void writePrices() throws IOException {
    prices =
        Files.writeString(dir.resolve("p.csv"), "symbol,ts,open,high,low,close,volume\n")
            .toString();
  }

  @Test
  void export_withoutInput_saysWhatIsNeeded() {
    assertUsage("--prices FILE is needed, or --from-topic", "--out", file("o.csv"));
  }

  @Test
  void export_missingInputFile_isNamed() {
    assertUsage(
        "--macro " + file("none.csv") + ": no such file, or not readable",
        "--prices",
        prices,
        "--macro",
        file("none.csv"),
        "--out",
        file("o.csv"));
  }

  @Test
  void export_nameWithoutKnownEnding_saysWhichThereAre() {
    assertUsage(
        "the name must end with one of .csv, .csv.gz, .parquet",
        "--prices",
        prices,
        "--out",
        file("o.xlsx"));
  }

  @Test
  void export_unknownFormat_saysWhichThereAre() {
    assertUsage(
        "--format must be one of csv, csv.gz, parquet, got orc",
        "--prices",
        prices,
        "--out",
        file("o.csv"),
        "--format",
        "orc");
  }

  @Test
  void export_brokersWithFiles_isRefused() {
    assertUsage(
        "--bootstrap-servers goes with --from-topic",
        "--prices",
        prices,
        "--out",
        file("o.csv"),
        "--bootstrap-servers",
        "127.0.0.1:1");
  }

  @Test
  void export_filesWithTopic_isRefused() {
    assertUsage(
        "--from-topic reads no input files",
        "--prices",
        prices,
        "--from-topic",
        "--out",
        file("o.csv"));
  }

  @Test
  void export_labelGapOfNothing_isRefused() {
    assertUsage(
        "--label-gap-max must be above 0, got PT0S",
        "--prices",
        prices,
        "--out",
        file("o.csv"),
        "--label-gap-max",
        "0s");
  }

  @Test
  void export_existingFile_staysAsItIs() throws IOException {
    Path out = Files.writeString(dir.resolve("o.csv"), "mine");
    CommandRun run = export("--prices", prices, "--out", out.toString());
    assertThat(run.exitCode()).isEqualTo(Cli.FAILED);
    assertThat(run.err()).contains(out + " exists; --overwrite replaces it");
    assertThat(out).hasContent("mine");
  }

  @Test
  void export_directoryThatIsMissing_isNamed() {
    CommandRun run = export("--prices", prices, "--out", file("none/o.csv"));
    assertThat(run.exitCode()).isEqualTo(Cli.FAILED);
    assertThat(run.err()).contains(file("none") + " is no directory that can be written to");
  }

  private String file(String name) {
    return dir.resolve(name).toString();
  }

  private static void assertUsage(String message, String... arguments) {
    CommandRun run = export(arguments);
    assertThat(run.err()).contains(message);
    assertThat(run.exitCode()).isEqualTo(Cli.USAGE);
  }

  private static CommandRun export(String... arguments) {
    List<String> all = new ArrayList<>(List.of("features", "export"));
    all.addAll(List.of(arguments));
    return CommandRun.of(all.toArray(String[]::new));
  }
}
