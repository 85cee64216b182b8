package io.vfr.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The contract's names, spelled out here a second time so that a rename does not go unnoticed. */
class ContractTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @ParameterizedTest
  @CsvSource({
    "PRICE_BAR, '', symbol ts open high low close volume interval",
    "PRICE_TICK, '', symbol ts price size",
    "FUNDAMENTALS, '', symbol knownAt periodEnd values",
    "SENTIMENT, '', symbol ts source sentiment confidence mentions",
    "MACRO, '', series ts value",
    "PREDICTION, '', id symbol ts producedAt expiresAt horizon expectedReturn direction probability"
        + " confidence interval volatility consensus models drivers driversMethod driversBy features"
        + " degraded degradedReasons source latencyMillis",
    "PREDICTION, /probability, up neutral down",
    "PREDICTION, /interval, lower upper coverage",
    "PREDICTION, /consensus, signal score confidence lowConsensus breakdown",
    "PREDICTION, /consensus/properties/breakdown, bullish bearish neutral",
    "PREDICTION, /models/items, id version digest output signal weight confidence latencyMicros"
        + " status fallbackFor",
    "PREDICTION, /drivers/items, feature value contribution",
    "PREDICTION, /features, schema completeness imputed",
    "PREDICTION, /source, topic partition offset",
    "ALERT, '', id ts type severity symbol message value threshold predictionId instance",
    "FEATURES, '', symbol ts schema values",
    "OUTCOME, '', predictionId symbol ts horizon predicted realized error insideInterval models",
    "OUTCOME, /models/items, id version output hit",
    "DEAD_LETTER_HEADERS, '', vfr.error.code vfr.error.message vfr.error.stage vfr.source.topic"
        + " vfr.source.partition vfr.source.offset",
  })
  void schema_ofMessage_hasEveryFieldOfTheContract(
      MessageSchema schema, String pointer, String fields) throws JsonProcessingException {
    JsonNode root = MAPPER.readTree(schema.json());
    JsonNode properties =
        root.at((pointer.isEmpty() ? "" : "/properties" + pointer) + "/properties");
    assertThat(properties.fieldNames()).toIterable().contains(fields.split(" "));
  }

  @ParameterizedTest
  @CsvSource({
    "PREDICTION, /direction, UP DOWN NEUTRAL",
    "PREDICTION, /consensus/properties/signal, BULLISH BEARISH NEUTRAL",
    "PREDICTION, /models/items/properties/status, ok failed skipped shadow",
    "PREDICTION, /driversMethod, path shap",
    "PREDICTION, /driversBy/additionalProperties, path shap occlusion whole",
    "ALERT, /severity, info warning critical",
    "ALERT, /type, STRONG_SIGNAL SIGNAL_FLIP VOLATILITY_SPIKE LOW_CONSENSUS STALE_FEATURES"
        + " FEATURE_DRIFT CALIBRATION_DRIFT MODEL_LOADED MODEL_REJECTED MODEL_FAILED"
        + " MODEL_ROLLED_BACK SLOW_PREDICTION HIGH_LATENCY HIGH_MEMORY LOW_CACHE_HIT_RATIO"
        + " LONG_GC_PAUSE MISPARTITIONED_INPUT",
    "MODEL_REGISTRATION, /stage, shadow champion retired",
  })
  void schema_ofEnum_hasExactlyTheContractsConstants(
      MessageSchema schema, String pointer, String constants) throws JsonProcessingException {
    assertThat(enumOf(schema, pointer)).containsExactlyInAnyOrder(constants.split(" "));
  }

  @Test
  void schema_ofEnum_hasExactlyTheCodesConstants() throws JsonProcessingException {
    assertThat(enumOf(MessageSchema.PREDICTION, "/direction")).isEqualTo(wire(Direction.values()));
    assertThat(enumOf(MessageSchema.PREDICTION, "/consensus/properties/signal"))
        .isEqualTo(wire(Signal.values()));
    assertThat(enumOf(MessageSchema.PREDICTION, "/models/items/properties/status"))
        .isEqualTo(wire(ModelStatus.values()));
    assertThat(enumOf(MessageSchema.PREDICTION, "/driversMethod"))
        .isEqualTo(wire(DriversMethod.values()));
    assertThat(enumOf(MessageSchema.PREDICTION, "/driversBy/additionalProperties"))
        .isEqualTo(wire(AttributionMethod.values()));
    assertThat(enumOf(MessageSchema.PREDICTION, "/degradedReasons/items"))
        .isEqualTo(wire(DegradedReason.values()));
    assertThat(enumOf(MessageSchema.ALERT, "/type")).isEqualTo(wire(AlertType.values()));
    assertThat(enumOf(MessageSchema.ALERT, "/severity")).isEqualTo(wire(Severity.values()));
    assertThat(enumOf(MessageSchema.ALERT, "/state")).isEqualTo(wire(AlertState.values()));
    assertThat(enumOf(MessageSchema.MODEL_REGISTRATION, "/stage"))
        .isEqualTo(wire(ModelStage.values()));
    assertThat(enumOf(MessageSchema.DEAD_LETTER_HEADERS, "/vfr.error.code"))
        .isEqualTo(Arrays.stream(RejectCode.values()).map(Enum::name).toList());
  }

  @Test
  void prediction_written_hasEveryFieldInItsPlace() throws JsonProcessingException {
    JsonNode required = MAPPER.readTree(MessageSchema.PREDICTION.json()).path("required");
    List<String> names = new ArrayList<>();
    required.forEach(name -> names.add(name.asText()));
    Prediction inline =
        Stream.iterate(3, seed -> seed + 1)
            .map(seed -> new RandomMessages(seed).prediction())
            .filter(prediction -> prediction.driversMethod() == DriversMethod.PATH)
            .findFirst()
            .orElseThrow();
    assertThat(fields(inline)).containsExactlyElementsOf(names);
    Prediction exact =
        inline.withDrivers(inline.drivers(), Map.of("a-model", AttributionMethod.SHAP));
    names.add(names.indexOf("driversMethod") + 1, "driversBy");
    assertThat(fields(exact)).containsExactlyElementsOf(names);
  }

  private static List<String> fields(Prediction prediction) throws JsonProcessingException {
    String json = new String(Codecs.PREDICTION.write(prediction), StandardCharsets.UTF_8);
    List<String> fields = new ArrayList<>();
    MAPPER.readTree(json).fieldNames().forEachRemaining(fields::add);
    return fields;
  }

  @Test
  void topics_all_haveTheContractsNames() {
    assertThat(Topics.all().stream().map(Topic::name))
        .containsExactlyInAnyOrder(
            "vfr.prices",
            "vfr.fundamentals",
            "vfr.sentiment",
            "vfr.macro",
            "vfr.macro-fanout",
            "vfr.rerouted",
            "vfr.notices",
            "vfr.models",
            "vfr.model-artifacts",
            "vfr.model-scores",
            "vfr.model-standings",
            "vfr.predictions",
            "vfr.alerts",
            "vfr.features",
            "vfr.outcomes",
            "vfr.dead-letters",
            "vfr.redrives");
  }

  @Test
  void topics_joinedByPartition_areCoPartitioned() {
    assertThat(
            Topics.all().stream()
                .filter(t -> t.spec().partitions() == TopicSpec.Partitions.CO_PARTITIONED)
                .map(Topic::name))
        .containsExactlyInAnyOrder(
            "vfr.prices", "vfr.fundamentals", "vfr.sentiment", "vfr.macro-fanout", "vfr.rerouted");
    assertThat(Topics.MODELS.spec().partitionCount(8)).isEqualTo(1);
    assertThat(Topics.PREDICTIONS.spec().partitionCount(8)).isEqualTo(8);
  }

  @Test
  void topics_configs_sayAppendTimeCleanupAndRetention() {
    assertThat(Topics.all())
        .allSatisfy(topic ->
            assertThat(topic.spec().configs())
                .containsEntry("message.timestamp.type", "LogAppendTime"));
    assertThat(Topics.MODELS.spec().configs())
        .containsEntry("cleanup.policy", "compact")
        .doesNotContainKey("retention.ms");
    assertThat(Topics.MACRO_FANOUT.spec().configs()).containsEntry("retention.ms", "-1");
    assertThat(Topics.PREDICTIONS.spec().configs())
        .containsEntry("cleanup.policy", "delete")
        .containsEntry("retention.ms", "2592000000");
  }

  @Test
  void schema_ofTopic_isFoundForEveryJsonTopic() {
    for (Topic<?> topic : Topics.all()) {
      boolean bytes = topic.codec() == Codecs.BYTES;
      assertThat(MessageSchema.ofTopic(topic.name()).isEmpty()).as(topic.name()).isEqualTo(bytes);
    }
    assertThat(MessageSchema.ofTopic("")).isEmpty();
  }

  private static List<String> enumOf(MessageSchema schema, String pointer)
      throws JsonProcessingException {
    List<String> constants = new ArrayList<>();
    MAPPER
        .readTree(schema.json())
        .at("/properties" + pointer + "/enum")
        .forEach(constant -> constants.add(constant.asText()));
    return constants;
  }

  private static List<String> wire(WireEnum[] constants) {
    return Arrays.stream(constants).map(WireEnum::wire).toList();
  }
}
