package io.vfr.models.registry;

import io.vfr.models.load.ModelLoader;
import io.vfr.models.load.ModelRejectedException;
import io.vfr.models.load.RejectionReason;
import io.vfr.models.load.Sha256;
import io.vfr.models.manifest.Manifest;
import io.vfr.models.manifest.ManifestException;
import io.vfr.models.manifest.ManifestReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDateTime;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * A model directory packed into one file, a zip: manifest.json first, then the artifact, then the
 * card if there is one, and nothing else. The same directory always gives the same bytes. An
 * archive is untrusted when it is unpacked.
 */
public final class ModelArchive {
  /** The name of the card, the only file of a model that may be missing. */
  public static final String CARD = "MODEL_CARD.md";

  /** Largest card that is packed or unpacked, bytes. */
  static final int CARD_BYTES_MAX = 1 << 20;

  private static final int ZIP_OVERHEAD_BYTES_MAX = 4096;

  /** Largest archive that holds a model which could be loaded, bytes. */
  public static final long BYTES_MAX =
      ModelLoader.ARTIFACT_BYTES_MAX
          + ManifestReader.BYTES_MAX
          + CARD_BYTES_MAX
          + ZIP_OVERHEAD_BYTES_MAX;

  /** What every entry says: the archive must not depend on when it was made. */
  private static final LocalDateTime ENTRY_TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

  private ModelArchive() {}

  /**
   * Packs a model directory.
   *
   * @param archive the file to write; replaced if it is there
   * @throws ModelRejectedException if the directory holds no model that could be unpacked again
   * @throws IOException if reading or writing fails
   */
  public static void pack(Path dir, Path archive) throws IOException, ModelRejectedException {
    byte[] manifestBytes = Files.readAllBytes(dir.resolve(ModelLoader.MANIFEST));
    Path artifact = dir.resolve(artifactFile(manifest(manifestBytes)));
    requireSize(artifact, ModelLoader.ARTIFACT_BYTES_MAX);
    Path card = dir.resolve(CARD);
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(archive))) {
      next(zip, ModelLoader.MANIFEST);
      zip.write(manifestBytes);
      next(zip, String.valueOf(artifact.getFileName()));
      Files.copy(artifact, zip);
      if (Files.isRegularFile(card)) {
        requireSize(card, CARD_BYTES_MAX);
        next(zip, CARD);
        Files.copy(card, zip);
      }
    }
  }

  private static void next(ZipOutputStream zip, String name) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    entry.setTimeLocal(ENTRY_TIME);
    zip.putNextEntry(entry);
  }

  private static void requireSize(Path file, long bytesMax)
      throws IOException, ModelRejectedException {
    long size = Files.size(file);
    if (size > bytesMax) {
      throw new ModelRejectedException(
          RejectionReason.TOO_LARGE, file + " has " + size + " bytes; at most " + bytesMax);
    }
  }

  /**
   * Unpacks a model into an empty directory. Whatever the archive is, only plain files of the
   * expected names and of bounded sizes are written; what was written when an archive is refused is
   * the caller's to delete.
   *
   * @param digest SHA-256, hex, that its manifest must have
   * @return the manifest; the artifact is verified when the model is loaded
   * @throws ModelRejectedException if the archive is not that model
   * @throws IOException if the archive cannot be read or the directory not be written
   */
  public static Manifest unpack(Path archive, String digest, Path dir)
      throws IOException, ModelRejectedException {
    try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(archive))) {
      return unpack(zip, digest, dir);
    } catch (ZipException | EOFException | IllegalArgumentException e) {
      throw refused("the archive is damaged: " + e.getMessage());
    }
  }

  private static Manifest unpack(ZipInputStream zip, String digest, Path dir)
      throws IOException, ModelRejectedException {
    ZipEntry first = zip.getNextEntry();
    if (first == null || !first.getName().equals(ModelLoader.MANIFEST)) {
      throw refused("the archive does not begin with " + ModelLoader.MANIFEST);
    }
    byte[] manifestBytes = zip.readNBytes(ManifestReader.BYTES_MAX + 1);
    if (manifestBytes.length > ManifestReader.BYTES_MAX) {
      throw tooLarge(ModelLoader.MANIFEST, ManifestReader.BYTES_MAX);
    }
    String actual = Sha256.hex(manifestBytes);
    if (!actual.equals(digest)) {
      throw new ModelRejectedException(
          RejectionReason.BAD_DIGEST,
          "the archive's manifest has SHA-256 " + actual + "; registered is " + digest);
    }
    Manifest manifest = manifest(manifestBytes);
    String artifact = artifactFile(manifest);
    Files.write(dir.resolve(ModelLoader.MANIFEST), manifestBytes, StandardOpenOption.CREATE_NEW);
    Set<String> expected = Set.of(artifact, CARD);
    for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
      // Compared, never resolved: no name of the archive's own can lead out of the directory.
      String name = entry.getName();
      if (!expected.contains(name)) {
        throw refused("the archive holds a file that belongs to no model: " + quoted(name));
      }
      copy(
          zip,
          dir.resolve(name),
          name.equals(CARD) ? CARD_BYTES_MAX : ModelLoader.ARTIFACT_BYTES_MAX);
    }
    if (!Files.exists(dir.resolve(artifact))) {
      throw refused("the archive does not hold the artifact " + artifact);
    }
    return manifest;
  }

  private static void copy(ZipInputStream zip, Path file, long bytesMax)
      throws IOException, ModelRejectedException {
    String name = String.valueOf(file.getFileName());
    if (Files.exists(file)) {
      throw refused("the archive holds " + name + " twice");
    }
    byte[] buffer = new byte[1 << 16];
    long total = 0;
    try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW)) {
      for (int read = zip.read(buffer); read > 0; read = zip.read(buffer)) {
        total += read;
        if (total > bytesMax) {
          throw tooLarge(name, bytesMax);
        }
        out.write(buffer, 0, read);
      }
    }
  }

  private static Manifest manifest(byte[] bytes) throws ModelRejectedException {
    try {
      return ManifestReader.read(bytes);
    } catch (ManifestException e) {
      throw new ModelRejectedException(
          RejectionReason.BAD_MANIFEST, String.valueOf(e.getMessage()), e);
    }
  }

  /** The artifact's name, a plain file name by the manifest's own rules, and not a reserved one. */
  private static String artifactFile(Manifest manifest) throws ModelRejectedException {
    String file = manifest.artifact().file();
    if (file.equals(ModelLoader.MANIFEST) || file.equals(CARD)) {
      throw new ModelRejectedException(
          RejectionReason.BAD_MANIFEST, "artifact.file must not be " + file);
    }
    return file;
  }

  private static ModelRejectedException tooLarge(String name, long bytesMax) {
    return new ModelRejectedException(
        RejectionReason.TOO_LARGE,
        "the archive's " + name + " has more than " + bytesMax + " bytes");
  }

  private static ModelRejectedException refused(String message) {
    return new ModelRejectedException(RejectionReason.BAD_ARCHIVE, message);
  }

  private static String quoted(String name) {
    String shown = name.length() > 48 ? name.substring(0, 48) + "…" : name;
    StringBuilder out = new StringBuilder("\"");
    shown.chars().forEach(c -> out.append(c < 0x20 || c == 0x7f ? '?' : (char) c));
    return out.append('"').toString();
  }
}
