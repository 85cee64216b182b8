package io.vfr.models.load;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The content of an artifact while it is being loaded: on the heap, or memory-mapped if it is
 * large. Hashing, checking and parsing see the same bytes; a library is never given the path, for
 * it would read the file again, and perhaps another one. A mapped file must not shrink while it is
 * open: a registry's versions never change.
 *
 * <p>ONNX Runtime parses the mapping itself, so that a large model is never on the heap. The tree
 * libraries take text, which this project reads into trees of its own before they see it; they get
 * a copy that is garbage once they are loaded.
 */
final class ArtifactBytes implements AutoCloseable {
  private final ByteBuffer buffer;
  private final @Nullable Arena mapping;

  private ArtifactBytes(ByteBuffer buffer, @Nullable Arena mapping) {
    this.buffer = buffer;
    this.mapping = mapping;
  }

  /**
   * Opens a file.
   *
   * @param mappedAbove size in bytes above which it is mapped
   */
  @SuppressWarnings("MustBeClosedChecker") // This object closes the arena with itself.
  static ArtifactBytes open(Path file, long mappedAbove) throws IOException {
    if (Files.size(file) <= mappedAbove) {
      return new ArtifactBytes(ByteBuffer.wrap(Files.readAllBytes(file)), null);
    }
    Arena arena = Arena.ofConfined();
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      ByteBuffer mapped =
          channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena).asByteBuffer();
      return new ArtifactBytes(mapped, arena);
    } catch (IOException | RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  /** The whole content: direct if it is mapped, else backed by an array of the same length. */
  ByteBuffer buffer() {
    return buffer.duplicate();
  }

  /** The whole content on the heap, not to be changed. */
  byte[] array() {
    if (buffer.hasArray()) {
      return buffer.array();
    }
    byte[] copy = new byte[buffer.remaining()];
    buffer.duplicate().get(copy);
    return copy;
  }

  int size() {
    return buffer.remaining();
  }

  boolean isMapped() {
    return mapping != null;
  }

  @Override
  public void close() {
    if (mapping != null) {
      mapping.close();
    }
  }
}
