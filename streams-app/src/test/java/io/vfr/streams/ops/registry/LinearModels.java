package io.vfr.streams.ops.registry;

import io.vfr.models.load.RejectionReason;
import io.vfr.models.load.Sha256;
import io.vfr.models.schema.FeatureSchema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Linear models of one feature that every bar has, as directories: good ones, and one of every kind
 * that must be refused.
 */
final class LinearModels {
  /** What is wrong with a model. */
  enum Flaw {
    /** Nothing. */
    NONE(null),
    /** The manifest states another SHA-256 of the artifact. */
    BAD_HASH(RejectionReason.BAD_DIGEST),
    /** Trained on another feature schema. */
    WRONG_SCHEMA(RejectionReason.WRONG_SCHEMA),
    /** The artifact ends in its middle, and the manifest says so. */
    TRUNCATED(RejectionReason.UNREADABLE_ARTIFACT),
    /** Another output than the self-test states. */
    SELF_TEST(RejectionReason.SELF_TEST_FAILED),
    /** An output that is not a number. */
    NAN_OUTPUT(RejectionReason.SELF_TEST_FAILED),
    /** More inputs than there are slots for names that are not known. */
    TOO_MANY_INPUTS(RejectionReason.NO_SLOT),
    /** Sound, but of no use to the ensemble. */
    UNSUITABLE(RejectionReason.UNSUPPORTED);

    private final @Nullable RejectionReason reason;

    Flaw(@Nullable RejectionReason reason) {
      this.reason = reason;
    }

    RejectionReason reason() {
      if (reason == null) {
        throw new IllegalStateException(this + " is no flaw");
      }
      return reason;
    }
  }

  private static final String FEATURE = "intraday_volatility";

  private LinearModels() {}

  /**
   * Writes a model.
   *
   * @param intercept what the model says of a bar that does not move, so that models differ
   * @return its directory, {@code <id>/<version>} below the parent
   */
  static Path write(Path parent, String id, String version, double intercept, Flaw flaw) {
    int inputs = flaw == Flaw.TOO_MANY_INPUTS ? 1000 : flaw == Flaw.NAN_OUTPUT ? 2 : 1;
    byte[] artifact = artifact(intercept, inputs, flaw);
    String names =
        IntStream.range(0, inputs)
            .mapToObj(i -> i == 0 ? FEATURE : "unheard_of_" + i)
            .collect(Collectors.joining("\",\"", "\"", "\""));
    String values =
        IntStream.range(0, inputs).mapToObj(i -> "10.0").collect(Collectors.joining(","));
    double expected = flaw == Flaw.SELF_TEST ? intercept + 1 : intercept + 10;
    String calibration =
        flaw == Flaw.UNSUITABLE
            ? ""
            : ",\"calibration\":{\"neutralBand\":0.35,\"fallbackSigma\":0.02,\"residualQuantiles\":[-3.0,0.0,3.0]}";
    String manifest =
        """
        {"id":"%s","version":"%s","algorithm":"linear","kind":"%s","task":"regression",
         "target":"%s","horizon":"P1D","artifact":{"file":"model.json","sha256":"%s"},
         "featureSchema":"%s","inputs":[%s],"required":["%s"],
         "missing":{"policy":"default","value":0.0},
         "selfTest":[{"inputs":[%s],"expected":[%s],"tolerance":1e-9}],
         "metrics":{"hitRate":0.5}%s}
        """
            .formatted(
                id,
                version,
                flaw == Flaw.UNSUITABLE ? "meta" : "return",
                "standardized-return",
                flaw == Flaw.BAD_HASH ? "0".repeat(64) : Sha256.hex(artifact),
                flaw == Flaw.WRONG_SCHEMA ? "1".repeat(64) : FeatureSchema.current().hash(),
                names,
                FEATURE,
                values,
                expected,
                calibration);
    Path dir = parent.resolve(id).resolve(version);
    try {
      Files.createDirectories(dir);
      Files.write(dir.resolve("model.json"), artifact);
      Files.writeString(dir.resolve("manifest.json"), manifest);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return dir;
  }

  private static byte[] artifact(double intercept, int inputs, Flaw flaw) {
    String coefficients =
        flaw == Flaw.NAN_OUTPUT
            ? "1e308,-1e308"
            : IntStream.range(0, inputs)
                .mapToObj(i -> i == 0 ? "1.0" : "0.0")
                .collect(Collectors.joining(","));
    byte[] bytes =
        "{\"coefficients\":[[%s]],\"intercepts\":[%s]}"
            .formatted(coefficients, intercept)
            .getBytes(StandardCharsets.UTF_8);
    return flaw == Flaw.TRUNCATED ? Arrays.copyOf(bytes, bytes.length / 2) : bytes;
  }
}
