package io.vfr.models.vfrlayout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import io.vfr.models.Direction;
import io.vfr.models.calibration.Calibration;
import io.vfr.models.load.Sha256;
import io.vfr.models.manifest.CalibrationData;
import io.vfr.models.manifest.Kind;
import io.vfr.models.manifest.Manifest;
import io.vfr.models.manifest.ManifestReader;
import io.vfr.models.manifest.SelfTest;
import io.vfr.models.manifest.Target;
import io.vfr.models.manifest.Task;
import io.vfr.models.registry.ModelRegistry;
import io.vfr.models.schema.FeatureSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelImportTest {
  private static final ImportOptions OPTIONS = new ImportOptions("early-signal", "1.0.0");
  @TempDir private Path temp;

  private Path source() {
    return temp.resolve("source");
  }

  private Path registry() {
    return temp.resolve("registry");
  }

  private ImportedModel run(ImportOptions options) throws Exception {
    return new ModelImport(registry(), Set.of("news_sentiment")).run(source(), options);
  }

  private List<String> problems(ImportOptions options) {
    ImportException refused = catchThrowableOfType(ImportException.class, () -> run(options));
    assertThat(refused).isNotNull();
    assertThat(registry()).doesNotExist();
    return refused.problems();
  }

  private void replace(String file, String from, String to) throws IOException {
    Path path = source().resolve(file);
    String text = Files.readString(path);
    assertThat(text).contains(from);
    Files.writeString(path, text.replace(from, to));
  }

  @Test
  void run_goodDirectory_becomesAModelOfTheRegistry() throws Exception {
    Fixtures.layout(source(), "binary", "columns.txt", "params");
    ImportedModel imported = run(OPTIONS);
    assertThat(imported.directory()).isEqualTo(registry().resolve("early-signal/1.0.0"));
    byte[] artifact = Files.readAllBytes(imported.directory().resolve("model.txt"));
    assertThat(artifact).isEqualTo(Files.readAllBytes(source().resolve("model.txt")));
    byte[] bytes = Files.readAllBytes(imported.directory().resolve("manifest.json"));
    assertThat(imported.digest()).isEqualTo(Sha256.hex(bytes));
    Manifest manifest = ManifestReader.read(bytes);
    assertThat(manifest.artifact().sha256()).isEqualTo(Sha256.hex(artifact));
    assertThat(manifest.key()).isEqualTo("early-signal@1.0.0");
    assertThat(manifest.task()).isEqualTo(Task.BINARY);
    assertThat(manifest.kind()).isEqualTo(Kind.DIRECTION);
    assertThat(manifest.target()).isEqualTo(Target.DIRECTION);
    assertThat(manifest.classes()).containsExactly(Direction.DOWN, Direction.UP);
    assertThat(manifest.horizon()).isEqualTo(Duration.ofDays(1));
    assertThat(manifest.featureSchema()).isEqualTo(FeatureSchema.current().hash());
    assertThat(manifest.inputs())
        .containsExactly(
            "rsi_14",
            "volume_trend_10d",
            "news_sentiment",
            "PE_Ratio",
            "analyst.target-gap",
            "exact",
            "constant",
            "tiny_scale");
    assertThat(imported.computed()).containsExactly("rsi_14", "volume_trend_10d", "news_sentiment");
    assertThat(imported.open())
        .containsExactly("PE_Ratio", "analyst.target-gap", "exact", "constant", "tiny_scale");
    assertThat(Objects.requireNonNull(manifest.normalizer()).std()[6]).isZero();
    assertThat(imported.notes()).isEmpty();
    try (Stream<Path> files = Files.list(registry().resolve("early-signal"))) {
      assertThat(files).containsExactly(imported.directory());
    }
    assertThat(new ModelRegistry(registry()).scan().rejections()).isEmpty();
  }

  @Test
  void run_selfTests_holdMissingAndExtremeValues() throws Exception {
    Fixtures.layout(source(), "multiclass", "model.txt", "std");
    List<SelfTest> tests = run(OPTIONS).manifest().selfTest();
    assertThat(tests).hasSize(16);
    double[] values = tests.stream().flatMapToDouble(t -> Arrays.stream(t.inputs())).toArray();
    assertThat(Arrays.stream(values).filter(Double::isNaN).count()).isGreaterThan(10);
    assertThat(Arrays.stream(values).filter(x -> Math.abs(x) == 1e308).count()).isGreaterThan(10);
    assertThat(tests.stream().map(t -> Arrays.toString(t.expected())).distinct().count())
        .as("the rows reach different leaves")
        .isGreaterThan(8);
    assertThat(tests).allSatisfy(t -> assertThat(t.tolerance()).isEqualTo(1e-12));
  }

  @Test
  void run_card_saysWhatIsUnknownAndWhereTheCalibrationComesFrom() throws Exception {
    Fixtures.layout(source(), "regression", "model.txt", "std");
    ImportedModel imported =
        run(new ImportOptions("fusion", "1.2.3", Duration.ofDays(14), List.of("rsi_14")));
    assertThat(imported.manifest().horizon()).isEqualTo(Duration.ofDays(14));
    assertThat(imported.manifest().kind()).isEqualTo(Kind.RETURN);
    assertThat(imported.manifest().target()).isEqualTo(Target.RETURN);
    assertThat(Files.readString(imported.directory().resolve("MODEL_CARD.md")))
        .contains("# fusion 1.2.3")
        .contains("its skill is unknown")
        .contains("Skipped without `rsi_14`")
        .contains("`P14D`")
        .contains("420 US shares from 2013-01-01 to 2014-12-31")
        .contains("Not computed (5)")
        .contains("a simple return");
  }

  @Test
  void run_defaultCalibration_isAPlausibleDistribution() throws Exception {
    Fixtures.layout(source(), "multiclass", "model.txt", "std");
    Manifest manifest = run(OPTIONS).manifest();
    CalibrationData data = Objects.requireNonNull(manifest.calibration());
    double[] quantiles = data.residualQuantiles();
    assertThat(quantiles).hasSize(101).isSorted();
    assertThat(Arrays.stream(quantiles).skip(1).limit(99).average().orElseThrow())
        .as("no drift")
        .isCloseTo(0, within(0.02));
    // Tails are fat: a hundredth lies beyond what a normal distribution has at 2.33.
    assertThat(quantiles[1]).isBetween(-3.5, -2.5);
    assertThat(quantiles[99]).isBetween(2.5, 3.5);
    double[] means = data.classMeans();
    assertThat(means[0]).isNegative();
    assertThat(means[1]).isCloseTo(0, within(0.05));
    assertThat(means[2]).isPositive();
    assertThat(data.fallbackSigma()).isBetween(0.005, 0.03);
    var forecast =
        Calibration.of(manifest).forecast(new double[] {0.1, 0.2, 0.7}, 0, 0.01, 0.35, 0.9);
    assertThat(forecast.probabilities().up()).isCloseTo(0.7, within(1e-8));
    assertThat(forecast.expectedReturn()).isBetween(0.004, 0.01);
  }

  @ParameterizedTest
  @ValueSource(strings = {"feature_names", "featureNames", "features"})
  void run_namesUnderEachField_areFound(String field) throws Exception {
    Fixtures.layout(source(), "multiclass", "columns.txt", "std");
    replace("metadata.json", "\"featureNames\"", "\"" + field + "\"");
    assertThat(run(OPTIONS).manifest().inputs()).hasSize(8).contains("PE_Ratio");
  }

  @Test
  void run_withoutMetadata_takesTheNamesOfTheModelOrOfTheNormalizer() throws Exception {
    Fixtures.layout(source(), "multiclass", "model.txt", "std");
    Files.delete(source().resolve("metadata.json"));
    ImportedModel named = run(OPTIONS);
    assertThat(named.manifest().inputs()).startsWith("rsi_14", "volume_trend_10d");
    assertThat(named.notes())
        .anySatisfy(note -> assertThat(note).contains("no metadata.json"))
        .anySatisfy(note -> assertThat(note).contains("[DOWN, NEUTRAL, UP]"));
    Path other = Fixtures.layout(temp.resolve("other"), "multiclass", "columns.txt", "scale");
    Files.delete(other.resolve("metadata.json"));
    ImportedModel byNormalizer =
        new ModelImport(registry(), Set.of()).run(other, new ImportOptions("other", "1.0.0"));
    assertThat(byNormalizer.manifest().inputs()).isEqualTo(named.manifest().inputs());
  }

  @Test
  void run_onlyNumberedInputs_isRefused() throws Exception {
    Fixtures.layout(source(), "multiclass", "columns.txt", "std");
    Files.delete(source().resolve("metadata.json"));
    assertThat(problems(OPTIONS)).singleElement().asString().contains("Column_0", "feature_names");
  }

  @Test
  void run_namesThatDisagree_areRefusedNamingTheFirstDifference() throws Exception {
    Fixtures.layout(source(), "binary", "model.txt", "scale");
    replace("metadata.json", "\"PE_Ratio\"", "\"pe_ratio\"");
    assertThat(problems(OPTIONS))
        .hasSize(2)
        .allSatisfy(problem ->
            assertThat(problem)
                .contains("metadata.json (feature_names) and ")
                .contains("disagree: input 3 is \"pe_ratio\" in the one and \"PE_Ratio\""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "price momentum",
        "1st",
        "größe",
        "",
        "model.x",
        "a/../b",
        "rsi_14",
        "x\\u001B[2J"
      })
  void run_nameThatNoFeatureCanHave_isRefused(String name) throws Exception {
    Fixtures.layout(source(), "multiclass", "columns.txt", "");
    replace("metadata.json", "\"PE_Ratio\"", "\"" + name + "\"");
    assertThat(problems(OPTIONS))
        .singleElement()
        .asString()
        .contains("names that no feature can have: [3] \"" + name)
        .doesNotContain("\u001b");
  }

  @Test
  void run_wrongNumberOfNames_isRefused() throws Exception {
    Fixtures.layout(source(), "multiclass", "columns.txt", "");
    replace("metadata.json", "\"PE_Ratio\",", "");
    assertThat(problems(OPTIONS))
        .containsExactly("metadata.json (featureNames) names 7 inputs; model.txt has 8");
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "'\"classes\": [\"DOWN\", \"UP\"]' | DOWN, UP",
        "'\"class_names\": [\"up\", \"Down\"]' | UP, DOWN",
        "'\"classNames\": [\"UP\", \"DOWN\"]' | UP, DOWN",
        "'\"class_labels\": [\"UP\", \"DOWN\"]' | UP, DOWN",
        "'\"classLabels\": [\"UP\", \"DOWN\"]' | UP, DOWN",
        "'\"label_mapping\": {\"1\": \"DOWN\", \"0\": \"UP\"}' | UP, DOWN",
        "'\"num_classes\": 2' | DOWN, UP",
      })
  void run_classes_areThoseOfTheMetadata(String field, String classes) throws Exception {
    Fixtures.layout(source(), "binary", "model.txt", "std");
    Path metadata = source().resolve("metadata.json");
    String text =
        Files.readString(metadata)
            .replaceAll("\"class_labels\": \\[[^]]*]", Matcher.quoteReplacement(field));
    Files.writeString(metadata, text);
    assertThat(text).contains(field);
    Manifest manifest = run(OPTIONS).manifest();
    assertThat(manifest.classes().toString()).isEqualTo("[" + classes + "]");
    double[] means = Objects.requireNonNull(manifest.calibration()).classMeans();
    int up = manifest.classes().indexOf(Direction.UP);
    assertThat(means[up]).isPositive();
    assertThat(means[1 - up]).isNegative();
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"HOLD\"", "\"NEUTRAL\"", "\"DOWN\"", "1", "\"UP\", \"DOWN\""})
  void run_unknownClasses_areRefused(String second) throws Exception {
    Fixtures.layout(source(), "binary", "model.txt", "std");
    replace("metadata.json", "\"UP\"", second);
    assertThat(problems(OPTIONS))
        .singleElement()
        .asString()
        .contains("metadata.json: class_labels");
  }

  @ParameterizedTest(name = "{1} instead of {0}: {2}")
  @CsvSource(
      delimiter = '|',
      value = {
        "\"std\" | \"sd\" | std is missing; there must be mean with std or scale, or params",
        "\"mean\" | \"means\" | mean is missing",
        "\"std\" | \"scale\": [], \"std\" | std stands beside scale",
        "\"std\" | \"params\": {}, \"std\" | params stands beside mean",
        "17.4 | NaN | std[0] is \"NaN\"; it must be a finite number from 0",
        "17.4 | Infinity | std[0] is \"Infinity\"",
        "17.4 | null | std[0] is null",
        "17.4 | \"17.4\" | std[0] is \"17.4\"",
        "17.4 | -17.4 | std[0] is -17.4; it must be a finite number from 0",
        "17.4, | '' | std has 7 elements",
        "51.7 | 1e999 | mean[0] is",
        "\"std\" | \"mean\": 1, \"std\" | not JSON: Duplicate",
        "\"std\" | std | not JSON",
        "{ | [{ | not JSON",
      })
  void run_damagedNormalizer_isRefused(String from, String to, String problem) throws Exception {
    Fixtures.layout(source(), "binary", "model.txt", "std");
    String text = Files.readString(source().resolve("normalizer.json")).replaceAll("\\s+", " ");
    Files.writeString(source().resolve("normalizer.json"), text);
    replace("normalizer.json", from, to);
    assertThat(problems(OPTIONS))
        .anySatisfy(p -> assertThat(p).startsWith("normalizer.json").contains(problem));
  }

  @Test
  void run_normalizerByName_mustCoverEveryInputAndMayCoverMore() throws Exception {
    Fixtures.layout(source(), "binary", "model.txt", "params");
    replace("normalizer.json", "\"params\": {", "\"params\": {\"unused\": {\"mean\": 1},");
    assertThat(run(OPTIONS).notes())
        .containsExactly(
            "normalizer.json has params for 1 names that are no inputs; they are not used");
    replace("normalizer.json", "\"exact\"", "\"exakt\"");
    replace("normalizer.json", "\"stdDev\": 17.4", "\"std\": 17.4");
    assertThatThrownBy(() -> run(new ImportOptions("other", "1.0.0")))
        .isInstanceOf(ImportException.class)
        .hasMessageContaining("2 problems")
        .hasMessageContaining("normalizer.json: params.exact is missing")
        .hasMessageContaining("normalizer.json: params.rsi_14.stdDev is missing");
  }

  @ParameterizedTest(name = "{1} instead of {0}: {2}")
  @CsvSource(
      delimiter = '|',
      value = {
        "objective=regression | objective=regression sqrt | has the objective \"regression sqrt\"; allowed are",
        "objective=regression | objective=poisson | has the objective \"poisson\"",
        "objective=regression | objective=multiclassova num_class:1 sigmoid:1 | \"multiclassova",
        "objective=regression | other=1 | has the objective \"\"",
        "objective=regression | objective=multiclass num_class:1 | has 1 outputs; a multiclass model must have 3",
        "objective=regression | average_output=1 | random forests",
        "is_linear=0 | is_linear=1 | linear trees",
        "pandas_categorical:null | pandas_categorical:[[\"a\"]] | categories that pandas numbered",
        "version=v4 | version=v9 | not a LightGBM text model",
        "Tree=1 | Tree=1 | ''",
      })
  void run_modelOfAnotherKind_isRefused(String from, String to, String problem) throws Exception {
    Fixtures.layout(source(), "regression", "model.txt", "std");
    if (from.equals(to)) {
      Files.writeString(source().resolve("model.txt"), "PK\u0003\u0004");
    } else {
      replace("model.txt", from, to);
    }
    assertThat(problems(OPTIONS))
        .anySatisfy(p -> assertThat(p).startsWith("model.txt").contains(problem));
  }

  @Test
  void run_manyProblems_areReportedTogether() throws Exception {
    Fixtures.layout(source(), "binary", "model.txt", "std");
    replace("metadata.json", "\"PE_Ratio\"", "\"P/E\"");
    replace("metadata.json", "\"DOWN\"", "\"SELL\"");
    replace("model.txt", "pandas_categorical:null", "pandas_categorical:[[\"a\"]]");
    assertThat(problems(new ImportOptions("../evil", "1", Duration.ofDays(-1), List.of("rsi_15"))))
        .anySatisfy(p -> assertThat(p).startsWith("id is \"../evil\"; it must match"))
        .anySatisfy(p -> assertThat(p).startsWith("version is \"1\""))
        .anySatisfy(p -> assertThat(p).startsWith("horizon is PT-24H"))
        .anySatisfy(p -> assertThat(p).contains("pandas"))
        .anySatisfy(p -> assertThat(p).contains("P/E"))
        .anySatisfy(p -> assertThat(p).contains("SELL"));
  }

  @Test
  void run_requiredThatIsNoInput_isRefused() throws Exception {
    Fixtures.layout(source(), "binary", "model.txt", "std");
    assertThat(
            problems(
                new ImportOptions("x", "1.0.0", Duration.ofDays(1), List.of("rsi_14", "rsi_15"))))
        .containsExactly("required input \"rsi_15\" is none of the inputs");
  }

  @Test
  void run_noDirectoryOrNoModel_isRefused() throws Exception {
    assertThat(problems(OPTIONS)).singleElement().asString().contains("is no directory");
    Files.createDirectory(source());
    assertThat(problems(OPTIONS)).singleElement().asString().startsWith("there is no model.txt");
    Files.createDirectory(source().resolve("model.txt"));
    assertThat(problems(OPTIONS)).containsExactly("model.txt is no regular file");
  }

  @Test
  void run_versionThatIsThere_isRefusedAndLeftAlone() throws Exception {
    Fixtures.layout(source(), "binary", "model.txt", "std");
    ImportedModel first = run(OPTIONS);
    byte[] before = Files.readAllBytes(first.directory().resolve("manifest.json"));
    assertThatThrownBy(() -> run(OPTIONS))
        .isInstanceOf(ImportException.class)
        .hasMessageContaining("is there already");
    assertThat(first.directory().resolve("manifest.json")).hasBinaryContent(before);
  }

  @Test
  void run_linkOutOfTheDirectory_isRefused() throws Exception {
    Fixtures.layout(source(), "binary", "model.txt", "std");
    Path secret = Files.writeString(temp.resolve("secret.json"), "{\"mean\": [1]}");
    Files.delete(source().resolve("normalizer.json"));
    Files.createSymbolicLink(source().resolve("normalizer.json"), secret);
    assertThat(problems(OPTIONS)).singleElement().asString().contains("normalizer.json is a link");
    Files.delete(source().resolve("normalizer.json"));
    Files.createSymbolicLink(source().resolve("normalizer.json"), Path.of("../secret.json"));
    assertThat(problems(OPTIONS)).singleElement().asString().contains("normalizer.json is a link");
    Files.delete(source().resolve("normalizer.json"));
    Files.createSymbolicLink(source().resolve("normalizer.json"), Path.of("nowhere"));
    assertThat(problems(OPTIONS)).singleElement().asString().contains("cannot be read");
  }

  @Test
  void run_linkWithinTheDirectoryOrToIt_isFollowed() throws Exception {
    Path real = Fixtures.layout(temp.resolve("real"), "binary", "model.txt", "std");
    Files.move(real.resolve("model.txt"), real.resolve("model-7.txt"));
    Files.createSymbolicLink(real.resolve("model.txt"), Path.of("model-7.txt"));
    Files.createSymbolicLink(source(), real);
    assertThat(run(OPTIONS).directory()).isDirectoryContaining("glob:**/model.txt");
  }

  @Test
  void run_tooLargeOrTooDeepJson_isRefused() throws Exception {
    Fixtures.layout(source(), "binary", "model.txt", "");
    Files.writeString(source().resolve("metadata.json"), "{\"x\":\"" + "y".repeat(1 << 20) + "\"}");
    assertThat(problems(OPTIONS))
        .containsExactly("metadata.json has more than 1048576 bytes, which is the most allowed");
    Files.writeString(source().resolve("metadata.json"), "{\"x\":" + "[".repeat(10_000));
    assertThat(problems(OPTIONS)).singleElement().asString().contains("metadata.json is not JSON");
    Files.writeString(source().resolve("metadata.json"), "[]");
    assertThat(problems(OPTIONS)).containsExactly("metadata.json must be one JSON object");
  }
}
