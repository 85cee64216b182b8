package io.vfr.models.vfrlayout;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.vfr.models.manifest.JsonFields;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The files of one directory. Only regular files that lie in the directory themselves are read, and
 * not beyond a limit: a symbolic link may point to another file of the directory, not out of it.
 */
final class LayoutFiles {
  private static final int NESTING_MAX = 64;

  /** Python writes NaN for a metric that it could not compute; only fields that we use must not. */
  private static final ObjectMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(NESTING_MAX).build())
                  .build())
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final Path directory;
  private final List<String> problems;

  /**
   * Opens a directory.
   *
   * @throws ImportException if it is none
   */
  LayoutFiles(Path directory, List<String> problems) throws ImportException {
    if (!Files.isDirectory(directory)) {
      throw new ImportException(
          List.of(
              directory
                  + " is no directory; it must hold model.txt and may hold metadata.json and"
                  + " normalizer.json"));
    }
    try {
      this.directory = directory.toRealPath();
    } catch (IOException e) {
      throw new ImportException(directory + " cannot be read: " + e.getMessage(), e);
    }
    this.problems = problems;
  }

  boolean has(String name) {
    return Files.exists(directory.resolve(name), LinkOption.NOFOLLOW_LINKS);
  }

  /** The bytes of a file that is there; null after a problem. */
  byte @Nullable [] read(String name, long bytesMax) {
    try {
      Path file = directory.resolve(name).toRealPath();
      if (!directory.equals(file.getParent())) {
        problems.add(name + " is a link to " + file + "; it must lie in " + directory);
        return null;
      }
      if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
        problems.add(name + " is no regular file");
        return null;
      }
      try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
        // One byte more than allowed tells that the file is too long.
        byte[] bytes = in.readNBytes((int) bytesMax + 1);
        if (bytes.length > bytesMax) {
          problems.add(name + " has more than " + bytesMax + " bytes, which is the most allowed");
          return null;
        }
        return bytes;
      }
    } catch (IOException e) {
      problems.add(
          name + " cannot be read: " + e.getClass().getSimpleName() + " " + e.getMessage());
      return null;
    }
  }

  /** The object in a JSON file; null if there is no such file, or after a problem. */
  @Nullable JsonFields json(String name, int bytesMax) {
    byte[] bytes = has(name) ? read(name, bytesMax) : null;
    if (bytes == null) {
      return null;
    }
    try {
      JsonNode root = JSON.readTree(bytes);
      if (root.isObject()) {
        return new JsonFields(root, name + ": ", problems);
      }
      problems.add(name + " must be one JSON object");
    } catch (JsonProcessingException e) {
      problems.add(name + " is not JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      problems.add(name + " cannot be read: " + e.getMessage());
    }
    return null;
  }
}
