package io.vfr.streams.ops.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RowEncoderTest {
  private static final String BARS = "symbol,ts,open,high,low,close,volume";

  @Test
  void value_bar_numbersAreVerbatim() {
    assertThat(encode(CsvKind.PRICES, BARS, "BBL,2012-09-04,58.189999,58.30,57.6,57.9,972300"))
        .isEqualTo(
            "{\"symbol\":\"BBL\",\"ts\":1346716800000,\"open\":58.189999,\"high\":58.30,"
                + "\"low\":57.6,\"close\":57.9,\"volume\":972300}");
  }

  @Test
  void value_emptyCells_areAbsent() {
    assertThat(encode(CsvKind.PRICES, BARS, "X,2012-09-04,,2,1,1.5,"))
        .isEqualTo("{\"symbol\":\"X\",\"ts\":1346716800000,\"high\":2,\"low\":1,\"close\":1.5}");
  }

  @Test
  void value_tooFewCells_restIsAbsent() {
    assertThat(encode(CsvKind.PRICES, BARS, "X,2012-09-04,1"))
        .isEqualTo("{\"symbol\":\"X\",\"ts\":1346716800000,\"open\":1}");
  }

  @Test
  void value_tooManyCells_isTheRowItself() {
    assertThat(encode(CsvKind.PRICES, BARS, "X,2012-09-04,1,000,2,1,1,5"))
        .isEqualTo("X,2012-09-04,1,000,2,1,1,5");
  }

  @Test
  void value_notANumber_isText() {
    assertThat(encode(CsvKind.MACRO, "series,ts,value", "vix,soon,NaN"))
        .isEqualTo("{\"series\":\"vix\",\"ts\":\"soon\",\"value\":\"NaN\"}");
  }

  @Test
  void value_interval_isGivenToBars() {
    RowEncoder encoder =
        RowEncoder.of(CsvKind.PRICES, cells(BARS), Optional.of(Duration.ofMinutes(5)));
    assertThat(text(encoder.value(cells("X,0,1,1,1,1,1")))).endsWith(",\"interval\":\"PT5M\"}");
  }

  @Test
  void value_ticks_haveNoInterval() {
    RowEncoder encoder =
        RowEncoder.of(
            CsvKind.PRICES, cells("symbol,ts,price,size"), Optional.of(Duration.ofMinutes(5)));
    assertThat(text(encoder.value(cells("BTC,17,100.5,0.25"))))
        .isEqualTo("{\"symbol\":\"BTC\",\"ts\":17,\"price\":100.5,\"size\":0.25}");
  }

  @Test
  void value_fundamentals_featuresAreNestedWhateverTheColumnOrder() {
    assertThat(
            encode(
                CsvKind.FUNDAMENTALS,
                "pe_ratio,symbol,knownAt,eps,periodEnd",
                "13.11,A,2012-12-27,,2012-12-27"))
        .isEqualTo(
            "{\"symbol\":\"A\",\"knownAt\":1356566400000,\"periodEnd\":1356566400000,"
                + "\"values\":{\"pe_ratio\":13.11}}");
  }

  @Test
  void value_sentiment_isComplete() {
    assertThat(
            encode(
                CsvKind.SENTIMENT,
                "symbol,ts,source,sentiment,confidence,mentions",
                "AAPL,2014-01-01T00:00:00Z,twitter,0.5,0.1667,1"))
        .isEqualTo(
            "{\"symbol\":\"AAPL\",\"ts\":1388534400000,\"source\":\"twitter\",\"sentiment\":0.5,"
                + "\"confidence\":0.1667,\"mentions\":1}");
  }

  @Test
  void key_isTheSymbolOrEmpty() {
    RowEncoder encoder =
        RowEncoder.of(CsvKind.PRICES, cells("ts," + BARS.replace("ts,", "")), Optional.empty());
    assertThat(text(encoder.key(cells("0,BRK.B")))).isEqualTo("BRK.B");
    assertThat(encoder.key(cells("0"))).isEmpty();
  }

  @Test
  void of_unknownColumn_isIgnoredAndNamed() {
    RowEncoder encoder = RowEncoder.of(CsvKind.PRICES, cells(BARS + ",adjclose"), Optional.empty());
    assertThat(encoder.ignored()).containsExactly("adjclose");
    assertThat(text(encoder.value(cells("X,0,1,1,1,1,1,9")))).doesNotContain("9");
  }

  @Test
  void of_missingColumn_saysWhichAndWhatIsNeeded() {
    assertThatThrownBy(
            () -> RowEncoder.of(CsvKind.PRICES, cells("symbol,ts,open"), Optional.empty()))
        .isInstanceOf(ReplayException.class)
        .hasMessageContaining("column high, low, close, volume is missing")
        .hasMessageContaining("prices need symbol,ts,open,high,low,close,volume");
  }

  @Test
  void of_columnTwiceOrUnnamed_isRefused() {
    assertThatThrownBy(
            () -> RowEncoder.of(CsvKind.MACRO, cells("series,ts,value,ts"), Optional.empty()))
        .hasMessageContaining("column ts is there twice");
    assertThatThrownBy(() -> RowEncoder.of(CsvKind.MACRO, cells("series,,value"), Optional.empty()))
        .hasMessageContaining("a column without a name");
  }

  private static String encode(CsvKind kind, String header, String row) {
    return text(RowEncoder.of(kind, cells(header), Optional.empty()).value(cells(row)));
  }

  private static List<String> cells(String line) {
    return Arrays.asList(line.split(",", -1));
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
