package io.vfr.models.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory into which a native library was unpacked from its jar. A loaded library needs its
 * file no more, except on Windows, which keeps it until the exit; and a process that is killed
 * leaves behind what is there.
 */
final class UnpackedLibrary {
  private static final Logger LOG = LoggerFactory.getLogger(UnpackedLibrary.class);

  private UnpackedLibrary() {}

  /**
   * Deletes a directory and the libraries in it, which are loaded; what cannot be deleted yet is at
   * the exit.
   */
  static void delete(Path dir) throws IOException {
    List<Path> files;
    try (Stream<Path> list = Files.list(dir)) {
      files = list.toList();
    }
    // Entries registered last are deleted first at exit: the directory must come before its files.
    dir.toFile().deleteOnExit();
    for (Path file : Stream.concat(files.stream(), Stream.of(dir)).toList()) {
      try {
        Files.delete(file);
      } catch (IOException e) {
        LOG.debug("{} is deleted at exit: {}", file, e.getMessage());
        file.toFile().deleteOnExit();
      }
    }
  }
}
