package io.vfr.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Utf8Test {
  @ParameterizedTest
  @ValueSource(strings = {"", "a", "plain ascii of more than eight bytes", "ß", "漢字 and 😀"})
  void isValid_text_true(String text) {
    assertThat(Utf8.isValid(text.getBytes(StandardCharsets.UTF_8))).isTrue();
  }

  /** Lone bytes, overlong forms, surrogates, beyond the last code point, cut off. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "80",
        "ff",
        "c080",
        "c1bf",
        "e08080",
        "eda080",
        "f4908080",
        "e6bc",
        "3132333435363738e4"
      })
  void isValid_malformedBytes_false(String hex) {
    assertThat(Utf8.isValid(HexFormat.of().parseHex(hex))).isFalse();
  }
}
