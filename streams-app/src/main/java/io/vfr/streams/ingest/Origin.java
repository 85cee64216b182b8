package io.vfr.streams.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vfr.schemas.DeadLetterHeaders;
import io.vfr.schemas.RerouteHeaders;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Where a record was first that was sent on by {@code vfr.rerouted}: what its prediction and its
 * dead letter name as their source.
 *
 * @param topic the input topic
 * @param appendedAtMillis when the broker took it there, epoch milliseconds
 * @param application id of the application that sent it on
 */
record Origin(String topic, int partition, long offset, long appendedAtMillis, String application)
    implements RecordMetadata {
  private static final List<String> NAMES =
      List.of(
          DeadLetterHeaders.SOURCE_TOPIC,
          DeadLetterHeaders.SOURCE_PARTITION,
          DeadLetterHeaders.SOURCE_OFFSET,
          RerouteHeaders.SOURCE_APPENDED_AT,
          RerouteHeaders.REROUTED_BY);

  Origin {
    if (partition < 0 || offset < 0 || appendedAtMillis < 0) {
      throw new IllegalArgumentException(
          "partition, offset and append time must not be negative but are "
              + partition
              + ", "
              + offset
              + ", "
              + appendedAtMillis);
    }
  }

  /** A record's headers followed by those that say where it was. */
  Headers addedTo(Headers original) {
    RecordHeaders headers = new RecordHeaders(original);
    List<String> values =
        List.of(
            topic,
            Integer.toString(partition),
            Long.toString(offset),
            Long.toString(appendedAtMillis),
            application);
    for (int i = 0; i < values.size(); i++) {
      headers.add(NAMES.get(i), values.get(i).getBytes(UTF_8));
    }
    return headers;
  }

  /**
   * Reads the last headers. A producer's own headers of the same names, which come before, do not
   * count.
   *
   * @return null if they do not say where the record was
   */
  static @Nullable Origin read(Headers headers) {
    Header[] all = headers.toArray();
    int first = all.length - NAMES.size();
    if (first < 0) {
      return null;
    }
    String[] values = new String[NAMES.size()];
    for (int i = 0; i < values.length; i++) {
      byte[] value = all[first + i].value();
      if (!all[first + i].key().equals(NAMES.get(i)) || value == null) {
        return null;
      }
      values[i] = new String(value, UTF_8);
    }
    try {
      return new Origin(
          values[0],
          Integer.parseInt(values[1]),
          Long.parseLong(values[2]),
          Long.parseLong(values[3]),
          values[4]);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** The headers that the record had before it was sent on. */
  static Headers original(Headers headers) {
    Header[] all = headers.toArray();
    RecordHeaders original = new RecordHeaders();
    for (int i = 0; i < all.length - NAMES.size(); i++) {
      original.add(all[i]);
    }
    return original;
  }
}
