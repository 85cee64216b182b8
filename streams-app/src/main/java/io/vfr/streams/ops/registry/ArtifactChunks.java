package io.vfr.streams.ops.registry;

import java.util.Locale;

/**
 * How an archive travels on {@code vfr.model-artifacts}: cut into chunks, each a record with the
 * key {@code <digest>/<index>}, in order.
 */
public final class ArtifactChunks {
  /** Largest chunk, bytes: with its headers well below what a broker takes. */
  public static final int BYTES = 512 << 10;

  /** Most chunks of an archive: as many as the index has digits for. */
  static final int COUNT_MAX = 99_999;

  private ArtifactChunks() {}

  /** How many chunks an archive of this size is cut into. */
  public static int count(long bytes) {
    return Math.toIntExact((bytes + BYTES - 1) / BYTES);
  }

  /** The key of a chunk. */
  public static String key(String digest, int index) {
    return digest + "/" + String.format(Locale.ROOT, "%05d", index);
  }
}
