package io.vfr.streams.ops.view;

/**
 * What a chart shows of one prediction.
 *
 * @param ts event time, epoch milliseconds
 * @param expectedReturn a fraction
 * @param lower lower end of the interval; NaN if none was stated
 * @param upper upper end of the interval; NaN if none was stated
 * @param score consensus, 0..100
 */
public record PredictionPoint(
    long ts, double expectedReturn, double lower, double upper, double score) {}
