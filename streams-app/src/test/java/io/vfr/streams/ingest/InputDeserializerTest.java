package io.vfr.streams.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfr.schemas.Fundamentals;
import io.vfr.schemas.MacroValue;
import io.vfr.schemas.Parsed;
import io.vfr.schemas.PriceBar;
import io.vfr.schemas.PriceTick;
import io.vfr.schemas.SentimentObservation;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Good input is accepted, on the good side of every edge too. */
class InputDeserializerTest {
  private static final long TS = 1_700_006_400_000L;

  @Test
  void deserialize_bar_isAccepted() {
    assertThat(accepted("vfr.prices", "AAPL", bar("")))
        .isEqualTo(new PriceBar("AAPL", TS, 10, 12, 9, 11, 100, null));
  }

  @Test
  void deserialize_fieldsInAnyOrderWithWhiteSpaceAndUnknownOnes_isAccepted() {
    String json =
        """
        { "exchange" : "NASDAQ", "meta": {"a": [1, {"b": null}], "ts": 1},
          "volume": 1E2, "close": 11.0, "low": 9, "high": 12, "open": 1.0e1,
          "ts": 1700006400000, "interval": null, "price": null, "size": 7,
          "symbol": "A\\u0041PL", "name": "Äpfel & Co 漢字 😀" }
        """;
    assertThat(accepted("vfr.prices", "AAPL", json))
        .isEqualTo(new PriceBar("AAPL", TS, 10, 12, 9, 11, 100, null));
  }

  @ParameterizedTest
  @ValueSource(strings = {"P1D", "PT24H", "PT1M", "PT0.5S", "PT1H30M", "P0DT6H"})
  void deserialize_intervalThatBuildsUpBarsInterval_isAccepted(String interval) {
    assertThat(accepted("vfr.prices", "AAPL", bar(",\"interval\":\"" + interval + "\"")))
        .isEqualTo(new PriceBar("AAPL", TS, 10, 12, 9, 11, 100, Duration.parse(interval)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"BRK.B", "BF-B", "^GSPC", "BTC-USD", "EURUSD=X", "BTC/USDT", "NYSE:IBM", "a_1"})
  void deserialize_symbolOfAnyKind_isAccepted(String symbol) {
    String json = "{\"symbol\":\"" + symbol + "\",\"ts\":1700006400000,\"price\":1,\"size\":0}";
    assertThat(accepted("vfr.prices", symbol, json)).isEqualTo(new PriceTick(symbol, TS, 1, 0));
  }

  @ParameterizedTest
  @CsvSource({
    "10, 10, 10, 10, 0",
    "1e-12, 1e-12, 1e-12, 1e-12, 1e15",
    "1e12, 1000000000000, 9, 9, 0.5",
    "9, 12, 9, 12, 1",
    "12, 12, 9, 9, 1"
  })
  void deserialize_barOnTheEdgeOfItsBounds_isAccepted(
      String open, String high, String low, String close, String volume) {
    String json =
        String.format(
            "{\"symbol\":\"A\",\"ts\":631152000000,\"open\":%s,\"high\":%s,\"low\":%s,\"close\":%s,"
                + "\"volume\":%s}",
            open, high, low, close, volume);
    assertThat(accepted("vfr.prices", "A", json)).isInstanceOf(PriceBar.class);
  }

  @Test
  void deserialize_timeAtTheLastAllowedMillisecond_isAccepted() {
    long latest = Inputs.NOW.plus(Inputs.MAX_AHEAD).toEpochMilli();
    String json = "{\"series\":\"vix\",\"ts\":" + latest + ",\"value\":-0.5}";
    assertThat(accepted("vfr.macro", "vix", json)).isEqualTo(new MacroValue("vix", latest, -0.5));
  }

  @Test
  void deserialize_valueOfTheLargestSize_isAccepted() {
    String json = bar(",\"note\":\"\"");
    String filled = bar(",\"note\":\"" + "x".repeat(Inputs.BYTES_MAX - json.length()) + "\"");
    assertThat(filled).hasSize(Inputs.BYTES_MAX);
    assertThat(accepted("vfr.prices", "AAPL", filled)).isInstanceOf(PriceBar.class);
  }

  @Test
  void deserialize_negativeZeroVolume_losesItsSign() {
    String json = bar("").replace("\"volume\":100", "\"volume\":-0.0");
    assertThat(accepted("vfr.prices", "AAPL", json))
        .isInstanceOfSatisfying(
            PriceBar.class, bar -> assertThat(Double.doubleToRawLongBits(bar.volume())).isZero());
  }

  @Test
  void deserialize_fundamentalsWithUnknownValues_dropsThem() {
    String json =
        "{\"symbol\":\"A\",\"knownAt\":1700006400000,\"periodEnd\":1731628800000,"
            + "\"values\":{\"pe_ratio\":18.2,\"eps\":null,\"price-to-book.v2\":-1e300}}";
    assertThat(accepted("vfr.fundamentals", "A", json))
        .isEqualTo(
            new Fundamentals(
                "A",
                TS,
                TS + 366L * 86_400_000,
                Map.of("pe_ratio", 18.2, "price-to-book.v2", -1e300)));
  }

  @Test
  void deserialize_sentimentAtItsBounds_isAccepted() {
    String json =
        "{\"symbol\":\"A\",\"ts\":1700006400000,\"source\":\"reddit\",\"sentiment\":1,"
            + "\"confidence\":0,\"mentions\":0}";
    assertThat(accepted("vfr.sentiment", "A", json))
        .isEqualTo(new SentimentObservation("A", TS, "reddit", 1, 0, 0));
  }

  @Test
  void deserialize_anyValue_keepsItsBytes() {
    byte[] good = bar("").getBytes(StandardCharsets.UTF_8);
    byte[] bad = {1, 2, 3};
    assertThat(Inputs.ingested("vfr.prices", good).rawValue()).isSameAs(good);
    assertThat(Inputs.ingested("vfr.prices", bad).rawValue()).isSameAs(bad);
    assertThat(Inputs.ingested("vfr.prices", null).rawValue()).isNull();
  }

  private static @Nullable Object accepted(String topic, String key, String json) {
    Parsed<?> verdict =
        Inputs.verdict(
            topic, key.getBytes(StandardCharsets.UTF_8), json.getBytes(StandardCharsets.UTF_8));
    assertThat(verdict).as(json).isInstanceOf(Parsed.Accepted.class);
    return ((Parsed.Accepted<?>) verdict).value();
  }

  private static String bar(String more) {
    return "{\"symbol\":\"AAPL\",\"ts\":1700006400000,\"open\":10,\"high\":12,\"low\":9,"
        + "\"close\":11,\"volume\":100"
        + more
        + "}";
  }
}
