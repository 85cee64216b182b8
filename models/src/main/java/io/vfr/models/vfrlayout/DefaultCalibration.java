package io.vfr.models.vfrlayout;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vfr.models.Direction;
import io.vfr.models.manifest.CalibrationData;
import io.vfr.models.manifest.Task;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * The calibration of a model about whose errors nothing is known: what next-day returns were, in
 * volatilities, of {@link #symbols} US shares in 2013 and 2014, their mean taken off. A model
 * without skill has exactly these errors around a forecast of zero. Made by {@code
 * models/src/test/python/default_calibration.py}.
 */
final class DefaultCalibration {
  private static final JsonNode DATA = read();

  private DefaultCalibration() {}

  private static JsonNode read() {
    try (InputStream in =
        DefaultCalibration.class.getResourceAsStream("default-calibration.json")) {
      if (in == null) {
        throw new IllegalStateException("default-calibration.json is not on the class path");
      }
      return new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static int symbols() {
    return DATA.get("symbols").intValue();
  }

  static int rows() {
    return DATA.get("rows").intValue();
  }

  /** First and last day, in words. */
  static String span() {
    return DATA.get("from").textValue() + " to " + DATA.get("to").textValue();
  }

  /** A binary classifier parts returns at zero; one of three classes at the neutral band. */
  static CalibrationData of(Task task, List<Direction> classes) {
    JsonNode means = DATA.get(task == Task.BINARY ? "signMeans" : "classMeans");
    JsonNode quantiles = DATA.get("residualQuantiles");
    double[] values = new double[quantiles.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = quantiles.get(i).doubleValue();
    }
    return new CalibrationData(
        DATA.get("neutralBand").doubleValue(),
        DATA.get("fallbackSigma").doubleValue(),
        values,
        classes.stream().mapToDouble(c -> means.get(c.name()).doubleValue()).toArray());
  }
}
