package io.vfr.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bytes of {@link JsonOut} against those of Jackson's generator. */
class JsonOutTest {
  private interface Steps {
    void run(JsonGenerator generator) throws IOException;
  }

  private static byte[] jackson(Steps steps) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator generator = new JsonFactory().createGenerator(bytes)) {
      generator.writeStartObject();
      steps.run(generator);
      generator.writeEndObject();
    }
    return bytes.toByteArray();
  }

  @Test
  void write_anyCharacter_isEscapedAsByJackson() throws Exception {
    for (int point = 0; point <= Character.MAX_CODE_POINT; point++) {
      if (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE) {
        continue;
      }
      String text = "a" + Character.toString(point) + "b";
      byte[] written = JsonOut.write(text, (out, value) -> out.text(Name.SYMBOL, value));
      byte[] expected = jackson(generator -> generator.writeStringField("symbol", text));
      assertThat(written).as("U+%04X", point).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"\ud83d", "a\ude00", "\ude00\ud83d"})
  void write_brokenSurrogates_areEscapedAsByJackson(String text) throws Exception {
    assertThat(JsonOut.write(text, (out, value) -> out.text(Name.SYMBOL, value)))
        .isEqualTo(jackson(generator -> generator.writeStringField("symbol", text)));
  }

  @Test
  void write_messageThatIsRefused_leavesNothingForTheNext() {
    assertThatThrownBy(() ->
            JsonOut.write(
                Double.NaN,
                (out, value) -> {
                  out.text(Name.SYMBOL, "A");
                  out.number(Name.VALUE, value);
                }))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessage("value must be a finite number but is NaN");
    assertThat(JsonOut.write("B", (out, value) -> out.text(Name.SYMBOL, value)))
        .asString()
        .isEqualTo("{\"symbol\":\"B\"}");
  }

  @Test
  void write_numbers_areJacksonsAndShortest() throws Exception {
    Random random = new Random(1);
    for (int i = 0; i < 100_000; i++) {
      long bits = random.nextLong();
      double number = i % 2 == 0 ? Double.longBitsToDouble(bits) : bits / 1000.0;
      if (!Double.isFinite(number) || number == Math.rint(number)) {
        continue;
      }
      byte[] written =
          JsonOut.write(
              number,
              (out, value) -> {
                out.number(Name.VALUE, value);
                out.integer(Name.TS, bits);
              });
      byte[] expected =
          jackson(generator -> {
            generator.writeNumberField("value", number);
            generator.writeNumberField("ts", bits);
          });
      assertThat(written).as("%s", number).isEqualTo(expected);
    }
  }

  @Test
  void write_nestedAndEmpty_isSeparatedAsByJackson() throws Exception {
    byte[] written =
        JsonOut.write(
            "",
            (out, nothing) -> {
              out.objects(Name.MODELS, List.of(), (o, value) -> {});
              out.objects(Name.DRIVERS, List.of("a", "b"), (o, value) -> o.text(Name.ID, value));
              out.object(Name.FEATURES);
              out.end();
              out.texts(Name.IMPUTED, List.of("x", "", "{", "["));
              out.output(Name.OUTPUT, new double[] {1, 0.5, -0.0});
              out.bool(Name.DEGRADED, true);
              out.nothing(Name.INTERVAL);
              out.numberOrNull("a\nname", Double.NaN);
              out.numberOrNull("last", -3);
            });
    byte[] expected =
        jackson(generator -> {
          generator.writeArrayFieldStart("models");
          generator.writeEndArray();
          generator.writeArrayFieldStart("drivers");
          for (String id : new String[] {"a", "b"}) {
            generator.writeStartObject();
            generator.writeStringField("id", id);
            generator.writeEndObject();
          }
          generator.writeEndArray();
          generator.writeObjectFieldStart("features");
          generator.writeEndObject();
          generator.writeArrayFieldStart("imputed");
          for (String text : new String[] {"x", "", "{", "["}) {
            generator.writeString(text);
          }
          generator.writeEndArray();
          generator.writeArrayFieldStart("output");
          generator.writeNumber(1);
          generator.writeNumber(0.5);
          generator.writeNumber(-0.0);
          generator.writeEndArray();
          generator.writeBooleanField("degraded", true);
          generator.writeNullField("interval");
          generator.writeNullField("a\nname");
          generator.writeNumberField("last", -3);
        });
    assertThat(written).isEqualTo(expected);
  }

  @Test
  void write_longerThanTheBuffer_isWhole() throws Exception {
    for (int length : new int[] {4000, 4090, 5000, 70_000}) {
      String text = "é" + "x".repeat(length);
      String plain = "y".repeat(length);
      byte[] written =
          JsonOut.write(
              text,
              (out, value) -> {
                out.text(Name.SYMBOL, value);
                out.text(Name.ID, plain);
                out.number(Name.VALUE, -1.2345678901234567e-300);
              });
      byte[] expected =
          jackson(generator -> {
            generator.writeStringField("symbol", text);
            generator.writeStringField("id", plain);
            generator.writeNumberField("value", -1.2345678901234567e-300);
          });
      assertThat(written).isEqualTo(expected);
    }
  }
}
