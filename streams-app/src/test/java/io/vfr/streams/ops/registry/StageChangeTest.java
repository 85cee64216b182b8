package io.vfr.streams.ops.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vfr.schemas.ModelRegistration;
import io.vfr.schemas.ModelStage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What promoting, rolling back, shadowing and retiring write, and when they are refused. */
class StageChangeTest {
  private static final StageChange CHANGE = new StageChange("me", Registrations.TS + 1, "why");

  private static List<ModelRegistration> apply(RegistryState state, String command) {
    String[] parts = command.split("[@ ]");
    String version = parts.length > 2 ? parts[2] : "";
    return switch (parts[0]) {
      case "promote" ->
          CHANGE.promote(
              state,
              parts[1],
              version,
              parts.length > 3 ? Optional.of(parts[3]) : Optional.empty());
      case "rollback" -> CHANGE.rollback(state, parts[1]);
      case "shadow" -> CHANGE.shadow(state, parts[1], version);
      case "retire" -> CHANGE.retire(state, parts[1], version);
      default -> throw new AssertionError(command);
    };
  }

  @ParameterizedTest(name = "{0} | {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a@1.0.0 shadow                                       | promote a@1.0.0       | a@1.0.0 champion
          a@1.0.0 champion; a@1.1.0 shadow                     | promote a@1.1.0       | a@1.1.0 champion 1.0.0, a@1.0.0 shadow
          a@1.0.0 champion; a@1.1.0 retired                    | promote a@1.1.0       | a@1.1.0 champion 1.0.0, a@1.0.0 shadow
          a@1.1.0 champion 1.0.0                               | promote a@1.1.0       |
          a@1.0.0 shadow; a@1.1.0 shadow                       | promote a@1.1.0 1.0.0 | a@1.1.0 champion 1.0.0
          a@1.1.0 shadow                                       | promote a@1.1.0 1.1.0 | a@1.1.0 champion
          a@1.0.0 champion; a@1.1.0 shadow                     | promote a@1.1.0 0.9.0 | a@1.1.0 champion 1.0.0, a@1.0.0 shadow
          a@1.0.0 champion; a@2.0.0 champion; a@3.0.0 shadow   | promote a@3.0.0       | a@3.0.0 champion 2.0.0, a@2.0.0 shadow, a@1.0.0 shadow
          a@1.1.0 champion 1.0.0; a@1.0.0 shadow 0.9.0         | rollback a            | a@1.0.0 champion 0.9.0, a@1.1.0 retired 1.0.0
          a@1.0.0 champion                                     | retire a@1.0.0        | a@1.0.0 retired
          a@1.0.0 retired 0.9.0                                | shadow a@1.0.0        | a@1.0.0 shadow 0.9.0
          a@1.0.0 shadow                                       | shadow a@1.0.0        |
          a@1.0.0 retired                                      | retire a@1.0.0        |
          b@1.0.0 champion; a@1.0.0 champion; a@1.1.0 shadow   | promote a@1.1.0       | a@1.1.0 champion 1.0.0, a@1.0.0 shadow
          """)
  void command_onAState_writes(String state, String command, @Nullable String written) {
    assertThat(apply(Registrations.state(state), command).stream().map(Registrations::text))
        .containsExactlyElementsOf(written == null ? List.of() : List.of(written.split(", ")));
  }

  @ParameterizedTest(name = "{0} | {1}")
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          -                                            | promote a@1.0.0 | publish it first. The registry is empty
          b@1.0.0 shadow                               | promote a@1.0.0 | publish it first. There are versions of b
          a@1.0.0 champion; a@1.1.0 shadow             | promote a@1.2.0 | a@1.2.0 was never published; publish it first. There are 1.1.0 (shadow), 1.0.0 (champion)
          a@1.0.0 champion                             | rollback a      | a@1.0.0 has no predecessor to go back to
          a@1.0.0 shadow                               | rollback a      | no version of a is champion; there are 1.0.0 (shadow)
          b@1.0.0 champion                             | rollback a      | no version of a was ever published
          a@1.1.0 champion 1.0.0                       | rollback a      | a@1.0.0 was never published
          a@1.1.0 champion 1.0.0; a@1.0.0 retired      | rollback a      | the predecessor of a@1.1.0, a@1.0.0, is retired
          a@1.0.0 champion                             | shadow a@1.0.0  | a@1.0.0 is the champion
          a@1.0.0 champion                             | retire a@1.1.0  | a@1.1.0 was never published
          """)
  void command_thatCannotBe_saysWhyAndWhatThereIs(
      @Nullable String state, String command, String words) {
    assertThatThrownBy(() -> apply(Registrations.state(state), command))
        .isInstanceOf(RegistryException.class)
        .hasMessageContaining(words);
  }

  @Test
  void change_keepsWhatTheVersionIsAndSaysWhoWhenAndWhy() {
    RegistryState state = Registrations.state("a@1.0.0 champion; a@1.1.0 shadow");
    ModelRegistration before = state.find("a", "1.1.0").orElseThrow().registration();
    ModelRegistration after = CHANGE.promote(state, "a", "1.1.0", Optional.empty()).getFirst();
    assertThat(after.digest()).isEqualTo(before.digest());
    assertThat(after.bytes()).isEqualTo(before.bytes());
    assertThat(after.chunks()).isEqualTo(before.chunks());
    assertThat(after.artifactOffset()).isEqualTo(before.artifactOffset());
    assertThat(after.registeredAt()).isEqualTo(before.registeredAt());
    assertThat(after.changedAt()).isEqualTo(Registrations.TS + 1);
    assertThat(after.changedBy()).isEqualTo("me");
    assertThat(after.reason()).isEqualTo("why");
  }

  @Test
  void anyCommands_keepOneChampionAndNeverLeaveAMomentWithout() {
    long seed = 41;
    Random random = new Random(seed);
    RegistryState state =
        Registrations.state("a@1.0.0 champion; a@1.1.0 shadow; a@1.2.0 shadow; a@1.3.0 shadow");
    List<String> log = new ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      String version = "1." + random.nextInt(4) + ".0";
      String command =
          switch (random.nextInt(3)) {
            case 0 -> "rollback a";
            case 1 -> "shadow a@" + version;
            default -> "promote a@" + version;
          };
      log.add(command);
      List<ModelRegistration> changes;
      try {
        changes = apply(state, command);
      } catch (RegistryException e) {
        continue;
      }
      for (ModelRegistration change : changes) {
        state = state.with(change);
        assertThat(state.champion("a")).as("seed %d after %s", seed, log).isPresent();
      }
      assertThat(state.versions("a").stream().filter(e -> e.is(ModelStage.CHAMPION)))
          .as("seed %d after %s", seed, log)
          .hasSize(1);
    }
  }

  @Test
  void rollback_afterAPromotion_isItsInverseForWhatServes() {
    RegistryState state = Registrations.state("a@1.0.0 champion; a@1.1.0 shadow; a@1.2.0 shadow");
    for (String command :
        List.of("promote a@1.1.0", "promote a@1.2.0", "rollback a", "rollback a")) {
      for (ModelRegistration change : apply(state, command)) {
        state = state.with(change);
      }
    }
    assertThat(state.champion("a").orElseThrow().registration().version()).isEqualTo("1.0.0");
    assertThat(state.versions("a").stream().map(e -> Registrations.text(e.registration())))
        .containsExactly("a@1.2.0 retired 1.1.0", "a@1.1.0 retired 1.0.0", "a@1.0.0 champion");
  }
}
