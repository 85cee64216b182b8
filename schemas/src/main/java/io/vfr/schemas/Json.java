package io.vfr.schemas;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;

/** The one JSON factory, with the limits that hold for whatever outsiders send. */
final class Json {
  /** Deepest nesting of objects and arrays inside a message; they only occur in unknown fields. */
  static final int DEPTH_MAX = 16;

  /** Longest number, characters. */
  static final int NUMBER_LENGTH_MAX = 128;

  /** Longest string that a known field may have, characters. */
  static final int STRING_LENGTH_MAX = 65_536;

  /** Longest field name, characters. */
  static final int NAME_LENGTH_MAX = 1_024;

  /**
   * The factory. Names of fields come from outsiders, so they are not interned; NaN and Infinity
   * are read as tokens, so that they can be refused by their own name; the encoding is never
   * guessed. Doubles are written by the JDK, which since 19 is shortest and faster than Jackson's
   * own writer.
   */
  static final JsonFactory FACTORY =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(JsonFactory.Feature.CHARSET_DETECTION)
          .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(4 * DEPTH_MAX)
                  .maxNumberLength(NUMBER_LENGTH_MAX)
                  .maxStringLength(STRING_LENGTH_MAX)
                  .maxNameLength(NAME_LENGTH_MAX)
                  .build())
          .build();

  private Json() {}
}
