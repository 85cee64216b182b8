package io.vfr.chaos.swaps;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfr.chaos.oracle.Version;
import io.vfr.schemas.Alert;
import io.vfr.schemas.AlertState;
import io.vfr.schemas.AlertType;
import io.vfr.schemas.Severity;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class RejectionLogTest {
  private static final Version BAD = new Version("a", "9.0.0", "d".repeat(64), Path.of("a"));

  private final RejectionLog log = new RejectionLog();

  private void alert(String message, AlertState state) {
    log.add(
        new Alert(
            message + state,
            1_800_000_000_000L,
            AlertType.MODEL_REJECTED,
            Severity.CRITICAL,
            state,
            null,
            message,
            null,
            null,
            null,
            "test"));
  }

  @Test
  void problems_oneAlertWithTheReason_isNone() {
    log.expect(BAD, Flaw.NAN_OUTPUT);
    assertThat(log.problems()).as("not told").hasSize(1);
    alert("model a@9.0.0 is refused, SELF_TEST_FAILED: output 0 is NaN", AlertState.RAISED);
    alert("no longer so: model a@9.0.0 is refused, SELF_TEST_FAILED", AlertState.CLEARED);

    assertThat(log.isRejected(BAD)).isTrue();
    assertThat(log.problems()).isEmpty();
    assertThat(log.byFlaw()).containsEntry("NAN_OUTPUT → SELF_TEST_FAILED", 1);
  }

  @Test
  void problems_anotherReasonOrASecondAlertOrAGoodModel_areSome() {
    log.expect(BAD, Flaw.BAD_HASH);
    alert("model a@9.0.0 is refused, TOO_SLOW: SHA-256", AlertState.RAISED);
    assertThat(log.problems()).as("another reason").hasSize(1);

    RejectionLog twice = new RejectionLog();
    twice.expect(BAD, Flaw.WRONG_SCHEMA);
    for (int i = 0; i < 2; i++) {
      twice.add(
          new Alert(
              "id" + i,
              1_800_000_000_000L,
              AlertType.MODEL_REJECTED,
              Severity.CRITICAL,
              AlertState.RAISED,
              null,
              "model a@9.0.0 is refused, WRONG_SCHEMA: on feature schema x",
              null,
              null,
              null,
              "test"));
    }
    assertThat(twice.problems()).as("twice").hasSize(1);

    alert("model b@1.0.0 is refused, NO_ROOM: full", AlertState.RAISED);
    assertThat(log.problems()).as("a good one").hasSize(2);
  }
}
