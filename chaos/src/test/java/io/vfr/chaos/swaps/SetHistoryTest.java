package io.vfr.chaos.swaps;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfr.chaos.oracle.Version;
import io.vfr.schemas.ModelRegistration;
import io.vfr.schemas.ModelStage;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SetHistoryTest {
  private static final String DIGEST = "d".repeat(64);
  private static final Map<String, Version> SHIPPED =
      Map.of(
          "a", new Version("a", "1.0.0", DIGEST, Path.of("a")),
          "b", new Version("b", "1.0.0", DIGEST, Path.of("b")));

  private final SetHistory history = new SetHistory(SHIPPED);
  private long offset;

  private void registered(
      String id, String version, ModelStage stage, @Nullable String predecessor) {
    history.registered(
        new ModelRegistration(
            id,
            version,
            stage,
            DIGEST,
            10,
            1,
            1_800_000_000_000L,
            1_800_000_000_000L,
            "test",
            null,
            predecessor,
            null),
        offset++);
  }

  private static String set(String a, String b) {
    return ModelNames.set(Map.of("a", a + ":" + DIGEST, "b", b + ":" + DIGEST));
  }

  @Test
  void sets_promotionAndRollback_areThoseOfEachMoment() {
    registered("a", "1.1.0", ModelStage.CHAMPION, "1.0.0");
    registered("a", "1.0.0", ModelStage.SHADOW, null);
    registered("b", "2.0.0", ModelStage.CHAMPION, null);
    registered("a", "1.0.0", ModelStage.CHAMPION, null);
    registered("a", "1.1.0", ModelStage.RETIRED, "1.0.0");

    assertThat(history.sets())
        .containsExactly(
            set("1.0.0", "1.0.0"),
            set("1.1.0", "1.0.0"),
            set("1.1.0", "2.0.0"),
            set("1.0.0", "2.0.0"));
  }

  @Test
  void sets_badVersion_neverServes() {
    history.bad("a@9.0.0");
    registered("a", "9.0.0", ModelStage.CHAMPION, null);
    registered("a", "1.1.0", ModelStage.CHAMPION, null);
    history.bad("a@9.1.0");
    registered("a", "9.1.0", ModelStage.CHAMPION, "1.1.0");
    registered("a", "9.1.0", ModelStage.RETIRED, "1.1.0");

    assertThat(history.sets()).containsExactly(set("1.0.0", "1.0.0"), set("1.1.0", "1.0.0"));
  }

  @Test
  void outOfOrder_skippedAndRepeatedSets_areInOrder_oneFromBeforeIsNot() {
    registered("a", "1.1.0", ModelStage.CHAMPION, null);
    registered("b", "1.1.0", ModelStage.CHAMPION, null);
    registered("a", "1.0.0", ModelStage.CHAMPION, null);
    registered("b", "1.0.0", ModelStage.CHAMPION, null);
    String first = set("1.0.0", "1.0.0");
    String second = set("1.1.0", "1.0.0");
    String third = set("1.1.0", "1.1.0");

    assertThat(history.outOfOrder(List.of(first, third, first))).isZero();
    assertThat(history.outOfOrder(List.of(third, second))).isEqualTo(1);
    assertThat(history.outOfOrder(List.of(first, set("7.0.0", "1.0.0"), third))).isEqualTo(1);
  }
}
