package io.vfr.streams.cli.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vfr.streams.cli.models.FeatureSet.Row;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FeatureSetTest {
  private static final String HEADER =
      "symbol,ts,label_ts,label_return,vix,volatility_20d,rsi_14\n";
  private static final long DAY = 86_400_000;
  @TempDir private Path temp;

  private List<Row> read(String rows) throws IOException {
    Path file = temp.resolve("features.csv");
    Files.writeString(file, HEADER + rows);
    return FeatureSet.read(file, List.of("rsi_14", "vix"));
  }

  @Test
  void read_rows_areInOrderOfSymbolAndTimeWithTheInputsAsked() throws IOException {
    List<Row> rows =
        read(
            """
            B,86400000,172800000,0.01,15,0.02,60
            A,172800000,,,,0.02,
            A,86400000,172800000,-0.03,15,0.02,40
            """);
    assertThat(rows).extracting(Row::symbol).containsExactly("A", "A", "B");
    assertThat(rows.getFirst().inputs()).containsExactly(40, 15);
    assertThat(rows.getFirst().standardized()).isEqualTo(-1.5);
    assertThat(rows.getFirst().day()).isEqualTo(LocalDate.of(1970, 1, 2));
    assertThat(rows.getFirst().labelDay()).isEqualTo(LocalDate.of(1970, 1, 3));
    assertThat(rows.get(1).inputs()).containsExactly(Double.NaN, Double.NaN);
  }

  @Test
  void isLabelled_needsANearNextBarAndAVolatility() throws IOException {
    List<Row> rows =
        read(
            "A,0,"
                + 7 * DAY
                + ",0.01,15,0.02,60\n"
                + "B,0,"
                + (7 * DAY + 1)
                + ",0.01,15,0.02,60\n"
                + "C,0,,,15,0.02,60\n"
                + "D,0,"
                + DAY
                + ",0.01,15,,60\n"
                + "E,0,"
                + DAY
                + ",0.01,15,0.00009,60\n");
    assertThat(rows).extracting(Row::isLabelled).containsExactly(true, false, false, false, false);
  }

  @Test
  void read_gzip_isUnderstood() throws IOException {
    Path file = temp.resolve("features.csv.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write((HEADER + "A,0,86400000,0.01,15,0.02,60\n").getBytes(StandardCharsets.UTF_8));
    }
    assertThat(FeatureSet.read(file, List.of())).hasSize(1);
  }

  @Test
  void read_missingColumns_areAllNamed() throws IOException {
    Path file = temp.resolve("other.csv");
    Files.writeString(file, "symbol,ts,open\n");
    assertThatThrownBy(() -> FeatureSet.read(file, List.of("rsi_14")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("label_ts, label_return, volatility_20d, rsi_14")
        .hasMessageContaining("vfr features export");
  }

  @Test
  void read_badCell_namesLineColumnAndValue() {
    assertThatThrownBy(() -> read("A,0,86400000,0.01,15,0.02,60\nA,1,86400000,0.01,high,0.02,60\n"))
        .hasMessageContaining("line 3")
        .hasMessageContaining("vix is \"high\"");
    assertThatThrownBy(() -> read("A,0,86400000,NaN,15,0.02,60\n"))
        .hasMessageContaining("label_return is \"NaN\"");
    assertThatThrownBy(() -> read("A,today,86400000,0.01,15,0.02,60\n"))
        .hasMessageContaining("ts is \"today\"");
  }

  @Test
  void read_emptyFile_saysSo() throws IOException {
    Path file = temp.resolve("empty.csv");
    Files.writeString(file, "");
    assertThatThrownBy(() -> FeatureSet.read(file, List.of())).hasMessageContaining("is empty");
  }
}
