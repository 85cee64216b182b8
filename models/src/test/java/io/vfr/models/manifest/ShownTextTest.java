package io.vfr.models.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ShownTextTest {
  @Test
  void of_whatMovesATerminal_isEscaped_andWordsStay() {
    assertThat(ShownText.of("a\u001b[2J\u009b31m\u202eb\u2028c\nd\u0000"))
        .isEqualTo("a\\u001b[2J\\u009b31m\\u202eb\\u2028c\\u000ad\\u0000");
    assertThat(ShownText.of("takes 5 µs, größer …")).isEqualTo("takes 5 µs, größer …");
  }

  @Test
  void of_longText_isCut_andSaysHowLongItWas() {
    assertThat(ShownText.of("x".repeat(ShownText.LENGTH_MAX)))
        .isEqualTo("x".repeat(ShownText.LENGTH_MAX));
    assertThat(ShownText.of("x".repeat(900_000)))
        .isEqualTo("x".repeat(ShownText.LENGTH_MAX) + "… (900000 characters)");
  }
}
