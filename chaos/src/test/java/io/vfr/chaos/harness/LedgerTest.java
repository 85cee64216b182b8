package io.vfr.chaos.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LedgerTest {
  private final Ledger ledger = new Ledger(2);

  @Test
  void answers_missingDoubledAndUnasked_areToldApart() {
    ledger.sent(0, 0);
    ledger.sent(0, 1);
    ledger.sent(1, 0);
    ledger.answered(0, 1);
    ledger.answered(0, 1);
    ledger.answered(1, 5);

    assertThat(ledger.sentCount()).isEqualTo(3);
    assertThat(ledger.answers()).isEqualTo(3);
    assertThat(ledger.missing()).isEqualTo(2);
    assertThat(ledger.duplicates()).isEqualTo(1);
    assertThat(ledger.unasked()).isEqualTo(1);
  }

  @Test
  void awaitBacklog_answersThatDoNotCome_givesUp() throws Exception {
    ledger.sent(0, 0);
    assertThat(ledger.awaitBacklog(1, Duration.ofMillis(10))).isTrue();
    assertThat(ledger.awaitBacklog(0, Duration.ofMillis(10))).isFalse();
    ledger.answered(0, 0);
    assertThat(ledger.awaitBacklog(0, Duration.ofMillis(10))).isTrue();
  }
}
