package io.vfr.bench.flow;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Map;

/**
 * What one process of a contender says when its measured part has ended.
 *
 * @param cpuNanos CPU time of the measured part
 * @param threadNanos the same by kind of thread, see {@link ThreadCpu}
 * @param residentMegabytes resident memory at its end, before anything is closed
 * @param residentPeakMegabytes most resident memory since the process began
 */
record Usage(
    long cpuNanos,
    Map<String, Long> threadNanos,
    long residentMegabytes,
    long residentPeakMegabytes) {
  private static final ObjectMapper JSON = new ObjectMapper();

  String json() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  static Usage read(String json) {
    try {
      return JSON.readValue(json, Usage.class);
    } catch (IOException e) {
      throw new IllegalStateException("a contender said " + json, e);
    }
  }
}
