package io.vfr.streams.ops.registry;

import io.vfr.models.load.ModelLoader;
import io.vfr.models.load.ModelRejectedException;
import io.vfr.models.load.RejectionReason;
import io.vfr.models.load.Sha256;
import io.vfr.models.manifest.Manifest;
import io.vfr.models.registry.ModelArchive;
import io.vfr.models.registry.ModelDirectory;
import io.vfr.schemas.ModelRegistration;
import io.vfr.streams.config.AppConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The models that came from Kafka, unpacked below the state directory as {@code
 * models/<id>/<version>-<digest>}. A directory appears there at once and whole; it can be deleted
 * at any time and is fetched again.
 */
final class ArtifactStore {
  private static final Logger LOG = LoggerFactory.getLogger(ArtifactStore.class);
  private static final String UNFINISHED_PREFIX = ".unfinished-";

  private final Path root;
  private final ArtifactReader reader;

  /** The store of an instance; what an earlier process left unfinished is deleted. */
  ArtifactStore(AppConfig config) {
    root = config.streams().stateDir().resolve("models");
    reader = new ArtifactReader(config);
    for (Path path : children(root)) {
      if (String.valueOf(path.getFileName()).startsWith(UNFINISHED_PREFIX)) {
        delete(path);
      }
    }
  }

  /** Where a version lies or would lie. */
  ModelDirectory directory(ModelRef ref) {
    return new ModelDirectory(
        ref.id(),
        ref.version(),
        root.resolve(ref.id()).resolve(ref.version() + "-" + ref.shortDigest()));
  }

  /** The directory of a version that is there with the right manifest. */
  Optional<ModelDirectory> find(ModelRef ref) {
    ModelDirectory directory = directory(ref);
    try {
      byte[] manifest = Files.readAllBytes(directory.path().resolve(ModelLoader.MANIFEST));
      return Optional.of(directory).filter(found -> Sha256.hex(manifest).equals(ref.digest()));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * Fetches a version from Kafka; whatever lies in its place is replaced.
   *
   * @throws ModelRejectedException if what Kafka holds is not that model
   * @throws IOException if the directory cannot be written
   * @throws org.apache.kafka.common.KafkaException if the brokers refuse or do not answer
   */
  ModelDirectory fetch(ModelRegistration registration) throws IOException, ModelRejectedException {
    ModelDirectory directory = directory(ModelRef.of(registration));
    Files.createDirectories(root);
    Path work = Files.createTempDirectory(root, UNFINISHED_PREFIX);
    try {
      Path archive = work.resolve("archive.zip");
      Path unpacked = Files.createDirectory(work.resolve("model"));
      reader.read(registration, archive);
      Manifest manifest = ModelArchive.unpack(archive, registration.digest(), unpacked);
      if (!manifest.key().equals(registration.key())) {
        throw new ModelRejectedException(
            RejectionReason.BAD_ARCHIVE,
            "the archive registered as "
                + registration.key()
                + " holds "
                + manifest.key()
                + " instead");
      }
      delete(directory.path());
      Files.createDirectories(root.resolve(registration.id()));
      Files.move(unpacked, directory.path(), StandardCopyOption.ATOMIC_MOVE);
      LOG.info("Fetched {} from Kafka, {} bytes", registration.key(), registration.bytes());
      return directory;
    } finally {
      delete(work);
    }
  }

  /** Deletes the directory of a version; it is fetched again if it is wanted again. */
  void forget(ModelRef ref) {
    delete(directory(ref).path());
  }

  /** Deletes every version but these. */
  void keepOnly(Collection<ModelRef> refs) {
    Set<Path> wanted = new HashSet<>();
    refs.forEach(ref -> wanted.add(directory(ref).path()));
    for (Path id : children(root)) {
      for (Path version : children(id)) {
        if (!wanted.contains(version)) {
          delete(version);
        }
      }
    }
  }

  private static List<Path> children(Path parent) {
    if (!Files.isDirectory(parent)) {
      return List.of();
    }
    try (Stream<Path> list = Files.list(parent)) {
      return list.toList();
    } catch (IOException e) {
      LOG.warn("{} cannot be read: {}", parent, e.getMessage());
      return List.of();
    }
  }

  /** Deletes a tree; what cannot be deleted is only told, for it is in nobody's way. */
  private static void delete(Path tree) {
    if (Files.isDirectory(tree, LinkOption.NOFOLLOW_LINKS)) {
      children(tree).forEach(ArtifactStore::delete);
    }
    try {
      Files.deleteIfExists(tree);
    } catch (IOException e) {
      LOG.warn("{} cannot be deleted: {}", tree, e.getMessage());
    }
  }
}
