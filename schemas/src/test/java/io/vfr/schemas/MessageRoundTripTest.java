package io.vfr.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is written validates against the schema and is read back equal, bit by bit. */
class MessageRoundTripTest {
  private static final int MESSAGES = 400;

  @ParameterizedTest
  @EnumSource
  void write_randomMessage_validatesAgainstSchema(Kinds kind) {
    for (long seed = 0; seed < MESSAGES; seed++) {
      byte[] json = kind.random(new RandomMessages(seed));
      assertThat(Schemas.errors(kind.schema, json))
          .as("seed %d: %s", seed, new String(json, StandardCharsets.UTF_8))
          .isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void read_writtenMessage_isEqual(Kinds kind) {
    for (long seed = 0; seed < 10 * MESSAGES; seed++) {
      List<Object> pair = kind.roundTrip(new RandomMessages(seed));
      assertThat(pair.get(1)).as("seed %d", seed).isEqualTo(pair.get(0));
    }
  }

  @ParameterizedTest
  @EnumSource
  void write_readMessage_givesTheSameBytes(Kinds kind) {
    for (long seed = 0; seed < MESSAGES; seed++) {
      byte[] json = kind.random(new RandomMessages(seed));
      assertThat(kind.rewrite(json)).as("seed %d", seed).isEqualTo(json);
    }
  }

  @ParameterizedTest
  @EnumSource
  void serde_ofTopic_roundTripsAndKeepsNull(Kinds kind) {
    byte[] json = kind.random(new RandomMessages(7));
    Object message = kind.topic.deserializer().deserialize(kind.topic.name(), json);
    assertThat(message).isNotNull();
    assertThat(kind.topic.deserializer().deserialize(kind.topic.name(), null)).isNull();
    assertThat(kind.topic.serializer().serialize(kind.topic.name(), null)).isNull();
  }
}
