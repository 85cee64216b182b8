package io.vfr.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class StoredFormatTest {
  private static final StoredFormat FORMAT = new StoredFormat("a stored bar", 2, 3);

  @Test
  void check_versionsInReach_areRead() {
    assertThatCode(() -> FORMAT.check(2)).doesNotThrowAnyException();
    assertThatCode(() -> FORMAT.check(3)).doesNotThrowAnyException();
    assertThat(FORMAT.version()).isEqualTo((byte) 3);
  }

  @Test
  void check_newer_namesBothVersionsAndWhoWroteIt() {
    assertThatThrownBy(() -> FORMAT.check(4))
        .isInstanceOf(StoredFormat.UnknownVersionException.class)
        .hasMessage(
            "a stored bar has format version 4, this build reads 2..3: a newer build wrote it");
  }

  @Test
  void check_olderOrNone_isRefused() {
    assertThatThrownBy(() -> FORMAT.check(1))
        .hasMessage("a stored bar has format version 1, this build reads 2..3");
    assertThatThrownBy(() -> StoredFormat.first("a thing").check(-1))
        .hasMessage("a thing has format version -1, this build reads 1");
  }

  @Test
  void versionsOutOfOrderOrReach_areRefused() {
    assertThatThrownBy(() -> new StoredFormat("x", 3, 2)).hasMessageContaining("3..2 of x");
    assertThatThrownBy(() -> new StoredFormat("x", 0, 2)).hasMessageContaining("0..2 of x");
    assertThatThrownBy(() -> new StoredFormat("x", 1, 32)).hasMessageContaining("in 1..31");
  }
}
