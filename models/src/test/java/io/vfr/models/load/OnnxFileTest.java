package io.vfr.models.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vfr.models.OnnxModels;
import io.vfr.models.manifest.Manifest;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OnnxFileTest {
  private static final int GRAPH = 7;
  private static final int NODE = 1;
  private static final int ATTRIBUTE = 5;
  @TempDir private Path temp;

  private static void assertRefused(byte[] bytes, RejectionReason reason, String message) {
    ThrowingCallable check = () -> OnnxFile.check(ByteBuffer.wrap(bytes));
    assertThatThrownBy(check)
        .isInstanceOfSatisfying(
            ModelRejectedException.class, e -> assertThat(e.reason()).isEqualTo(reason))
        .hasMessageContaining(message);
  }

  /** A message field: number, length, content. */
  private static byte[] field(int number, byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(number << 3 & 0x7f | (number > 15 ? 0x80 : 0) | 2);
    if (number > 15) {
      out.write(number >> 4);
    }
    for (int length = content.length; ; length >>>= 7) {
      out.write(length < 128 ? length : length & 0x7f | 0x80);
      if (length < 128) {
        break;
      }
    }
    out.writeBytes(content);
    return out.toByteArray();
  }

  @ParameterizedTest
  @ValueSource(strings = {"lstm", "transformer", "mlp", "loop", "gather", "random", "wide"})
  void check_models_areLetThrough(String name) throws Exception {
    assertThat(OnnxFile.check(ByteBuffer.wrap(OnnxModels.bytes(name)))).isNotNegative();
  }

  @Test
  void check_exportedModel_countsTheValuesOfABatch() throws Exception {
    // The hidden layer alone has 16 values a row.
    assertThat(OnnxFile.check(ByteBuffer.wrap(OnnxModels.bytes("mlp"))))
        .isBetween(32L * 16, 32L * 16 * 8);
  }

  @Test
  void check_notAModel_isUnreadable() {
    assertRefused(new byte[0], RejectionReason.UNREADABLE_ARTIFACT, "no graph");
    assertRefused(new byte[] {8, 10}, RejectionReason.UNREADABLE_ARTIFACT, "no graph");
    assertRefused(
        "{\"learner\":{}}".getBytes(StandardCharsets.UTF_8),
        RejectionReason.UNREADABLE_ARTIFACT,
        "not an ONNX file");
    byte[] endless = new byte[20];
    Arrays.fill(endless, (byte) 0xff);
    assertRefused(endless, RejectionReason.UNREADABLE_ARTIFACT, "ten bytes");
  }

  @Test
  void check_ortFormat_isUnsupported() {
    byte[] flatBuffer = "\u0010\0\0\0ORTM and so on".getBytes(StandardCharsets.UTF_8);
    assertRefused(flatBuffer, RejectionReason.UNSUPPORTED, "ONNX Runtime's own format");
  }

  /** The paths are those of field numbers from an attribute to a tensor. */
  @ParameterizedTest
  @ValueSource(strings = {"5", "10", "22/1", "22/2", "23/1", "6/5", "11/15/1", "6/1/5/5"})
  void check_externalDataInAnyAttribute_isFound(String path) {
    byte[] message = field(13, "location../../etc/passwd".getBytes(StandardCharsets.UTF_8));
    String[] fields = path.split("/");
    for (int i = fields.length - 1; i >= 0; i--) {
      message = field(Integer.parseInt(fields[i]), message);
    }
    byte[] node = field(NODE, field(ATTRIBUTE, message));
    assertRefused(field(GRAPH, node), RejectionReason.UNSUPPORTED, "../../etc/passwd");
    assertRefused(
        field(25, field(GRAPH, field(ATTRIBUTE, message))),
        RejectionReason.UNSUPPORTED,
        "../../etc/passwd");
    assertRefused(field(20, field(1, node)), RejectionReason.UNSUPPORTED, "../../etc/passwd");
  }

  @Test
  void check_externalLocationWithoutAPath_isUnsupported() {
    byte[] tensor = {14 << 3, 1};
    assertRefused(field(GRAPH, field(5, tensor)), RejectionReason.UNSUPPORTED, "weights elsewhere");
  }

  @Test
  void check_deepNesting_isRefusedWithoutAStackOverflow() {
    byte[] graph = new byte[0];
    for (int i = 0; i < 5000; i++) {
      graph = field(NODE, field(ATTRIBUTE, field(6, graph)));
    }
    assertRefused(field(GRAPH, graph), RejectionReason.UNREADABLE_ARTIFACT, "nested");
  }

  /** Where the check lets a damaged file through, the library must refuse or run it. */
  @ParameterizedTest
  @CsvSource({"mlp,600", "loop,600", "lstm,200"})
  void load_damagedFile_neverCrashes(String name, int files) throws Exception {
    long seed = 4711;
    Random random = new Random(seed);
    Manifest manifest =
        switch (name) {
          case "mlp" -> OnnxModels.mlp().manifest();
          case "loop" -> OnnxModels.sum(name, 1, 2).manifest();
          default -> OnnxModels.sequence(name).manifest();
        };
    int refused = 0;
    for (int i = 0; i < files; i++) {
      byte[] bytes = OnnxModels.bytes(name);
      for (int change = random.nextInt(4); change >= 0; change--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      Path file = temp.resolve("model.onnx");
      Files.write(file, bytes);
      try (ArtifactBytes artifact = ArtifactBytes.open(file, i % 2 == 0 ? 0 : Long.MAX_VALUE)) {
        OnnxBackend.load(artifact, manifest, LoadOptions.DEFAULTS).close();
      } catch (ModelRejectedException e) {
        assertThat(e).as("seed %d, file %d", seed, i).hasMessageNotContaining("null");
        refused++;
      }
    }
    assertThat(refused).as("seed %d", seed).isBetween(files / 10, files - 1);
  }
}
