package io.vfr.streams.steward;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** The steward's state as JSON. */
final class StewardJson {
  private static final ObjectMapper JSON =
      new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  private StewardJson() {}

  static byte[] write(Object state) {
    try {
      return JSON.writeValueAsString(state).getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the steward's state could not be written", e);
    }
  }

  /**
   * Reads a state.
   *
   * @throws IllegalStateException if it is none
   */
  static <T> T read(byte[] json, Class<T> type) {
    try {
      return JSON.readValue(json, type);
    } catch (IOException e) {
      throw new IllegalStateException("the steward's state was written by another release", e);
    }
  }
}
