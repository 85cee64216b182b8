package io.vfr.streams.cli.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vfr.streams.features.window.Bar;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PriceHistoryTest {
  private static final String HEADER = "symbol,ts,open,high,low,close,volume\n";
  @TempDir private Path temp;

  private PriceHistory read(String rows) throws IOException {
    Path file = temp.resolve("prices.csv");
    Files.writeString(file, HEADER + rows);
    return PriceHistory.read(file);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "A,2014-01-02,,11,9,10,5",
        "A,2014-01-02,10,11,9,0,5",
        "A,2014-01-02,10,11,-9,10,5",
        "A,2014-01-02,10,9,11,10,5",
        "A,2014-01-02,12,11,9,10,5",
        "A,2014-01-02,10,11,9,8,5",
        "A,2014-01-02,10,11,9,10,-1",
        "A,2014-01-02,10,11,9,10,",
        "A,2014-01-02,NaN,11,9,10,5",
        "A,2014-01-02,10,Infinity,9,10,5",
      })
  void read_rowTheStreamWouldReject_isLeftOutAndCounted(String row) throws IOException {
    PriceHistory history = read(row + "\nA,2014-01-03,10,11,9,10,0\n");
    assertThat(history.rows()).isEqualTo(2);
    assertThat(history.rejected()).isEqualTo(1);
    assertThat(history.bySymbol().get("A")).hasSize(1);
  }

  @Test
  void read_unorderedRowsAndAReplacement_areInOrderAndTheLaterCounts() throws IOException {
    PriceHistory history =
        read(
            """
            B,2014-01-03,1,1,1,1,1
            A,2014-01-03,10,11,9,10,5
            A,2014-01-02,20,21,19,20,5
            A,2014-01-03,10,11,9,10.5,6
            """);
    List<Bar> bars = history.bySymbol().get("A");
    assertThat(bars).extracting(Bar::close).containsExactly(20.0, 10.5);
    assertThat(history.bySymbol().keySet()).containsExactly("A", "B");
  }

  @Test
  void read_gzipAndEpochMillis_areUnderstood() throws IOException {
    Path file = temp.resolve("prices.csv.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(
          (HEADER + "A,1388620800000,1,1,1,1,1\nA,2014-01-02T00:00:01Z,1,1,1,2,1\n")
              .getBytes(StandardCharsets.UTF_8));
    }
    List<Bar> bars = PriceHistory.read(file).bySymbol().get("A");
    assertThat(bars).extracting(Bar::startMillis).containsExactly(1388620800000L);
    assertThat(PriceHistory.read(file).rejected()).isEqualTo(1);
  }

  @Test
  void read_badTime_namesLineAndValue() {
    assertThatThrownBy(() -> read("A,yesterday,1,1,1,1,1\n"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("line 2")
        .hasMessageContaining("yesterday");
  }
}
