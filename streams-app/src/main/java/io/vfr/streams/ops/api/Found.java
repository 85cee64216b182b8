package io.vfr.streams.ops.api;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A prediction that was found.
 *
 * @param message as in {@code vfr.predictions}
 * @param instance who had it
 * @param stale whether whoever processes the symbol could not be asked and may know a newer one
 */
record Found(byte[] message, String instance, boolean stale) {
  private static final byte[] STALE = ",\"stale\":true}".getBytes(StandardCharsets.US_ASCII);

  /** The message, with {@code "stale":true} added to one that may be out of date. */
  byte[] json() {
    if (!stale) {
      return message;
    }
    byte[] marked = Arrays.copyOf(message, message.length - 1 + STALE.length);
    System.arraycopy(STALE, 0, marked, message.length - 1, STALE.length);
    return marked;
  }
}
