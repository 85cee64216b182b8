package io.vfr.streams.ops.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfr.models.registry.ModelDirectory;
import io.vfr.models.registry.ModelRole;
import io.vfr.models.registry.SemanticVersion;
import io.vfr.schemas.ModelStage;
import io.vfr.streams.config.ModelsConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What an instance should score with, by the registry, models.dir and what is known of versions.
 */
class DesiredModelsTest {
  private static ModelRef ref(String key) {
    String[] parts = key.split("@");
    return new ModelRef(parts[0], SemanticVersion.parse(parts[1]), Registrations.digest(key));
  }

  private static LocalModels local(@Nullable String keys) {
    SequencedMap<ModelRef, ModelDirectory> directories = new LinkedHashMap<>();
    for (String key : texts(keys)) {
      ModelRef ref = ref(key);
      directories.put(ref, new ModelDirectory(ref.id(), ref.version(), Path.of(key)));
    }
    return new LocalModels(directories, List.of());
  }

  private static List<String> texts(@Nullable String separated) {
    return separated == null ? List.of() : List.of(separated.split(", *"));
  }

  private static ModelsConfig config(String active, String warm, int modelsMax) {
    return new ModelsConfig(
        Path.of("registry"),
        active.isEmpty() ? List.of() : List.of(active.split(" ")),
        warm.isEmpty() ? List.of() : List.of(warm.split(" ")),
        modelsMax,
        1 << 20,
        Duration.ofMillis(50),
        0.01,
        Duration.ZERO);
  }

  /** What is known of versions: which are refused, and whose manifest names which fallback. */
  private record KnownVersions(Set<ModelRef> refused, Map<ModelRef, String> fallbacks)
      implements DesiredModels.Known {
    static KnownVersions of(@Nullable String refused, @Nullable String fallbacks) {
      Map<ModelRef, String> named = new HashMap<>();
      for (String text : texts(fallbacks)) {
        String[] parts = text.split("->");
        named.put(ref(parts[0]), parts[1]);
      }
      return new KnownVersions(
          texts(refused).stream().map(DesiredModelsTest::ref).collect(Collectors.toSet()), named);
    }

    @Override
    public boolean isRefused(ModelRef ref) {
      return refused.contains(ref);
    }

    @Override
    public Optional<String> fallback(ModelRef ref) {
      return Optional.ofNullable(fallbacks.get(ref));
    }
  }

  private static List<String> described(List<DesiredModels.Member> members) {
    return members.stream()
        .map(m -> m.ref().key() + " " + m.role().name().toLowerCase(Locale.ROOT))
        .toList();
  }

