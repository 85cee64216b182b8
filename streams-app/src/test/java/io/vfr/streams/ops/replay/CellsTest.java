package io.vfr.streams.ops.replay;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CellsTest {
  private static final JsonFactory JSON = new JsonFactory();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "58.189999|58.189999",
        "1.10|1.10",
        "-0|-0",
        "1e-7|1e-7",
        "12345678901234567890.123456789|12345678901234567890.123456789",
        "1e999|1e999",
        "' 7 '|7",
        "+1.5|1.5",
        ".5|0.5",
        "007|7",
        "5.|5",
        "NaN|\"NaN\"",
        "-Infinity|\"-Infinity\"",
        "1,000|\"1,000\"",
        "0x10|\"0x10\"",
        "1f|\"1f\"",
        "n/a|\"n/a\""
      })
  void writeNumber_cell_isKeptDigitForDigitOrAsText(String cell, String json) throws IOException {
    assertThat(written(generator -> Cells.writeNumber(generator, cell))).isEqualTo(json);
  }

  @ParameterizedTest
  @CsvSource({
    "0,0",
    "1346716800000,1346716800000",
    "-86400000,-86400000",
    "2012-09-04,1346716800000",
    "1969-12-31,-86400000",
    "2014-01-01T00:00:00Z,1388534400000",
    "2014-01-01T00:00:00.123456Z,1388534400123",
    "2014-01-01T02:00:00+02:00,1388534400000",
    "2014-01-01T00:00Z,1388534400000",
    "2014-02-30,\"2014-02-30\"",
    "2014-01-01T00:00:00,\"2014-01-01T00:00:00\"",
    "01/02/2014,\"01/02/2014\"",
    "yesterday,\"yesterday\""
  })
  void writeTime_cell_isMillisecondsOrText(String cell, String json) throws IOException {
    String expected = json.startsWith("\"") ? json : json.strip();
    assertThat(written(generator -> Cells.writeTime(generator, cell)).replace("\"", ""))
        .isEqualTo(expected.replace("\"", ""));
  }

  @Test
  void isJsonNumber_randomTexts_agreesWithTheParser() throws IOException {
    long seed = 20_260_101;
    Random random = new Random(seed);
    String alphabet = "0123456789.eE+-";
    int numbers = 0;
    for (int i = 0; i < 200_000; i++) {
      StringBuilder text = new StringBuilder();
      int length = 1 + random.nextInt(6);
      for (int j = 0; j < length; j++) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      boolean number = Cells.isJsonNumber(text.toString());
      assertThat(number).as("seed %d text %s", seed, text).isEqualTo(parses(text.toString()));
      numbers += number ? 1 : 0;
    }
    assertThat(numbers).isGreaterThan(1000);
  }

  private static boolean parses(String text) throws IOException {
    try (JsonParser parser = JSON.createParser("[" + text + "]")) {
      parser.nextToken();
      JsonToken token = parser.nextToken();
      return token.isNumeric() && parser.nextToken() == JsonToken.END_ARRAY;
    } catch (JsonProcessingException e) {
      return false;
    }
  }

  private interface Writing {
    void to(JsonGenerator generator) throws IOException;
  }

  private static String written(Writing writing) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator generator = JSON.createGenerator(text)) {
      writing.to(generator);
    }
    return text.toString();
  }
}
