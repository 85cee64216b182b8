package io.vfr.streams.scoring;

import io.vfr.models.Direction;
import io.vfr.models.load.Sha256;
import io.vfr.models.schema.FeatureSchema;
import io.vfr.models.train.LightGbmTrainer;
import io.vfr.models.train.TrainingMatrix;
import io.vfr.models.trees.LightGbmTrees;
import io.vfr.models.trees.Softmax;
import io.vfr.models.trees.TreeEnsemble;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;

/** A small LightGBM model of the direction's three classes, really trained, on made-up rows. */
final class TestClassifier {
  static final String ID = "direction-test";
  private static final List<String> INPUTS = List.of("rsi_14", "volatility_20d", "momentum_1d");
  private static final int ROWS = 600;
  private static final long SEED = 23;

  private TestClassifier() {}

  /** Trains it and writes its directory. */
  static Path write(Path parent) throws Exception {
    return write(parent, 12, Map.of("num_leaves", 7));
  }

  /** The same with trees so many and so deep that Shapley values take their time. */
  static Path writeCostly(Path parent) throws Exception {
    return write(parent, 60, Map.of("num_leaves", 300, "min_data_in_leaf", 1));
  }

  private static Path write(Path parent, int rounds, Map<String, Object> size) throws Exception {
    double[] rows = new double[ROWS * INPUTS.size()];
    double[] labels = new double[ROWS];
    Random random = new Random(SEED);
    for (int r = 0; r < ROWS; r++) {
      double rsi = 50 + 15 * random.nextGaussian();
      rows[r * 3] = random.nextInt(20) == 0 ? Double.NaN : rsi;
      rows[r * 3 + 1] = 0.02 * Math.exp(0.3 * random.nextGaussian());
      rows[r * 3 + 2] = 0.02 * random.nextGaussian();
      double pull = (50 - rsi) / 15 - 20 * rows[r * 3 + 2] + random.nextGaussian();
      labels[r] =
          (pull < -0.6 ? Direction.DOWN : pull > 0.6 ? Direction.UP : Direction.NEUTRAL).ordinal();
    }
    String text =
        LightGbmTrainer.train(
            new TrainingMatrix(rows, INPUTS.size(), labels), parameters(size), rounds, round -> {});
    Path directory = Files.createDirectories(parent.resolve(ID).resolve("1.0.0"));
    byte[] artifact = text.getBytes(StandardCharsets.UTF_8);
    Files.write(directory.resolve("model.txt"), artifact);
    Files.writeString(
        directory.resolve("manifest.json"), manifest(artifact, Arrays.copyOf(rows, 3), text));
    return directory;
  }

  private static Map<String, Object> parameters(Map<String, Object> size) {
    Map<String, Object> parameters = new HashMap<>(size);
    parameters.putAll(Map.of("objective", "multiclass", "num_class", 3, "seed", 1));
    return parameters;
  }

  private static String manifest(byte[] artifact, double[] input, String text) throws Exception {
    TreeEnsemble trees = LightGbmTrees.parse(text);
    double[] expected = new double[trees.outputs()];
    trees.margins(input, expected);
    Softmax.apply(expected, 0, expected.length);
    return """
    {"id":"%s","version":"1.0.0","algorithm":"lightgbm","kind":"direction","task":"multiclass",
     "target":"direction","horizon":"P1D","artifact":{"file":"model.txt","sha256":"%s"},
     "featureSchema":"%s","inputs":[%s],"required":["rsi_14","volatility_20d"],
     "missing":{"policy":"nan"},"classes":["DOWN","NEUTRAL","UP"],
     "selfTest":[{"inputs":%s,"expected":%s,"tolerance":1e-6}],"metrics":{"hitRate":0.52},
     "calibration":{"neutralBand":0.35,"fallbackSigma":0.02,"classMeans":[-0.9,0.0,0.9],
      "residualQuantiles":[-3.0,-1.0,0.0,1.0,3.0]}}
    """
        .formatted(
            ID,
            Sha256.hex(artifact),
            FeatureSchema.current().hash(),
            INPUTS.stream().map(name -> '"' + name + '"').collect(Collectors.joining(",")),
            Arrays.toString(input).replace("NaN", "null"),
            Arrays.toString(expected));
  }
}
