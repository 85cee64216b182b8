package io.vfr.streams.ingest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * A record of {@code vfr.notices}: a task has met a record on a partition that is not its key's.
 *
 * @param application id of the application that the task belongs to
 * @param topic the input topic
 * @param key the record's key, checked: a symbol
 * @param home the partition where the key belongs
 * @param at when the task met it, epoch milliseconds
 */
record PartitionNotice(
    String application, String topic, int partition, long offset, String key, int home, long at) {
  private static final ObjectMapper JSON =
      new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  byte[] json() {
    try {
      return JSON.writeValueAsString(this).getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a notice could not be written", e);
    }
  }

  /**
   * Reads one.
   *
   * @throws IOException if the bytes are none
   */
  static PartitionNotice read(byte[] json) throws IOException {
    PartitionNotice notice = JSON.readValue(json, PartitionNotice.class);
    if (notice == null
        || notice.application == null
        || notice.topic == null
        || notice.key == null) {
      throw new IOException("application, topic and key must be there");
    }
    return notice;
  }
}
