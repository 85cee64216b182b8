package io.vfr.bench.flow;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;

/**
 * One contender's run.
 *
 * @param records price records of the measured part, without those of the warm-up
 * @param seconds from the commit that ended the warm-up to the last one
 * @param cpuMicros CPU time of the contender's process for a record, microseconds; the broker's is
 *     not in it
 * @param residentMegabytes resident memory at the end
 */
record Measured(
    String contender, long records, double seconds, double cpuMicros, long residentMegabytes) {
  private static final ObjectMapper JSON = new ObjectMapper();

  double recordsPerSecond() {
    return records / seconds;
  }

  String json() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  static Measured read(String json) {
    try {
      return JSON.readValue(json, Measured.class);
    } catch (IOException e) {
      throw new IllegalStateException("a contender said " + json, e);
    }
  }
}
