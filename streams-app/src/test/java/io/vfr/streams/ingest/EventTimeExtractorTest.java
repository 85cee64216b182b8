package io.vfr.streams.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventTimeExtractorTest {
  private static final long APPENDED = 1_767_225_600_000L;
  private final EventTimeExtractor extractor = new EventTimeExtractor();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "vfr.prices | {\"symbol\":\"A\",\"ts\":1700006400000,\"price\":1,\"size\":1} | 1700006400000",
        "vfr.prices | {\"symbol\":\"A\",\"ts\":1700006400000,\"open\":1,\"high\":1,\"low\":1,"
            + "\"close\":1,\"volume\":1} | 1700006400000",
        "vfr.macro | {\"series\":\"vix\",\"ts\":1700006400000,\"value\":1} | 1700006399999",
        "vfr.sentiment | {\"symbol\":\"A\",\"ts\":1700006400000,\"source\":\"news\",\"sentiment\":1,"
            + "\"confidence\":1,\"mentions\":1} | 1700006399999",
        "vfr.fundamentals | {\"symbol\":\"A\",\"knownAt\":1700006400000,"
            + "\"periodEnd\":1696032000000,\"values\":{}} | 1700006399999"
      })
  void extract_acceptedInput_takesPayloadTimeAndSideInputsComeFirst(
      String topic, String json, long expected) {
    Ingested<?> ingested = Inputs.ingested(topic, json.getBytes(StandardCharsets.UTF_8));
    assertThat(ingested.appendedAtMillis()).isZero();
    assertThat(extractor.extract(record(topic, ingested), 5)).isEqualTo(expected);
    assertThat(ingested.appendedAtMillis()).isEqualTo(APPENDED);
  }

  /**
   * A record from the future must not move the stream's time; an unknown time is never negative.
   */
  @ParameterizedTest
  @CsvSource({"1700000000000, 1700000000000", "0, 0", "-1, 0"})
  void extract_rejectedInput_givesThePartitionsTime(long partitionTime, long expected) {
    String future = "{\"symbol\":\"A\",\"ts\":1700006400000000,\"price\":1,\"size\":1}";
    Ingested<?> ingested = Inputs.ingested("vfr.prices", future.getBytes(StandardCharsets.UTF_8));
    assertThat(extractor.extract(record("vfr.prices", ingested), partitionTime))
        .isEqualTo(expected);
    assertThat(ingested.appendedAtMillis()).isEqualTo(APPENDED);
  }

  @Test
  void extract_valueOfAnotherDeserializer_isRefused() {
    assertThatThrownBy(() -> extractor.extract(record("vfr.prices", "text"), 0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("vfr.prices");
  }

  private static ConsumerRecord<Object, Object> record(String topic, Object value) {
    return new ConsumerRecord<>(
        topic,
        0,
        0,
        APPENDED,
        TimestampType.LOG_APPEND_TIME,
        0,
        0,
        new byte[0],
        value,
        new RecordHeaders(),
        Optional.empty());
  }
}
