package io.vfr.streams.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfr.schemas.Parsed.Rejected;
import io.vfr.schemas.RejectCode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.junit.jupiter.api.Test;

class DeadLettersTest {
  private static final Rejected<Object> REASON =
      new Rejected<>(RejectCode.NEGATIVE, "volume must not be negative but is -1.0");

  @Test
  void of_refusedRecord_repeatsItAndSaysWhy() {
    byte[] key = {1, (byte) 0xff};
    byte[] value = {2, (byte) 0xfe};
    RecordHeaders original = new RecordHeaders();
    original.add("trace", new byte[] {7});
    Record<byte[], Ingested<?>> record =
        new Record<>(key, Inputs.ingested("vfr.prices", value), 42, original);

    Record<byte[], byte[]> letter =
        DeadLetters.of(record, new Source("vfr.prices", 3, 99), DeadLetters.STAGE_INGEST, REASON);

    assertThat(letter.key()).isSameAs(key);
    assertThat(letter.value()).isSameAs(value);
    assertThat(letter.timestamp()).isEqualTo(42);
    assertThat(Arrays.stream(letter.headers().toArray()).map(Header::key))
        .containsExactly(
            "trace",
            "vfr.error.code",
            "vfr.error.message",
            "vfr.error.stage",
            "vfr.source.topic",
            "vfr.source.partition",
            "vfr.source.offset");
    assertThat(text(letter.headers(), "vfr.error.code")).isEqualTo("NEGATIVE");
    assertThat(text(letter.headers(), "vfr.error.message")).isEqualTo(REASON.message());
    assertThat(text(letter.headers(), "vfr.error.stage")).isEqualTo("ingest");
    assertThat(text(letter.headers(), "vfr.source.topic")).isEqualTo("vfr.prices");
    assertThat(text(letter.headers(), "vfr.source.partition")).isEqualTo("3");
    assertThat(text(letter.headers(), "vfr.source.offset")).isEqualTo("99");
    assertThat(letter.headers().lastHeader("trace").value()).containsExactly(7);
    assertThat(original.toArray()).as("the original's headers stay as they were").hasSize(1);
  }

  @Test
  void of_recordWithoutValue_hasNone() {
    Record<byte[], Ingested<?>> record =
        new Record<>(new byte[] {1}, Inputs.ingested("vfr.prices", null), 0);
    assertThat(DeadLetters.of(record, new Source("vfr.prices", 0, 0), "ingest", REASON).value())
        .isNull();
  }

  private static String text(Headers headers, String name) {
    return new String(headers.lastHeader(name).value(), StandardCharsets.UTF_8);
  }

  private record Source(String topic, int partition, long offset) implements RecordMetadata {}
}
