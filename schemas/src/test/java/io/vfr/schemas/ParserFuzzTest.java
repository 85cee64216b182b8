package io.vfr.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Parsers of outsiders' messages meet random and mutated bytes: they never throw, never accept what
 * the JSON Schema refuses, and give every reject a message that is safe to print.
 */
class ParserFuzzTest {
  private static final int RANDOM_INPUTS = 8_000;
  private static final int MUTATED_INPUTS = 8_000;
  private static final int STRUCTURED_INPUTS = 8_000;

  /** Pieces of JSON that mutations put in the place of others. */
  private static final List<String> PIECES =
      List.of(
          "null",
          "true",
          "-1",
          "0",
          "-0",
          "0.5",
          "1e400",
          "1e-400",
          "1e12",
          "1e13",
          "1E+2",
          "NaN",
          "-Infinity",
          "123456789012345678901234567890",
          "1700000000",
          "1700000000000",
          "1700000000000.0",
          "\"\"",
          "\"1\"",
          "\"NaN\"",
          "\"AAPL\\n\"",
          "\"\\ud800\"",
          "\"\u001b[31m\"",
          "\"PT1M\"",
          "\"PT0S\"",
          "\"P1W\"",
          "[]",
          "[1]",
          "{}",
          "{\"a\":1}",
          "{\"a\":\"1\"}",
          "{\"1a\":1}",
          ",",
          ":",
          "{",
          "}",
          "/**/",
          " ",
          "\u0000");

  static List<Kinds> inputs() {
    return Kinds.inputs();
  }

  @ParameterizedTest
  @MethodSource("inputs")
  void parse_randomBytes_rejects(Kinds kind) {
    for (long seed = 0; seed < RANDOM_INPUTS; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      byte[] bytes = new byte[random.nextInt(64)];
      random.nextBytes(bytes);
      if (bytes.length > 0 && random.nextBoolean()) {
        bytes[0] = '{';
      }
      assertThat(judge(kind, bytes, "seed " + seed)).isInstanceOf(Parsed.Rejected.class);
    }
  }

  @ParameterizedTest
  @MethodSource("inputs")
  void parse_mutatedBytes_acceptsOnlyWhatTheSchemaAccepts(Kinds kind) {
    int accepted = 0;
    for (long seed = 0; seed < MUTATED_INPUTS; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      byte[] bytes = kind.random(new RandomMessages(seed % 500));
      int mutations = 1 + random.nextInt(3);
      for (int i = 0; i < mutations; i++) {
        bytes = mutateByte(random, bytes);
      }
      accepted += judge(kind, bytes, "seed " + seed) instanceof Parsed.Accepted ? 1 : 0;
    }
    assertThat(accepted).isBetween(MUTATED_INPUTS / 100, MUTATED_INPUTS * 9 / 10);
  }

  @ParameterizedTest
  @MethodSource("inputs")
  void parse_mutatedValues_acceptsOnlyWhatTheSchemaAccepts(Kinds kind) {
    int accepted = 0;
    Set<RejectCode> codes = EnumSet.noneOf(RejectCode.class);
    for (long seed = 0; seed < STRUCTURED_INPUTS; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      String json = utf8(kind.random(new RandomMessages(seed % 500)));
      byte[] bytes = mutateValue(random, json).getBytes(StandardCharsets.UTF_8);
      switch (judge(kind, bytes, "seed " + seed)) {
        case Parsed.Accepted<?> a -> accepted++;
        case Parsed.Rejected<?>(RejectCode code, String message) -> codes.add(code);
      }
    }
    assertThat(accepted).isBetween(STRUCTURED_INPUTS / 100, STRUCTURED_INPUTS * 9 / 10);
    assertThat(codes)
        .contains(
            RejectCode.NOT_JSON,
            RejectCode.TRUNCATED,
            RejectCode.MISSING_FIELD,
            RejectCode.WRONG_TYPE,
            RejectCode.DUPLICATE_FIELD,
            RejectCode.OUT_OF_RANGE,
            RejectCode.TIMESTAMP_TOO_OLD);
  }

  private static Parsed<?> judge(Kinds kind, byte[] bytes, String what) {
    Parsed<?> parsed = kind.parse(bytes);
    switch (parsed) {
      case Parsed.Accepted<?> accepted ->
          assertThat(Schemas.errors(kind.schema, bytes)).as("%s: %s", what, utf8(bytes)).isEmpty();
      case Parsed.Rejected<?>(RejectCode code, String message) ->
          assertThat(message).as("%s: %s", what, utf8(bytes)).isNotBlank().matches("[ -~…]+");
    }
    return parsed;
  }

  private static byte[] mutateByte(SplittableRandom random, byte[] bytes) {
    if (bytes.length == 0) {
      return new byte[] {'{'};
    }
    int at = random.nextInt(bytes.length);
    return switch (random.nextInt(6)) {
      case 0 -> Arrays.copyOf(bytes, at + 1);
      case 1 -> splice(bytes, at, at + 1, new byte[0]);
      case 2 -> splice(bytes, at, at, new byte[] {(byte) random.nextInt(256)});
      case 3 -> splice(bytes, at, at + 1, new byte[] {(byte) random.nextInt(256)});
      case 4 -> splice(bytes, at, at + 1, new byte[] {(byte) (bytes[at] ^ 1 << random.nextInt(8))});
      default ->
          splice(
              bytes,
              at,
              at,
              new byte[] {(byte) "0123456789.-eE+,:\"{}[] ".charAt(random.nextInt(23))});
    };
  }

  /** Puts another value, a wrong piece or a second field where a value was. */
  private static String mutateValue(SplittableRandom random, String json) {
    int colon = nth(json, ':', random.nextInt(9));
    int end = colon + 1;
    while (end < json.length() && ",}".indexOf(json.charAt(end)) < 0) {
      end++;
    }
    String piece = PIECES.get(random.nextInt(PIECES.size()));
    return switch (random.nextInt(5)) {
      case 0 -> json.substring(0, colon + 1) + piece;
      case 1 -> "{\"unknown\":" + piece + "," + json.substring(1);
      case 2 -> json.substring(0, json.indexOf(':') + 1) + piece + "," + json.substring(1);
      default -> json.substring(0, colon + 1) + piece + json.substring(end);
    };
  }

  private static int nth(String text, char c, int n) {
    int at = text.indexOf(c);
    for (int i = 0; i < n; i++) {
      int next = text.indexOf(c, at + 1);
      if (next < 0) {
        return at;
      }
      at = next;
    }
    return at;
  }

  private static byte[] splice(byte[] bytes, int from, int to, byte[] with) {
    byte[] out = new byte[bytes.length - (to - from) + with.length];
    System.arraycopy(bytes, 0, out, 0, from);
    System.arraycopy(with, 0, out, from, with.length);
    System.arraycopy(bytes, to, out, from + with.length, bytes.length - to);
    return out;
  }

  private static String utf8(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
