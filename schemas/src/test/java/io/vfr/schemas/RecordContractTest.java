package io.vfr.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A message that breaks its contract cannot be made, and no writer ever emits NaN or Infinity. */
class RecordContractTest {
  private static final long TS = 1_700_006_400_000L;

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
  void records_nonFiniteNumber_areRefusedByName(double bad) {
    refused(() -> new PriceBar("A", TS, bad, 2, 1, 1.5, 0, null), RejectCode.NOT_FINITE, "open");
    refused(
        () -> new PriceBar("A", TS, 1.5, 2, 1, 1.5, bad, null), RejectCode.NOT_FINITE, "volume");
    refused(() -> new PriceTick("A", TS, 1, bad), RejectCode.NOT_FINITE, "size");
    refused(() -> new MacroValue("vix", TS, bad), RejectCode.NOT_FINITE, "value");
    refused(
        () -> new Fundamentals("A", TS, TS, Map.of("pe_ratio", bad)),
        RejectCode.NOT_FINITE,
        "values.pe_ratio");
    refused(
        () -> new SentimentObservation("A", TS, "news", 0.5, bad, 1),
        RejectCode.NOT_FINITE,
        "confidence");
    refused(() -> new Probability(bad, 0.5, 0.5), RejectCode.NOT_FINITE, "probability.up");
    refused(() -> new PredictionInterval(0, bad, 0.8), RejectCode.NOT_FINITE, "interval.upper");
    refused(() -> new Driver("rsi_14", 1, bad), RejectCode.NOT_FINITE, "drivers.contribution");
    refused(
        () -> new ModelOutcome("m", "1", new double[] {bad}, true),
        RejectCode.NOT_FINITE,
        "output");
    refused(() -> score(new double[] {0.1, bad}, ModelStatus.OK), RejectCode.NOT_FINITE, "output");
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
  void writers_nonFiniteNumber_refuseOrLeaveOut(double bad) {
    if (Double.isNaN(bad)) {
      assertThat(utf8(UncheckedInputs.tick("A", TS, bad, 1)))
          .isEqualTo("{\"symbol\":\"A\",\"ts\":1700006400000,\"size\":1}");
      assertThat(utf8(UncheckedInputs.fundamentals("A", TS, TS, Map.of("x", bad))))
          .endsWith("\"values\":{}}");
    } else {
      refused(() -> UncheckedInputs.tick("A", TS, bad, 1), RejectCode.NOT_FINITE, "price");
      refused(
          () -> UncheckedInputs.fundamentals("A", TS, TS, Map.of("x", bad)),
          RejectCode.NOT_FINITE,
          "x");
    }
  }

  @Test
  void featureValues_nan_isWrittenAsNullAndInfinityRefused() {
    FeatureValues vector =
        new FeatureValues("A", TS, "s", List.of("sma_14", "sma_200"), new double[] {1, Double.NaN});
    assertThat(utf8(Codecs.FEATURES.write(vector)))
        .isEqualTo(
            "{\"symbol\":\"A\",\"ts\":1700006400000,\"schema\":\"s\","
                + "\"values\":{\"sma_14\":1,\"sma_200\":null}}");
    refused(
        () ->
            new FeatureValues(
                "A", TS, "s", List.of("sma_14"), new double[] {Double.POSITIVE_INFINITY}),
        RejectCode.NOT_FINITE,
        "sma_14");
    assertThatThrownBy(() -> new FeatureValues("A", TS, "s", List.of("a", "b"), new double[1]))
        .hasMessageContaining("2 feature names")
        .hasMessageContaining("1 values");
  }

  @Test
  void prediction_driversByModel_areOfExactDriversOnly() {
    Prediction any = new RandomMessages(1).prediction();
    Map<String, AttributionMethod> by = new LinkedHashMap<>();
    by.put("z", AttributionMethod.WHOLE);
    by.put("a", AttributionMethod.SHAP);
    by.put("m", AttributionMethod.OCCLUSION);
    Prediction exact = any.withDrivers(List.of(new Driver("vix", 13, 0.1)), by);
    by.clear();
    assertThat(utf8(Codecs.PREDICTION.write(exact)))
        .contains(
            "\"drivers\":[{\"feature\":\"vix\",\"value\":13,\"contribution\":0.1}],"
                + "\"driversMethod\":\"shap\","
                + "\"driversBy\":{\"z\":\"whole\",\"a\":\"shap\",\"m\":\"occlusion\"},\"features\"");
    assertThat(utf8(Codecs.PREDICTION.write(any.withDrivers(any.drivers(), Map.of()))))
        .doesNotContain("driversBy");
    String path =
        utf8(Codecs.PREDICTION.write(exact))
            .replace("\"driversMethod\":\"shap\"", "\"driversMethod\":\"path\"");
    refused(
        () -> Codecs.PREDICTION.read(path.getBytes(StandardCharsets.UTF_8)),
        RejectCode.OUT_OF_RANGE,
        "driversBy");
    assertThat(Schemas.errors(MessageSchema.PREDICTION, path)).isNotEmpty();
    refused(
        () -> any.withDrivers(List.of(), Map.of("", AttributionMethod.SHAP)),
        RejectCode.MISSING_FIELD,
        "driversBy");
  }

  @Test
  void modelScore_output_isNumberArrayOrNull() {
    assertThat(written(score(new double[] {0.25}, ModelStatus.OK))).contains("\"output\":0.25,");
    assertThat(written(score(new double[] {0.25, 0.5, 0.25}, ModelStatus.OK)))
        .contains("\"output\":[0.25,0.5,0.25],");
    assertThat(written(score(new double[0], ModelStatus.FAILED)))
        .contains("\"output\":null,\"signal\":null,\"weight\":0,");
  }

  @Test
  void modelScore_statusAndOutputDisagree_isRefused() {
    refused(() -> score(new double[0], ModelStatus.OK), RejectCode.MISSING_FIELD, "output");
    refused(() -> score(new double[0], ModelStatus.SHADOW), RejectCode.MISSING_FIELD, "output");
    refused(() -> score(new double[] {1}, ModelStatus.SKIPPED), RejectCode.OUT_OF_RANGE, "output");
    refused(
        () ->
            new ModelScore(
                "m",
                "1",
                "d",
                new double[] {1},
                Signal.BULLISH,
                0.5,
                1,
                3,
                ModelStatus.SHADOW,
                null),
        RejectCode.OUT_OF_RANGE,
        "weight");
    refused(
        () ->
            new ModelScore("m", "1", "d", new double[] {1}, null, 0.5, 1, 3, ModelStatus.OK, null),
        RejectCode.MISSING_FIELD,
        "signal");
  }

  @Test
  void probability_sumOffOne_isRefused() {
    assertThat(Probability.UNKNOWN.up() + Probability.UNKNOWN.down()).isLessThan(1);
    refused(() -> new Probability(0.5, 0.3, 0.21), RejectCode.OUT_OF_RANGE, "sum to 1");
    refused(() -> new Probability(-0.1, 0.6, 0.5), RejectCode.OUT_OF_RANGE, "probability.up");
  }

  @Test
  void outputs_emptyTexts_areRefusedByName() {
    refused(() -> new SourceRef("", 0, 0), RejectCode.MISSING_FIELD, "source.topic");
    refused(() -> new FeatureSummary("", 1, List.of()), RejectCode.MISSING_FIELD, "schema");
    refused(() -> new SourceRef("t", -1, 0), RejectCode.NEGATIVE, "source.partition");
    refused(() -> new Breakdown(1, -1, 0), RejectCode.NEGATIVE, "bearish");
    refused(() -> new PredictionInterval(2, 1, 0.8), RejectCode.OUT_OF_RANGE, "lower");
    refused(
        () -> new Consensus(Signal.BULLISH, 101, 1, false, new Breakdown(1, 0, 0)),
        RejectCode.OUT_OF_RANGE,
        "consensus.score");
  }

  @Test
  void registration_unsafeNames_areRefused() {
    refused(() -> registration("../m", "1.0.0"), RejectCode.INVALID_NAME, "id");
    refused(() -> registration("m", "../1"), RejectCode.INVALID_NAME, "version");
    refused(() -> registration("m", "1/2"), RejectCode.INVALID_NAME, "version");
    assertThat(registration("m", "1.0.0+b1").key()).isEqualTo("m@1.0.0+b1");
  }

  @Test
  void registration_optionalFieldsOutOfBounds_areRefused() {
    refused(() -> registration(-1L, null, null), RejectCode.NEGATIVE, "artifactOffset");
    refused(() -> registration(null, "../1", null), RejectCode.INVALID_NAME, "version");
    refused(() -> registration(null, null, ""), RejectCode.MISSING_FIELD, "reason");
    refused(() -> registration(null, null, "é".repeat(501)), RejectCode.OUT_OF_RANGE, "reason");
    String longest = "\ud83d\ude00".repeat(500);
    assertThat(registration(0L, "1.0.0", longest).reason()).isEqualTo(longest);
  }

  @Test
  void records_collections_areCopied() {
    Map<String, Double> values = new HashMap<>(Map.of("pe_ratio", 1.0));
    Fundamentals fundamentals = new Fundamentals("A", TS, TS, values);
    values.clear();
    assertThat(fundamentals.values()).containsExactly(Map.entry("pe_ratio", 1.0));

    double[] output = {1};
    ModelScore score = score(output, ModelStatus.OK);
    output[0] = 2;
    score.output()[0] = 3;
    assertThat(score.output(0)).isEqualTo(1);

    List<String> imputed = new ArrayList<>(List.of("news_sentiment"));
    FeatureSummary summary = new FeatureSummary("s", 1, imputed);
    imputed.clear();
    assertThat(summary.imputed()).containsExactly("news_sentiment");
  }

  @Test
  void bar_interval_isWrittenInIso8601() {
    PriceBar bar = new PriceBar("A", TS, 1.5, 2, 1, 1.5, 10, Duration.ofMinutes(15));
    assertThat(utf8(Codecs.PRICE.write(bar)))
        .isEqualTo(
            "{\"symbol\":\"A\",\"ts\":1700006400000,\"open\":1.5,\"high\":2,\"low\":1,\"close\":1.5,"
                + "\"volume\":10,\"interval\":\"PT15M\"}");
    refused(
        () -> new PriceBar("A", TS, 1.5, 2, 1, 1.5, 10, Duration.ZERO),
        RejectCode.INVALID_INTERVAL,
        "interval");
  }

  @Test
  void writer_textBeyondAscii_isReadBackEqual() {
    String text = "lone \ud800, pair \ud83d\ude00, 漢 \u0000";
    Alert alert =
        new Alert(
            "i",
            TS,
            AlertType.SIGNAL_FLIP,
            Severity.INFO,
            AlertState.RAISED,
            null,
            text,
            null,
            null,
            null,
            "vfr-1");
    byte[] json = Codecs.ALERT.write(alert);
    assertThat(Utf8.isValid(json)).isTrue();
    assertThat(Codecs.ALERT.read(json)).isEqualTo(alert);
  }

  @Test
  void quote_untrustedText_isShortAndPrintable() {
    assertThat(Bounds.quote("A\u001b[31m\"B\n")).isEqualTo("\"A\\u001b[31m\\\"B\\u000a\"");
    assertThat(Bounds.quote("x".repeat(1_000_000))).hasSizeLessThan(100).contains("1000000");
  }

  private static ModelRegistration registration(String id, String version) {
    return new ModelRegistration(
        id, version, ModelStage.SHADOW, "0".repeat(64), 1, 1, TS, TS, "test", null, null, null);
  }

  private static ModelRegistration registration(
      @Nullable Long artifactOffset, @Nullable String predecessor, @Nullable String reason) {
    return new ModelRegistration(
        "m",
        "1.1.0",
        ModelStage.RETIRED,
        "0".repeat(64),
        1,
        1,
        TS,
        TS,
        "test",
        artifactOffset,
        predecessor,
        reason);
  }

  private static ModelScore score(double[] output, ModelStatus status) {
    boolean ok = status == ModelStatus.OK;
    return new ModelScore(
        "m",
        "1",
        "d",
        output,
        output.length == 0 ? null : Signal.BULLISH,
        ok ? 0.5 : 0,
        1,
        3,
        status,
        null);
  }

  private static String written(ModelScore score) {
    Prediction any = new RandomMessages(1).prediction();
    return utf8(
        Codecs.PREDICTION.write(
            new Prediction(
                any.id(),
                any.symbol(),
                any.ts(),
                any.producedAt(),
                any.expiresAt(),
                any.horizon(),
                any.expectedReturn(),
                any.direction(),
                any.probability(),
                any.confidence(),
                any.interval(),
                any.volatility(),
                any.consensus(),
                List.of(score),
                any.drivers(),
                any.driversMethod(),
                any.driversBy(),
                any.features(),
                any.degradedReasons(),
                any.source(),
                any.latencyMillis())));
  }

  private static void refused(ThrowingCallable call, RejectCode code, String named) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            InvalidMessageException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining(named);
  }

  private static String utf8(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
