package io.vfr.streams.features;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.utils.Bytes;

/**
 * The byte layout of store keys: a name as UTF-8, a zero byte, then fixed-width big-endian numbers,
 * so that the byte order of keys is the order of (name, numbers). Names hold no control characters,
 * so a zero byte always ends one.
 */
public final class StoreKeys {
  private StoreKeys() {}

  /** Key of (symbol, ring slot). */
  static Bytes slot(String symbol, int slot) {
    byte[] name = utf8(symbol);
    return Bytes.wrap(
        ByteBuffer.allocate(name.length + 3)
            .put(name)
            .put((byte) 0)
            .putShort((short) slot)
            .array());
  }

  /** Key of (name, one time). */
  static Bytes time(String name, long millis) {
    byte[] utf8 = utf8(name);
    return Bytes.wrap(
        ByteBuffer.allocate(utf8.length + 9).put(utf8).put((byte) 0).putLong(millis).array());
  }

  /** Key of (name, two times). */
  public static Bytes times(String name, long firstMillis, long secondMillis) {
    byte[] utf8 = utf8(name);
    return Bytes.wrap(
        ByteBuffer.allocate(utf8.length + 17)
            .put(utf8)
            .put((byte) 0)
            .putLong(firstMillis)
            .putLong(secondMillis)
            .array());
  }

  /** Smallest key of a name. */
  public static Bytes first(String name) {
    byte[] utf8 = utf8(name);
    return Bytes.wrap(ByteBuffer.allocate(utf8.length + 1).put(utf8).put((byte) 0).array());
  }

  /** A key above every key of a name whose remainder is at most {@code width} bytes. */
  public static Bytes last(String name, int width) {
    byte[] utf8 = utf8(name);
    ByteBuffer key = ByteBuffer.allocate(utf8.length + 1 + width).put(utf8).put((byte) 0);
    while (key.hasRemaining()) {
      key.put((byte) 0xff);
    }
    return Bytes.wrap(key.array());
  }

  /** The numbers behind the name of a key. */
  public static ByteBuffer afterName(Bytes key, String name) {
    int start = utf8(name).length + 1;
    return ByteBuffer.wrap(key.get(), start, key.get().length - start).slice();
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
