package io.vfr.models.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfr.models.OnnxModels;
import io.vfr.models.schema.FeatureSchema;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that is asked to stop still scores what it has taken in. */
class OnnxShutdownTest {
  private static final String SAID = "scored and loaded during shutdown";
  @TempDir private Path temp;

  @Test
  void scoreAndLoad_inAShutdownHook_stillWork() throws Exception {
    Path dir = OnnxModels.sequence("transformer").write(temp.resolve("model"));
    Path unpacked = Files.createDirectory(temp.resolve("tmp"));
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Djava.io.tmpdir=" + unpacked,
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                ScoringProcess.class.getName(),
                dir.toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(output).contains(SAID);
    assertThat(process.exitValue()).isZero();
    assertThat(unpacked).as("where the native library was unpacked").isEmptyDirectory();
  }

  static final class ScoringProcess {
    private ScoringProcess() {}

    public static void main(String[] args) throws Exception {
      Path dir = Path.of(args[0]);
      ModelLoader loader = new ModelLoader(FeatureSchema.current());
      LoadedModel model = loader.load(dir);
      Thread scoring = Thread.ofPlatform().daemon().start(() -> scoreFor(model, Long.MAX_VALUE));
      Runtime.getRuntime()
          .addShutdownHook(
              Thread.ofPlatform()
                  .unstarted(() -> {
                    // ONNX Runtime's own hook runs at the same time and needs microseconds.
                    scoreFor(model, TimeUnit.MILLISECONDS.toNanos(500));
                    try (LoadedModel another = loader.load(dir)) {
                      scoreFor(another, 1);
                    } catch (ModelRejectedException e) {
                      throw new IllegalStateException(e);
                    }
                    if (scoring.isAlive()) {
                      System.out.println(SAID);
                    }
                  }));
      System.exit(0);
    }

    private static boolean hasUnpackedFiles() {
      String[] files = new File(System.getProperty("java.io.tmpdir")).list();
      return files == null || files.length > 0;
    }

    private static void scoreFor(LoadedModel model, long nanos) {
      double[] rows = new double[LoadOptions.BATCH_ROWS * model.inputs()];
      double[] out = new double[LoadOptions.BATCH_ROWS];
      long begin = System.nanoTime();
      try (Scorer scorer = model.newScorer()) {
        do {
          scorer.score(rows, LoadOptions.BATCH_ROWS, out);
        } while (System.nanoTime() - begin < nanos);
      }
    }
  }
}
