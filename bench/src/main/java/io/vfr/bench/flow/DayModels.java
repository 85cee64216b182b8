package io.vfr.bench.flow;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.microsoft.ml.lightgbm.PredictionType;
import io.github.metarank.lightgbm4j.LGBMBooster;
import io.github.metarank.lightgbm4j.LGBMException;
import io.vfr.models.load.LightGbmNative;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;
import ml.dmlc.xgboost4j.java.XGBoostError;

/**
 * The shipped models through xgboost4j, lightgbm4j and ONNX Runtime, a record at a time, one thread
 * each: what their manifests say of inputs, normalisation and missing values is kept.
 */
final class DayModels {
  private static final ObjectMapper JSON = new ObjectMapper();

  private DayModels() {}

  /** The model of a version's directory, for one stream thread. */
  static DayModel open(Path version) throws IOException {
    JsonNode manifest = JSON.readTree(version.resolve("manifest.json").toFile());
    Path artifact = version.resolve(manifest.at("/artifact/file").asText());
    return switch (manifest.path("algorithm").asText()) {
      case "xgboost" -> new Xgboost(manifest, artifact);
      case "lightgbm" -> new LightGbm(manifest, artifact);
      case "onnx" -> new Onnx(manifest, artifact);
      default -> throw new IOException(version + " is of no algorithm that is known here");
    };
  }

  private static List<String> texts(JsonNode list) {
    List<String> texts = new ArrayList<>();
    list.forEach(each -> texts.add(each.asText()));
    return texts;
  }

  private static double[] row(
      List<String> inputs, Map<String, Double> features, Map<String, Double> outputs) {
    double[] row = new double[inputs.size()];
    for (int i = 0; i < row.length; i++) {
      String input = inputs.get(i);
      row[i] =
          input.startsWith("model.")
              ? outputs.getOrDefault(input.substring("model.".length()), Double.NaN)
              : features.getOrDefault(input, Double.NaN);
    }
    return row;
  }

  private static final class Xgboost implements DayModel {
    private final String id;
    private final List<String> inputs;
    private final Booster booster;

    Xgboost(JsonNode manifest, Path artifact) {
      id = manifest.path("id").asText();
      inputs = texts(manifest.path("inputs"));
      try {
        booster = XGBoost.loadModel(artifact.toString());
        booster.setParam("nthread", 1);
      } catch (XGBoostError e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public String id() {
      return id;
    }

    @Override
    public double score(List<Map<String, Double>> rows, Map<String, Double> outputs) {
      double[] values = row(inputs, rows.getLast(), outputs);
      float[] row = new float[values.length];
      for (int i = 0; i < row.length; i++) {
        row[i] = (float) values[i];
      }
      try {
        DMatrix matrix = new DMatrix(row, 1, row.length, Float.NaN);
        try {
          return booster.predict(matrix)[0][0];
        } finally {
          matrix.dispose();
        }
      } catch (XGBoostError e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public void close() {
      booster.dispose();
    }
  }

  private static final class LightGbm implements DayModel {
    private static final String ONE_THREAD = "num_threads=1";

    private final String id;
    private final List<String> inputs;
    private final LGBMBooster booster;

    LightGbm(JsonNode manifest, Path artifact) throws IOException {
      id = manifest.path("id").asText();
      inputs = texts(manifest.path("inputs"));
      LightGbmNative.ensureWrapperLoaded();
      try {
        booster = LGBMBooster.loadModelFromString(Files.readString(artifact));
      } catch (LGBMException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public String id() {
      return id;
    }

    @Override
    public double score(List<Map<String, Double>> rows, Map<String, Double> outputs) {
      double[] row = row(inputs, rows.getLast(), outputs);
      try {
        return booster
            .predictForMat(
                row, 1, row.length, true, PredictionType.C_API_PREDICT_NORMAL, ONE_THREAD)[0];
      } catch (LGBMException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public void close() {
      try {
        booster.close();
      } catch (LGBMException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private static final class Onnx implements DayModel {
    private final String id;
    private final List<String> features;
    private final int length;
    private final double[] mean;
    private final double[] deviation;
    private final double[] missing;
    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final OrtSession session;
    private final String input;

    Onnx(JsonNode manifest, Path artifact) {
      id = manifest.path("id").asText();
      features = texts(manifest.at("/sequence/features"));
      length = manifest.at("/sequence/length").asInt();
      mean = new double[features.size()];
      deviation = new double[features.size()];
      missing = new double[features.size()];
      for (int f = 0; f < mean.length; f++) {
        mean[f] = manifest.at("/normalizer/mean").path(f).asDouble();
        deviation[f] = manifest.at("/normalizer/std").path(f).asDouble();
        missing[f] = manifest.at("/missing/values").path(features.get(f)).asDouble();
      }
      try {
        OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        options.setIntraOpNumThreads(1);
        options.setInterOpNumThreads(1);
        session = environment.createSession(artifact.toString(), options);
        input = session.getInputNames().iterator().next();
      } catch (OrtException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public String id() {
      return id;
    }

    @Override
    public double score(List<Map<String, Double>> rows, Map<String, Double> outputs) {
      if (rows.size() < length) {
        return Double.NaN;
      }
      float[][][] sequence = new float[1][length][features.size()];
      for (int i = 0; i < length; i++) {
        Map<String, Double> row = rows.get(rows.size() - length + i);
        for (int f = 0; f < features.size(); f++) {
          double value = row.getOrDefault(features.get(f), Double.NaN);
          double known = Double.isNaN(value) ? missing[f] : value;
          sequence[0][i][f] = (float) (deviation[f] == 0 ? 0 : (known - mean[f]) / deviation[f]);
        }
      }
      try (OnnxTensor tensor = OnnxTensor.createTensor(environment, sequence);
          OrtSession.Result result = session.run(Map.of(input, tensor))) {
        return switch (result.get(0).getValue()) {
          case float[][] matrix -> matrix[0][0];
          case float[] vector -> vector[0];
          default -> throw new IllegalStateException(id + " gives no floats");
        };
      } catch (OrtException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public void close() {
      try {
        session.close();
      } catch (OrtException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
