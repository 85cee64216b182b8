package io.vfr.models.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vfr.models.TestModels;
import io.vfr.models.TestModels.Draft;
import io.vfr.models.load.LoadedModel;
import io.vfr.models.load.ModelLoader;
import io.vfr.models.load.ModelRejectedException;
import io.vfr.models.load.RejectionReason;
import io.vfr.models.load.Sha256;
import io.vfr.models.manifest.Manifest;
import io.vfr.models.manifest.ManifestReader;
import io.vfr.models.schema.FeatureSchema;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A model comes out of its archive as it went in; nothing else comes out of any archive. */
class ModelArchiveTest {
  @TempDir private Path root;

  private record File(String name, byte[] content) {}

  private Path model() {
    return TestModels.linearDraft().write(root.resolve("model"));
  }

  private static byte[] manifestOf(Path model) throws IOException {
    return Files.readAllBytes(model.resolve("manifest.json"));
  }

  private static String digestOf(Path model) throws IOException {
    return Sha256.hex(manifestOf(model));
  }

  private Path zip(List<File> files) throws IOException {
    Path archive = root.resolve("hostile.zip");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(archive))) {
      for (File file : files) {
        zip.putNextEntry(new ZipEntry(file.name));
        zip.write(file.content);
      }
    }
    return archive;
  }

  private void refused(Path archive, String digest, RejectionReason reason, String words)
      throws IOException {
    Path target = Files.createTempDirectory(root, "target");
    List<Path> before = tree();
    assertThatThrownBy(() -> ModelArchive.unpack(archive, digest, target))
        .isInstanceOf(ModelRejectedException.class)
        .hasMessageContaining(words)
        .extracting(e -> ((ModelRejectedException) e).reason())
        .isEqualTo(reason);
    assertThat(tree())
        .as("nothing is written outside the target")
        .filteredOn(path -> !path.startsWith(target))
        .containsExactlyElementsOf(
            before.stream().filter(path -> !path.startsWith(target)).toList());
  }

  private List<Path> tree() throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      return all.sorted().toList();
    }
  }

  @Test
  void unpack_packedModel_isTheSameModelAndLoads() throws Exception {
    Path model = model();
    Files.writeString(model.resolve("MODEL_CARD.md"), "# A card");
    Files.writeString(model.resolve("notes.txt"), "not part of the model");
    Path archive = root.resolve("model.zip");
    ModelArchive.pack(model, archive);
    Path target = Files.createTempDirectory(root, "target");
    Manifest manifest = ModelArchive.unpack(archive, digestOf(model), target);
    assertThat(manifest.key()).isEqualTo("test-model@1.0.0");
    for (String name : List.of("manifest.json", "model.bin", "MODEL_CARD.md")) {
      assertThat(target.resolve(name)).hasSameBinaryContentAs(model.resolve(name));
    }
    assertThat(target.resolve("notes.txt")).doesNotExist();
    try (LoadedModel loaded = new ModelLoader(FeatureSchema.current()).load(target)) {
      assertThat(loaded.digest()).isEqualTo(digestOf(model));
    }
  }

  @Test
  void pack_twice_givesTheSameBytes() throws Exception {
    Path model = model();
    Path first = root.resolve("first.zip");
    ModelArchive.pack(model, first);
    for (String name : List.of("manifest.json", "model.bin")) {
      Files.setLastModifiedTime(
          model.resolve(name), java.nio.file.attribute.FileTime.fromMillis(1_000_000_000_000L));
    }
    Path second = root.resolve("second.zip");
    ModelArchive.pack(model, second);
    assertThat(second).hasSameBinaryContentAs(first);
  }

  @Test
  void pack_artifactNamedLikeTheManifest_isRefused() throws Exception {
    Path model = model();
    String manifest = Files.readString(model.resolve("manifest.json"));
    Files.writeString(
        model.resolve("manifest.json"), manifest.replace("model.bin", "MODEL_CARD.md"));
    assertThatThrownBy(() -> ModelArchive.pack(model, root.resolve("x.zip")))
        .isInstanceOf(ModelRejectedException.class)
        .hasMessageContaining("artifact.file must not be MODEL_CARD.md");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../escaped.txt",
        "/tmp/escaped.txt",
        "..\\escaped.txt",
        "a/../../escaped.txt",
        "model.bin/",
        "./model.bin",
        "sub/model.bin",
        "notes.txt",
        "model.bin\u0000.txt",
        "manifest.json"
      })
  void unpack_anyOtherName_isRefused(String name) throws Exception {
    Path model = model();
    Path archive =
        zip(
            List.of(
                new File("manifest.json", manifestOf(model)),
                new File(name.equals("manifest.json") ? "x" : name, new byte[] {1})));
    if (name.equals("manifest.json")) {
      // The library refuses to write a name twice, so the second one is made by hand.
      byte[] bytes = Files.readAllBytes(archive);
      archive = Files.write(archive, renamed(bytes));
    }
    refused(archive, digestOf(model), RejectionReason.BAD_ARCHIVE, "");
  }

  /** An archive whose second entry x is followed by another copy of the first one. */
  private static byte[] renamed(byte[] bytes) throws IOException {
    ByteArrayOutputStream twice = new ByteArrayOutputStream();
    int second = indexOf(bytes, new byte[] {'P', 'K', 3, 4}, 4);
    twice.write(bytes, 0, second);
    twice.write(bytes, 0, second);
    return twice.toByteArray();
  }

  private static int indexOf(byte[] bytes, byte[] wanted, int from) {
    for (int i = from; i <= bytes.length - wanted.length; i++) {
      if (Arrays.equals(bytes, i, i + wanted.length, wanted, 0, wanted.length)) {
        return i;
      }
    }
    throw new AssertionError("not found");
  }

  @Test
  void unpack_manifestThatIsNotFirstOrNotTheRegisteredOne_isRefused() throws Exception {
    Path model = model();
    File artifact = new File("model.bin", Files.readAllBytes(model.resolve("model.bin")));
    File manifest = new File("manifest.json", manifestOf(model));
    refused(
        zip(List.of(artifact, manifest)),
        digestOf(model),
        RejectionReason.BAD_ARCHIVE,
        "does not begin with manifest.json");
    refused(
        zip(List.of(manifest, artifact)),
        "0".repeat(64),
        RejectionReason.BAD_DIGEST,
        "registered is 0000");
  }

  @Test
  void unpack_manifestWithATraversingArtifact_isRefused() throws Exception {
    Path model = model();
    byte[] hostile =
        Files.readString(model.resolve("manifest.json"))
            .replace("model.bin", "../../model.bin")
            .getBytes(StandardCharsets.UTF_8);
    refused(
        zip(List.of(new File("manifest.json", hostile))),
        Sha256.hex(hostile),
        RejectionReason.BAD_MANIFEST,
        "artifact.file");
  }

  @Test
  void unpack_missingArtifact_isRefused() throws Exception {
    Path model = model();
    refused(
        zip(List.of(new File("manifest.json", manifestOf(model)))),
        digestOf(model),
        RejectionReason.BAD_ARCHIVE,
        "does not hold the artifact model.bin");
  }

  @Test
  void unpack_bombs_stopAtTheirBounds() throws Exception {
    Path model = model();
    byte[] manifest = new byte[ManifestReader.BYTES_MAX + 1];
    Arrays.fill(manifest, (byte) ' ');
    refused(
        zip(List.of(new File("manifest.json", manifest))),
        Sha256.hex(manifest),
        RejectionReason.TOO_LARGE,
        "manifest.json has more than");
    refused(
        zip(
            List.of(
                new File("manifest.json", manifestOf(model)),
                new File("MODEL_CARD.md", new byte[ModelArchive.CARD_BYTES_MAX + 1]))),
        digestOf(model),
        RejectionReason.TOO_LARGE,
        "MODEL_CARD.md has more than");
    refused(
        bomb(manifestOf(model)), digestOf(model), RejectionReason.TOO_LARGE, "model.bin has more");
  }

  /** An artifact of zeros, one byte larger than is loaded: a quarter of a megabyte packed. */
  private Path bomb(byte[] manifest) throws IOException {
    Path archive = root.resolve("bomb.zip");
    byte[] zeros = new byte[1 << 20];
    try (OutputStream file = Files.newOutputStream(archive);
        ZipOutputStream zip = new ZipOutputStream(file)) {
      zip.putNextEntry(new ZipEntry("manifest.json"));
      zip.write(manifest);
      zip.putNextEntry(new ZipEntry("model.bin"));
      for (long written = 0; written < ModelLoader.ARTIFACT_BYTES_MAX; written += zeros.length) {
        zip.write(zeros);
      }
      zip.write(0);
    }
    assertThat(Files.size(archive)).isLessThan(ModelLoader.ARTIFACT_BYTES_MAX / 100);
    return archive;
  }

  @Test
  void unpack_damagedAnywhere_isRefusedOrLeavesADirectoryThatTheLoaderRefuses() throws Exception {
    long seed = 20260801;
    Random random = new Random(seed);
    Draft draft = TestModels.linearDraft();
    Path model = draft.write(root.resolve("model"));
    Path archive = root.resolve("model.zip");
    ModelArchive.pack(model, archive);
    byte[] good = Files.readAllBytes(archive);
    ModelLoader loader = new ModelLoader(FeatureSchema.current());
    for (int i = 0; i < 400; i++) {
      byte[] damaged = good.clone();
      if (i % 2 == 0) {
        damaged = Arrays.copyOf(good, random.nextInt(good.length));
      } else {
        damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
      }
      Path file = Files.write(root.resolve("damaged.zip"), damaged);
      Path target = Files.createDirectories(root.resolve("damaged-" + i));
      try {
        ModelArchive.unpack(file, digestOf(model), target);
      } catch (ModelRejectedException e) {
        continue;
      }
      try (LoadedModel loaded = loader.load(target)) {
        // The damage was in what nobody reads, e.g. the central directory.
        assertThat(loaded.digest()).as("seed %d, case %d", seed, i).isEqualTo(digestOf(model));
        assertThat(target.resolve("model.bin")).hasSameBinaryContentAs(model.resolve("model.bin"));
      } catch (ModelRejectedException e) {
        assertThat(e.reason())
            .as("seed %d, case %d", seed, i)
            .isEqualTo(RejectionReason.BAD_DIGEST);
      }
    }
  }

  @Test
  void archive_ofJunk_isRefused() throws Exception {
    Path junk = Files.write(root.resolve("junk.zip"), "not a zip".getBytes(StandardCharsets.UTF_8));
    refused(junk, "0".repeat(64), RejectionReason.BAD_ARCHIVE, "");
    refused(Files.write(junk, new byte[0]), "0".repeat(64), RejectionReason.BAD_ARCHIVE, "");
  }
}
