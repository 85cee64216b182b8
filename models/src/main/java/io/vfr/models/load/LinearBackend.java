package io.vfr.models.load;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vfr.models.manifest.Task;
import io.vfr.models.trees.Attribution;
import io.vfr.models.trees.Softmax;
import java.io.IOException;

/**
 * A generalized linear model: {@code {"coefficients": [[…], …], "intercepts": […]}}, one row of
 * coefficients per output; the link is the identity, the logistic function or softmax by task.
 */
final class LinearBackend implements Backend {
  private static final ObjectMapper JSON = new ObjectMapper();
  private final double[][] coefficients;
  private final double[] intercepts;
  private final Task task;

  private LinearBackend(double[][] coefficients, double[] intercepts, Task task) {
    this.coefficients = coefficients;
    this.intercepts = intercepts;
    this.task = task;
  }

  static LinearBackend load(byte[] artifact, Task task) throws ModelRejectedException {
    try {
      JsonNode root = JSON.readTree(artifact);
      double[] intercepts = numbers(root.path("intercepts"), "intercepts");
      JsonNode rows = root.path("coefficients");
      if (!rows.isArray() || rows.size() != intercepts.length || intercepts.length == 0) {
        throw unreadable("coefficients and intercepts must have one entry per output");
      }
      double[][] coefficients = new double[intercepts.length][];
      for (int o = 0; o < intercepts.length; o++) {
        coefficients[o] = numbers(rows.get(o), "coefficients[" + o + "]");
        if (coefficients[o].length != coefficients[0].length) {
          throw unreadable("the rows of coefficients differ in length");
        }
      }
      return new LinearBackend(coefficients, intercepts, task);
    } catch (JsonProcessingException e) {
      throw unreadable("the artifact is not JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw unreadable("the artifact cannot be read: " + e.getMessage());
    }
  }

  private static double[] numbers(JsonNode array, String field) throws ModelRejectedException {
    double[] values = new double[array.size()];
    for (int i = 0; i < values.length; i++) {
      if (!array.isArray()
          || !array.get(i).isNumber()
          || !Double.isFinite(array.get(i).asDouble())) {
        throw unreadable(field + " must be an array of finite numbers");
      }
      values[i] = array.get(i).asDouble();
    }
    return values;
  }

  private static ModelRejectedException unreadable(String message) {
    return new ModelRejectedException(RejectionReason.UNREADABLE_ARTIFACT, message);
  }

  @Override
  public int inputs() {
    return coefficients[0].length;
  }

  @Override
  public int outputs() {
    return intercepts.length;
  }

  @Override
  public long memoryBytes() {
    return (long) Double.BYTES * outputs() * (inputs() + 1);
  }

  @Override
  public Kernel newKernel() {
    return new LinearKernel();
  }

  /** Weight times value: what paths and Shapley values (against inputs of 0) agree on here. */
  @Override
  public Attribution newAttribution(double[] outputWeights) {
    return attribution(outputWeights, "path");
  }

  @Override
  public Attribution newExactAttribution(double[] outputWeights) {
    return attribution(outputWeights, "shap");
  }

  private Attribution attribution(double[] outputWeights, String method) {
    double[] weights = new double[inputs()];
    double bias = 0;
    for (int o = 0; o < outputs(); o++) {
      bias += outputWeights[o] * intercepts[o];
      for (int i = 0; i < weights.length; i++) {
        weights[i] += outputWeights[o] * coefficients[o][i];
      }
    }
    double total = bias;
    return new Attribution() {
      @Override
      public void contributions(double[] row, double[] out) {
        for (int i = 0; i < weights.length; i++) {
          out[i] = weights[i] * row[i];
        }
      }

      @Override
      public String method() {
        return method;
      }

      @Override
      public double bias() {
        return total;
      }

      @Override
      public int rowsPerCall() {
        return 0;
      }
    };
  }

  @Override
  public void close() {
    // Nothing outside the heap.
  }

  private final class LinearKernel implements Kernel {
    @Override
    public void score(double[] rows, int rowCount, double[] out) {
      int outputs = outputs();
      for (int r = 0; r < rowCount; r++) {
        for (int o = 0; o < outputs; o++) {
          double sum = intercepts[o];
          for (int i = 0; i < inputs(); i++) {
            sum += coefficients[o][i] * rows[r * inputs() + i];
          }
          out[r * outputs + o] = sum;
        }
        switch (task) {
          case REGRESSION -> {}
          case BINARY -> out[r] = 1 / (1 + StrictMath.exp(-out[r]));
          case MULTICLASS -> Softmax.apply(out, r * outputs, outputs);
        }
      }
    }

    @Override
    public void close() {
      // Nothing outside the heap.
    }
  }
}
