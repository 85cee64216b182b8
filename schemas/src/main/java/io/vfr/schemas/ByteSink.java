package io.vfr.schemas;

import java.io.OutputStream;
import java.util.Arrays;

/**
 * Collects what a generator writes. The generator hands over a message in one piece, which then is
 * copied once, into an array of exactly its size.
 */
final class ByteSink extends OutputStream {
  private byte[] bytes = new byte[0];

  byte[] bytes() {
    return bytes;
  }

  @Override
  public void write(int value) {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] source, int offset, int length) {
    int before = bytes.length;
    bytes = Arrays.copyOf(bytes, before + length);
    System.arraycopy(source, offset, bytes, before, length);
  }
}
