package io.vfr.streams.ops.letters;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vfr.schemas.DeadLetterHeaders;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * One record of {@code vfr.dead-letters}. Its texts may have been written by anyone: escape them
 * before they are shown.
 *
 * @param partition of {@code vfr.dead-letters}
 * @param offset of {@code vfr.dead-letters}
 * @param at when the broker took the letter, epoch milliseconds
 * @param key of the original record
 * @param value of the original record, cut if {@code truncated}
 * @param original headers of the original record, the count of redrives among them
 * @param code why it was refused
 * @param topic of the original record
 * @param sourcePartition of the original record
 * @param sourceOffset of the original record
 * @param redrives how often the original record had been sent again when it was refused
 * @param truncated whether the value is not the whole one
 */
public record DeadLetter(
    int partition,
    long offset,
    long at,
    byte @Nullable [] key,
    byte @Nullable [] value,
    Headers original,
    String code,
    String message,
    String stage,
    String topic,
    int sourcePartition,
    long sourceOffset,
    int redrives,
    boolean truncated) {
  /** Counts how often a record was sent again; the only header that a redrive leaves. */
  public static final String REDRIVE_COUNT = "vfr.redrive.count";

  /** As dead letters end, in this order; the last one is optional. */
  private static final List<String> NAMES =
      List.of(
          DeadLetterHeaders.ERROR_CODE,
          DeadLetterHeaders.ERROR_MESSAGE,
          DeadLetterHeaders.ERROR_STAGE,
          DeadLetterHeaders.SOURCE_TOPIC,
          DeadLetterHeaders.SOURCE_PARTITION,
          DeadLetterHeaders.SOURCE_OFFSET);

  /** Name of the letter: where it stands. */
  public String id() {
    return partition + "@" + offset;
  }

  /** Reads one; null if the record does not end with the headers of a dead letter. */
  public static @Nullable DeadLetter of(ConsumerRecord<byte[], byte[]> record) {
    Deque<Header> headers = new ArrayDeque<>(List.of(record.headers().toArray()));
    boolean truncated =
        !headers.isEmpty() && headers.getLast().key().equals(DeadLetterHeaders.ERROR_TRUNCATED);
    if (truncated) {
      headers.removeLast();
    }
    Map<String, String> ours = new HashMap<>();
    for (String name : NAMES.reversed()) {
      Header last = headers.pollLast();
      if (last == null || !last.key().equals(name) || last.value() == null) {
        return null;
      }
      ours.put(name, new String(last.value(), UTF_8));
    }
    RecordHeaders original = new RecordHeaders();
    headers.forEach(original::add);
    try {
      return new DeadLetter(
          record.partition(),
          record.offset(),
          record.timestamp(),
          record.key(),
          record.value(),
          original,
          text(ours, DeadLetterHeaders.ERROR_CODE),
          text(ours, DeadLetterHeaders.ERROR_MESSAGE),
          text(ours, DeadLetterHeaders.ERROR_STAGE),
          text(ours, DeadLetterHeaders.SOURCE_TOPIC),
          Integer.parseInt(text(ours, DeadLetterHeaders.SOURCE_PARTITION)),
          Long.parseLong(text(ours, DeadLetterHeaders.SOURCE_OFFSET)),
          redrives(original),
          truncated);
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private static String text(Map<String, String> headers, String name) {
    return headers.getOrDefault(name, "");
  }

  /** A count that is none has been written by somebody else: one at least. */
  private static int redrives(Headers original) {
    Header count = original.lastHeader(REDRIVE_COUNT);
    if (count == null) {
      return 0;
    }
    try {
      return Math.clamp(Integer.parseInt(new String(count.value(), UTF_8)), 1, 1_000_000);
    } catch (NumberFormatException e) {
      return 1;
    }
  }

  /** The headers to send the original record again with. */
  Headers redriven() {
    RecordHeaders headers = new RecordHeaders(original);
    headers.remove(REDRIVE_COUNT);
    headers.add(REDRIVE_COUNT, Integer.toString(redrives + 1).getBytes(UTF_8));
    return headers;
  }
}
