package io.vfr.streams.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfr.schemas.Parsed;
import io.vfr.schemas.RejectCode;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BadInputsTest {
  static List<BadInput> rows() {
    return BadInput.all();
  }

  @ParameterizedTest
  @MethodSource("rows")
  void verdict_badInput_isRefusedWithItsCode(BadInput input) {
    Parsed<?> verdict = Inputs.verdict(input.topic(), input.key(), input.value());
    assertThat(verdict)
        .as(input.toString())
        .isInstanceOfSatisfying(
            Parsed.Rejected.class,
            rejected -> {
              assertThat(rejected.code()).as(rejected.message()).isEqualTo(input.code());
              assertThat(rejected.message())
                  .as("safe to print, and short")
                  .matches("[ -~…]{10,500}");
            });
  }

  /** LATE is decided where a symbol's newest bar is known, UNKNOWN_SOURCE by headers. */
  @Test
  void table_asAWhole_hasEveryCodeOfIngest() {
    Set<RejectCode> tested =
        rows().stream()
            .map(BadInput::code)
            .collect(Collectors.toCollection(() -> EnumSet.noneOf(RejectCode.class)));
    assertThat(tested)
        .containsExactlyElementsOf(
            EnumSet.complementOf(EnumSet.of(RejectCode.LATE, RejectCode.UNKNOWN_SOURCE)));
    assertThat(rows()).hasSizeGreaterThan(200);
  }
}
