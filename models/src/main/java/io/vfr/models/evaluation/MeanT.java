package io.vfr.models.evaluation;

/**
 * A mean and by how many of its standard errors it is away from zero, the values taken as
 * independent.
 *
 * @param mean NaN without a value
 * @param t NaN with fewer than two values or if they do not vary
 * @param count values that are not NaN
 */
public record MeanT(double mean, double t, int count) {
  /** Of the values that are not NaN. */
  public static MeanT of(double[] values) {
    int count = 0;
    double sum = 0;
    for (double value : values) {
      if (!Double.isNaN(value)) {
        count++;
        sum += value;
      }
    }
    double mean = sum / count;
    double squares = 0;
    for (double value : values) {
      if (!Double.isNaN(value)) {
        squares += (value - mean) * (value - mean);
      }
    }
    double error = count < 2 ? 0 : Math.sqrt(squares / (count - 1) / count);
    return new MeanT(count == 0 ? Double.NaN : mean, error > 0 ? mean / error : Double.NaN, count);
  }
}
