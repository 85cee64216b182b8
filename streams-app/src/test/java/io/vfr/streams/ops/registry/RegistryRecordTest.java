package io.vfr.streams.ops.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfr.models.registry.ModelArchive;
import io.vfr.schemas.Codecs;
import io.vfr.schemas.ModelRegistration;
import io.vfr.schemas.ModelStage;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever lies in the topic, a record is taken over, or skipped with a reason. */
class RegistryRecordTest {
  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String json(ModelRegistration registration) {
    return new String(Codecs.MODEL_REGISTRATION.write(registration), StandardCharsets.UTF_8);
  }

  private static ModelRegistration good() {
    return new ModelRegistration(
        "model",
        "1.0.0",
        ModelStage.SHADOW,
        Registrations.digest("model"),
        ArtifactChunks.BYTES + 1L,
        2,
        Registrations.TS,
        Registrations.TS,
        "test",
        0L,
        null,
        null);
  }

  @Test
  void of_goodRecordAndTombstone_areTakenOver() {
    assertThat(RegistryRecord.of(utf8("model@1.0.0"), utf8(json(good()))))
        .isEqualTo(new RegistryRecord.Registered(good()));
    assertThat(RegistryRecord.of(utf8("model@1.0.0"), null))
        .isEqualTo(new RegistryRecord.Deleted("model@1.0.0"));
  }

  @ParameterizedTest(name = "{0} -> {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "id":"model"            | "id":"../../etc"          | INVALID_NAME
          "id":"model"            | "id":"Model"              | the key is not
          "version":"1.0.0"       | "version":"../1"          | INVALID_NAME
          "version":"1.0.0"       | "version":"1.0"           | the key is not
          "bytes":524289          | "bytes":9000000000000     | bytes is 9000000000000; it must be 1..
          "bytes":524289          | "bytes":0                 | bytes is 0
          "bytes":524289          | "bytes":1e99              | bytes
          "chunks":2              | "chunks":1                | chunks is 1; for 524289 bytes it must be 2..99999
          "chunks":2              | "chunks":2000000          | chunks is 2000000
          "stage":"shadow"        | "stage":"boss"            | stage
          "changedBy":"test"      | "changedBy":"test","predecessor":"1.x" | is not a version
          "changedBy":"test"      | "changedBy":"test","predecessor":"../1" | INVALID_NAME
          "digest":"              | "digest":"z               | digest
          {                       | [                         | JSON
          """)
  void of_hostileValue_isRefusedWithTheReason(String part, String instead, String words) {
    String hostile = json(good()).replace(part, instead);
    assertThat(hostile).isNotEqualTo(json(good()));
    assertThat(RegistryRecord.of(utf8("model@1.0.0"), utf8(hostile)))
        .isInstanceOfSatisfying(
            RegistryRecord.Refused.class,
            refused -> {
              assertThat(refused.reason()).contains(words);
              assertThat(refused.model()).isEqualTo("\"model@1.0.0\"");
            });
  }

  @Test
  void of_matchingButUnusableNames_areRefused() {
    for (String[] name : new String[][] {{"Model", "1.0.0"}, {"model", "1.0.0-rc1"}}) {
      String hostile =
          json(good())
              .replace("\"id\":\"model\"", "\"id\":\"" + name[0] + "\"")
              .replace("\"version\":\"1.0.0\"", "\"version\":\"" + name[1] + "\"");
      assertThat(RegistryRecord.of(utf8(name[0] + "@" + name[1]), utf8(hostile)))
          .isInstanceOf(RegistryRecord.Refused.class);
    }
  }

  @Test
  void of_keyThatIsMissingOrOfAnotherModel_isRefused() {
    byte[] value = utf8(json(good()));
    for (byte @Nullable [] key : new byte[] @Nullable [] {null, utf8("other@1.0.0"), {-1, -2}}) {
      assertThat(RegistryRecord.of(key, value)).isInstanceOf(RegistryRecord.Refused.class);
    }
  }

  @Test
  void of_largestArchive_isTakenOver() {
    ModelRegistration largest =
        new ModelRegistration(
            "model",
            "1.0.0",
            ModelStage.SHADOW,
            Registrations.digest("model"),
            ModelArchive.BYTES_MAX,
            ArtifactChunks.count(ModelArchive.BYTES_MAX),
            Registrations.TS,
            Registrations.TS,
            "test",
            null,
            null,
            null);
    assertThat(RegistryRecord.of(utf8("model@1.0.0"), utf8(json(largest))))
        .isEqualTo(new RegistryRecord.Registered(largest));
  }

  @Test
  void of_anyBytes_neverThrows() {
    long seed = 7;
    Random random = new Random(seed);
    byte[] good = utf8(json(good()));
    for (int i = 0; i < 20_000; i++) {
      byte[] value = good.clone();
      for (int flips = random.nextInt(4); flips >= 0; flips--) {
        value[random.nextInt(value.length)] = (byte) random.nextInt(256);
      }
      byte[] key = utf8("model@1.0.0");
      if (random.nextInt(4) == 0) {
        random.nextBytes(key);
      }
      assertThat(RegistryRecord.of(key, value)).as("seed %d, case %d", seed, i).isNotNull();
    }
  }
}