  @ParameterizedTest(name = "registry {0} | local {1} | refused {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # registry                                          | models.dir       | refused          | fallbacks  | wanted
                                                              | a@1.1.0, a@1.0.0 |                  |            | a@1.1.0 champion
                                                              | a@1.1.0, a@1.0.0 | a@1.1.0          |            | a@1.0.0 champion
          a@1.0.0 champion                                    |                  |                  |            | a@1.0.0 champion
          a@1.0.0 champion                                    | a@2.0.0          |                  |            | a@1.0.0 champion
          a@1.0.0 champion; b@1.0.0 shadow                    | b@0.9.0          |                  |            | a@1.0.0 champion, b@0.9.0 champion, b@1.0.0 shadow
          a@1.0.0 champion; a@1.1.0 shadow; a@1.2.0 retired   |                  |                  |            | a@1.0.0 champion, a@1.1.0 shadow
          a@1.0.0 champion; a@2.0.0 champion                  |                  |                  |            | a@2.0.0 champion
          a@2.0.0 champion; a@1.0.0 champion                  |                  |                  |            | a@1.0.0 champion
          a@1.1.0 champion 1.0.0; a@1.0.0 shadow              |                  | a@1.1.0          |            | a@1.0.0 champion
          a@1.2.0 champion 1.1.0; a@1.1.0 shadow 1.0.0; a@1.0.0 shadow |         | a@1.2.0, a@1.1.0 |            | a@1.0.0 champion
          a@1.2.0 champion 1.1.0; a@1.1.0 retired 1.0.0; a@1.0.0 shadow |        | a@1.2.0          |            | a@1.0.0 champion
          a@1.1.0 champion 1.0.0; a@1.0.0 shadow 1.1.0        |                  | a@1.1.0, a@1.0.0 |            |
          a@1.1.0 champion                                    | a@1.0.0          | a@1.1.0          |            | a@1.0.0 champion
          a@1.1.0 retired                                     | a@1.1.0, a@1.0.0 |                  |            | a@1.0.0 champion
          a@1.1.0 retired                                     | a@1.1.0          |                  |            |
          a@1.1.0 shadow                                      | a@1.1.0, a@1.0.0 |                  |            | a@1.0.0 champion, a@1.1.0 shadow
          a@1.1.0 shadow                                      | a@1.1.0          |                  |            | a@1.1.0 champion
          a@1.1.0 shadow                                      |                  |                  |            | a@1.1.0 shadow
          a@1.0.0 champion; b@1.0.0 shadow; b@1.1.0 shadow    |                  |                  | a@1.0.0->b | a@1.0.0 champion, b@1.1.0 fallback, b@1.0.0 shadow
          a@1.0.0 champion; b@1.0.0 champion                  |                  |                  | a@1.0.0->b | a@1.0.0 champion, b@1.0.0 champion
          a@1.0.0 champion; b@1.1.0 shadow; b@1.0.0 shadow    |                  | b@1.1.0          | a@1.0.0->b | a@1.0.0 champion, b@1.0.0 fallback
          a@1.0.0 champion                                    |                  |                  | a@1.0.0->b | a@1.0.0 champion
          a@1.0.0 champion; b@1.0.0 retired                   |                  |                  | a@1.0.0->b | a@1.0.0 champion
          """)
  void of_registryAndDirectory_wants(
      @Nullable String registry,
      @Nullable String local,
      @Nullable String refused,
      @Nullable String fallbacks,
      @Nullable String wanted) {
    DesiredModels desired =
        DesiredModels.of(
            Registrations.state(registry),
            local(local),
            config("", "", 10),
            Map.of(),
            KnownVersions.of(refused, fallbacks));
    assertThat(described(desired.members())).containsExactlyElementsOf(texts(wanted));
    assertThat(desired.leftOut()).isEmpty();
  }

  @Test
  void of_activeIds_leavesOthersOutButNotAsFallbacks_andNamesTheMissing() {
    DesiredModels desired =
        DesiredModels.of(
            Registrations.state("a@1.0.0 champion; b@1.0.0 champion; b@1.1.0 shadow"),
            local("c@1.0.0, d@1.0.0"),
            config("a c e", "", 10),
            Map.of(),
            KnownVersions.of(null, "a@1.0.0->b, c@1.0.0->d"));
    assertThat(described(desired.members()))
        .containsExactly(
            "a@1.0.0 champion", "c@1.0.0 champion", "b@1.0.0 fallback", "d@1.0.0 fallback");
    assertThat(desired.missing()).containsExactly("e");
  }

  @Test
  void of_moreThanFit_leavesOutTheLeastImportantAndSaysWhich() {
    DesiredModels desired =
        DesiredModels.of(
            Registrations.state(
                "a@1.1.0 shadow; a@1.2.0 shadow; a@1.0.0 champion; b@1.0.0 champion; c@1.0.0 shadow"),
            local(null),
            config("a b", "", 4),
            Map.of(),
            KnownVersions.of(null, "b@1.0.0->c"));
    assertThat(described(desired.members()))
        .containsExactly(
            "a@1.0.0 champion", "b@1.0.0 champion", "c@1.0.0 fallback", "a@1.2.0 shadow");
    assertThat(described(desired.leftOut())).containsExactly("a@1.1.0 shadow");
  }

  @Test
  void of_anotherModelUnderTheNameOfARegisteredShadow_keepsTheOneThatServes() {
    ModelRef other = new ModelRef("a", SemanticVersion.parse("1.0.0"), "0".repeat(64));
    SequencedMap<ModelRef, ModelDirectory> directories = new LinkedHashMap<>();
    directories.put(other, new ModelDirectory("a", other.version(), Path.of("a")));
    DesiredModels desired =
        DesiredModels.of(
            Registrations.state("a@1.0.0 shadow"),
            new LocalModels(directories, List.of()),
            config("", "", 10),
            Map.of(),
            KnownVersions.of(null, null));
    assertThat(desired.members())
        .containsExactly(new DesiredModels.Member(other, ModelRole.CHAMPION));
    assertThat(desired.leftOut())
        .containsExactly(new DesiredModels.Member(ref("a@1.0.0"), ModelRole.SHADOW));
  }

  @Test
  void of_everyCandidateRefused_keepsWhatServesUnlessThatIsRetired() {
    Map<String, ModelRef> inUse = Map.of("a", ref("a@0.5.0"));
    KnownVersions known = KnownVersions.of("a@1.0.0", null);
    assertThat(desired("a@1.0.0 champion", inUse, known)).containsExactly("a@0.5.0 champion");
    assertThat(desired("a@0.5.0 retired; a@1.0.0 champion", inUse, known)).isEmpty();
    assertThat(desired("a@1.0.0 retired", inUse, known)).isEmpty();
  }

  private static List<String> desired(
      String registry, Map<String, ModelRef> inUse, DesiredModels.Known known) {
    return described(
        DesiredModels.of(
                Registrations.state(registry), local(null), config("", "", 10), inUse, known)
            .members());
  }

  @Test
  void of_warmIds_keepsWhatARollbackWouldBringBack() {
    RegistryState registry =
        Registrations.state(
            "a@1.0.0 shadow; a@1.1.0 champion 1.0.0; b@1.0.0 champion; c@1.0.0 champion");
    DesiredModels desired =
        DesiredModels.of(
            registry, local(null), config("c", "a b", 3), Map.of(), KnownVersions.of(null, null));
    assertThat(described(desired.members())).containsExactly("c@1.0.0 champion");
    assertThat(desired.warm())
        .as("two places are left beside the set")
        .containsExactly(ref("a@1.1.0"), ref("a@1.0.0"));
  }

  /** Whatever the registry and the verdicts are, the set keeps its rules. */
  @Test
  void of_anything_keepsTheRules() {
    long seed = 99;
    Random random = new Random(seed);
    for (int round = 0; round < 3000; round++) {
      List<String> registry = new ArrayList<>();
      Set<ModelRef> refused = new HashSet<>();
      Map<ModelRef, String> fallbacks = new HashMap<>();
      List<String> local = new ArrayList<>();
      for (String id : List.of("a", "b", "c")) {
        for (int minor = 3; minor >= 0; minor--) {
          String key = id + "@1." + minor + ".0";
          if (random.nextInt(3) > 0) {
            String stage = ModelStage.values()[random.nextInt(ModelStage.values().length)].wire();
            registry.add(
                key + " " + stage + (random.nextBoolean() ? " 1." + random.nextInt(4) + ".0" : ""));
          }
          if (random.nextInt(3) == 0) {
            local.add(key);
          }
          if (random.nextInt(3) == 0) {
            refused.add(ref(key));
          }
          if (random.nextInt(3) == 0) {
            fallbacks.put(ref(key), List.of("a", "b", "c").get(random.nextInt(3)));
          }
        }
      }
      Collections.shuffle(registry, random);
      RegistryState state = Registrations.state(registry);
      int max = 1 + random.nextInt(10);
      DesiredModels desired =
          DesiredModels.of(
              state,
              local(local.isEmpty() ? null : String.join(",", local)),
              config("", "a b c", max),
              Map.of(),
              new KnownVersions(refused, fallbacks));
      String at = "seed %d, round %d: %s".formatted(seed, round, registry);
      List<DesiredModels.Member> all = new ArrayList<>(desired.members());
      all.addAll(desired.leftOut());
      assertThat(desired.members()).as(at).hasSizeLessThanOrEqualTo(max);
      assertThat(desired.members().size() + desired.warm().size()).as(at).isLessThanOrEqualTo(max);
      assertThat(all.stream().map(m -> m.ref().key())).as(at).doesNotHaveDuplicates();
      assertThat(all.stream().map(DesiredModels.Member::ref).filter(refused::contains))
          .as(at)
          .isEmpty();
      assertThat(all.stream().map(DesiredModels.Member::ref).filter(state::isRetired))
          .as(at)
          .isEmpty();
      assertThat(all.stream().filter(m -> m.role() != ModelRole.SHADOW).map(m -> m.ref().id()))
          .as(at)
          .doesNotHaveDuplicates();
      assertThat(all.stream().map(m -> m.role() == ModelRole.SHADOW)).as(at).isSorted();
      for (String id : List.of("a", "b", "c")) {
        state
            .champion(id)
            .filter(entry -> !refused.contains(entry.ref()))
            .ifPresent(entry ->
                assertThat(all)
                    .as(at)
                    .contains(new DesiredModels.Member(entry.ref(), ModelRole.CHAMPION)));
      }
    }
  }
}
