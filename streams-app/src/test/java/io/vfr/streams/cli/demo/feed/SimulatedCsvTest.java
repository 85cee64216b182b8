package io.vfr.streams.cli.demo.feed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SimulatedCsvTest {
  @TempDir private Path directory = Path.of("");

  /** A change of these digests changes every simulated market: it is a decision, not a detail. */
  @Test
  void dirty_fixedSeed_goldenContents() throws IOException {
    SimulatedCsv csv = SimulatedCsv.dirty(directory, 7, 60, 42, 0.02);

    assertThat(csv.priceRows()).isEqualTo(420);
    assertThat(digest(csv.prices())).isEqualTo("201e3cfce0578ba0");
    assertThat(digest(csv.fundamentals())).isEqualTo("ab245f8afc7a4aba");
    assertThat(digest(csv.sentiment())).isEqualTo("07090fd9935ef87e");
    assertThat(digest(csv.macro())).isEqualTo("d210df84d9e55fc5");
  }

  @Test
  void clean_anySize_hasNoDirtyRowsAndCountsItsRows() throws IOException {
    SimulatedCsv csv = SimulatedCsv.clean(directory, 3, 30, 1);

    assertThat(csv.dirtyRows()).isZero();
    assertThat(csv.priceRows()).isEqualTo(90).isEqualTo(rows(csv.prices()));
    assertThat(csv.fundamentalsRows()).isPositive().isEqualTo(rows(csv.fundamentals()));
    assertThat(csv.sentimentRows()).isPositive().isEqualTo(rows(csv.sentiment()));
    assertThat(csv.macroRows()).isPositive().isEqualTo(rows(csv.macro()));
  }

  private static long rows(Path file) throws IOException {
    try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return text.lines().count() - 1;
    }
  }

  private static String digest(Path file) throws IOException {
    try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(in.readAllBytes()))
          .substring(0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
