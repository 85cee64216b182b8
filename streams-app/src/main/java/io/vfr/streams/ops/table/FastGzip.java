package io.vfr.streams.ops.table;

import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * GZIP with little effort: numbers hardly compress better with more, it only takes several times as
 * long.
 */
final class FastGzip extends GZIPOutputStream {
  private static final int BUFFER_BYTES = 1 << 16;

  FastGzip(OutputStream out) throws IOException {
    super(out, BUFFER_BYTES);
    def.setLevel(Deflater.BEST_SPEED);
  }
}
