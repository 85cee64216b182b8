package io.vfr.chaos.swaps;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vfr.chaos.oracle.Version;
import io.vfr.models.load.LoadedModel;
import io.vfr.models.load.ModelLoader;
import io.vfr.models.load.ModelRejectedException;
import io.vfr.models.load.Scorer;
import io.vfr.models.load.Sha256;
import io.vfr.models.manifest.Manifest;
import io.vfr.models.manifest.Normalizer;
import io.vfr.models.registry.ModelDirectory;
import io.vfr.models.registry.ModelRegistry;
import io.vfr.models.schema.FeatureSchema;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/**
 * Makes new versions of the models that ship: good ones that say something else than every other
 * version, and one of every flaw.
 */
final class ModelForge implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final double GOLDEN = 0.6180339887498949;

  /** Many turns of a loop: some 200 ms of work. */
  private static final double MANY_TURNS = 1_000_000;

  private static final double ENDLESS = 1e15;

  private final Path work;
  private final Map<String, Version> shipped = new TreeMap<>();
  private final Map<String, LoadedModel> loaded = new TreeMap<>();

  /**
   * Loads what ships.
   *
   * @param registry {@code <id>/<version>/manifest.json}
   * @param work where new versions go
   */
  ModelForge(Path registry, Path work) throws IOException, ModelRejectedException {
    this.work = work;
    ModelLoader loader = new ModelLoader(FeatureSchema.current());
    for (ModelDirectory directory : new ModelRegistry(registry).scan().models()) {
      // The newest version of each comes first.
      if (!shipped.containsKey(directory.id())) {
        LoadedModel model = loader.load(directory.path());
        loaded.put(directory.id(), model);
        shipped.put(
            directory.id(),
            new Version(
                directory.id(), directory.version().toString(), model.digest(), directory.path()));
      }
    }
    if (shipped.isEmpty()) {
      throw new IOException(registry + " holds no model");
    }
  }

  /** What ships, by id. */
  Map<String, Version> shipped() {
    return Map.copyOf(shipped);
  }

  /** The ids, in order. */
  List<String> ids() {
    return List.copyOf(shipped.keySet());
  }

  /**
   * A good version that differs a little in all that it says.
   *
   * @param number makes the version and the difference
   */
  Version good(String id, int number) throws IOException {
    Draft draft = new Draft(id, number);
    draft.vary((number * GOLDEN % 1) * 2 - 1);
    return draft.write();
  }

  /** A version with a flaw. Truncated archives have whole directories. */
  Version bad(String id, int number, Flaw flaw) throws IOException {
    Draft draft = new Draft(id, number);
    switch (flaw) {
      case TRUNCATED_ARCHIVE -> {}
      case BAD_HASH -> draft.statedSha256 = "0".repeat(64);
      case WRONG_SCHEMA -> draft.manifest.put("featureSchema", "1".repeat(64));
      case TRUNCATED_ARTIFACT ->
          draft.artifact = Arrays.copyOf(draft.artifact, draft.artifact.length / 2);
      case NAN_OUTPUT -> draft.graph("root", new double[] {-1, -2}, 0);
      case SLOW -> {
        double turns = number % 2 == 0 ? MANY_TURNS : ENDLESS;
        draft.graph("loop", new double[] {turns, 2}, turns + 2);
      }
      case THROWING -> draft.graph("gather", new double[] {1, 9}, 1);
    }
    return draft.write();
  }

  /** A version under construction; at first it is the one that ships with another number. */
  private final class Draft {
    final String id;
    final String version;
    final ObjectNode manifest;
    byte[] artifact;
    String statedSha256 = "";

    Draft(String id, int number) throws IOException {
      this.id = id;
      Version base = base(id);
      version = base.version().replaceFirst("\\..*", "") + ".1000." + number;
      manifest = (ObjectNode) JSON.readTree(base.dir().resolve(ModelLoader.MANIFEST).toFile());
      manifest.put("version", version);
      artifact = Files.readAllBytes(base.dir().resolve(file()));
    }

    private String file() {
      return manifest.at("/artifact/file").asText();
    }

    /** Moves every output by a little. */
    void vary(double change) {
      switch (manifest.get("algorithm").asText()) {
        case "onnx" -> shiftInputs(change * 0.05);
        case "xgboost" -> {
          double base = (float) (change * 0.05);
          String text = new String(artifact, StandardCharsets.UTF_8);
          artifact =
              text.replaceFirst(
                      "\"base_score\":\"[^\"]*\"", "\"base_score\":\"" + (float) base + "\"")
                  .getBytes(StandardCharsets.UTF_8);
          shiftExpected(base);
        }
        case "lightgbm" -> {
          artifact = LightGbmText.shifted(artifact, change * 0.01);
          shiftExpected(change * 0.01);
        }
        default -> throw new IllegalStateException("no variation of " + manifest.get("algorithm"));
      }
    }

    private void shiftExpected(double by) {
      for (JsonNode test : manifest.get("selfTest")) {
        ArrayNode expected = (ArrayNode) test.get("expected");
        for (int i = 0; i < expected.size(); i++) {
          expected.set(i, expected.get(i).asDouble() + by);
        }
      }
    }

    /** Another mean in the normalizer; the expected outputs are those of the shipped model then. */
    private void shiftInputs(double by) {
      LoadedModel model = Objects.requireNonNull(loaded.get(id));
      Manifest original = model.manifest();
      Normalizer normalizer = Objects.requireNonNull(original.normalizer());
      ArrayNode mean = (ArrayNode) manifest.at("/normalizer/mean");
      for (int i = 0; i < mean.size(); i++) {
        mean.set(i, normalizer.mean()[i] + by * normalizer.std()[i]);
      }
      double[] out = new double[model.outputs()];
      try (Scorer scorer = model.newScorer()) {
        for (JsonNode test : manifest.get("selfTest")) {
          double[] row = new double[model.inputs()];
          for (int i = 0; i < row.length; i++) {
            JsonNode x = test.get("inputs").get(i);
            double known =
                x.isNumber()
                    ? x.asDouble()
                    : original.missing().valueFor(original.inputNames().get(i));
            row[i] = known - by * normalizer.std()[i % normalizer.size()];
          }
          scorer.score(row, 1, out);
          ArrayNode expected = (ArrayNode) test.get("expected");
          for (int i = 0; i < out.length; i++) {
            expected.set(i, out[i]);
          }
        }
      }
    }

    /** Makes it a graph of two features. */
    void graph(String name, double[] inputs, double expected) throws IOException {
      artifact = resource(name + ".onnx");
      manifest.remove(List.of("sequence", "normalizer", "reference", "fallback"));
      manifest.put("algorithm", "onnx");
      manifest.putArray("inputs").add("rsi_14").add("volatility_20d");
      manifest.putArray("required").add("rsi_14");
      manifest.putObject("missing").put("policy", "default").put("value", 0.0);
      ObjectNode test = manifest.putArray("selfTest").addObject();
      for (double input : inputs) {
        test.withArray("inputs").add(input);
      }
      test.withArray("expected").add(expected);
      test.put("tolerance", 0.01);
    }

    Version write() throws IOException {
      String sha256 = statedSha256.isEmpty() ? Sha256.hex(artifact) : statedSha256;
      ((ObjectNode) manifest.get("artifact")).put("sha256", sha256);
      byte[] bytes = JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(manifest);
      Path dir = Files.createDirectories(work.resolve(id).resolve(version));
      Files.write(dir.resolve(ModelLoader.MANIFEST), bytes);
      Files.write(dir.resolve(file()), artifact);
      return new Version(id, version, Sha256.hex(bytes), dir);
    }
  }

  private Version base(String id) {
    Version base = shipped.get(id);
    if (base == null) {
      throw new IllegalArgumentException("there is no " + id + " among " + Set.copyOf(ids()));
    }
    return base;
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = ModelForge.class.getResourceAsStream(name)) {
      return Objects.requireNonNull(in, name).readAllBytes();
    }
  }

  @Override
  public void close() {
    loaded.values().forEach(LoadedModel::close);
  }
}
