package io.vfr.models.vfrlayout;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Models, rows and scores that Python's LightGBM made: see src/test/python. */
final class Fixtures {
  private static final Path ROOT = Path.of("src/test/resources/io/vfr/models/vfrlayout");

  private Fixtures() {}

  static Path file(String model, String name) {
    return ROOT.resolve(model).resolve(name);
  }

  /** A directory in VFR's layout; the artifact may be one without names. */
  static Path layout(Path directory, String model, String artifact, String normalizer) {
    try {
      Files.createDirectories(directory);
      Files.copy(file(model, artifact), directory.resolve("model.txt"));
      Files.copy(file(model, "metadata.json"), directory.resolve("metadata.json"));
      if (!normalizer.isEmpty()) {
        Files.copy(
            file(model, "normalizer-" + normalizer + ".json"),
            directory.resolve("normalizer.json"));
      }
      return directory;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The rows of a CSV file without a header; an empty field is NaN. */
  static double[][] csv(String model, String name) throws IOException {
    List<String> lines = Files.readAllLines(file(model, name));
    return lines.stream()
        .map(line ->
            Arrays.stream(line.split(",", -1))
                .mapToDouble(field -> field.isEmpty() ? Double.NaN : Double.parseDouble(field))
                .toArray())
        .toArray(double[][]::new);
  }
}
