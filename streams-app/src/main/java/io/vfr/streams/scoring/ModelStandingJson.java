package io.vfr.streams.scoring;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Standings as JSON, the values of {@code vfr.model-standings}. */
public final class ModelStandingJson {
  private static final ObjectMapper JSON =
      new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  private ModelStandingJson() {}

  /** As JSON. */
  public static byte[] write(ModelStanding standing) {
    try {
      return JSON.writeValueAsString(standing).getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a standing could not be written", e);
    }
  }

  /**
   * Reads a standing.
   *
   * @throws IOException if the bytes are none
   */
  public static ModelStanding read(byte[] json) throws IOException {
    return JSON.readValue(json, ModelStanding.class);
  }
}
