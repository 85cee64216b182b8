package io.vfr.chaos.swaps;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class SwapPlanTest {
  private static final List<String> IDS = List.of("a", "b", "c", "d");

  @Test
  void of_thousandSwaps_hasTheStatedSharesOfEveryFlawAndModel() {
    SwapPlan plan = SwapPlan.of(1, 1000, IDS);
    List<SwapPlan.Swap> swaps = plan.rounds().stream().flatMap(List::stream).toList();

    assertThat(plan.size()).isEqualTo(1000);
    assertThat(swaps).extracting(SwapPlan.Swap::number).doesNotHaveDuplicates();
    assertThat(swaps.stream().filter(s -> s.flaw() != null).count()).isBetween(240L, 360L);
    assertThat(
            swaps.stream()
                .filter(s -> s.flaw() != null)
                .collect(Collectors.groupingBy(SwapPlan.Swap::flaw, Collectors.counting())))
        .hasSize(Flaw.values().length)
        .allSatisfy((flaw, count) -> assertThat(count).isGreaterThan(30));
    assertThat(
            swaps.stream()
                .filter(s -> s.flaw() == null)
                .collect(Collectors.groupingBy(SwapPlan.Swap::id, Collectors.counting())))
        .hasSize(4)
        .allSatisfy((id, count) -> assertThat(count).isGreaterThan(150));
    assertThat(plan.rounds()).anyMatch(round -> round.size() > 1);
    assertThat(plan.rounds())
        .allSatisfy(
            round -> assertThat(round).extracting(SwapPlan.Swap::id).doesNotHaveDuplicates());
  }

  @Test
  void of_sameSeed_isTheSamePlan() {
    assertThat(SwapPlan.of(7, 50, IDS)).isEqualTo(SwapPlan.of(7, 50, IDS));
    assertThat(SwapPlan.of(7, 50, IDS)).isNotEqualTo(SwapPlan.of(8, 50, IDS));
  }
}
