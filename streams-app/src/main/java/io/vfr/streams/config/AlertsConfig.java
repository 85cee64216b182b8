package io.vfr.streams.config;

/**
 * Where the alert rules draw their lines.
 *
 * @param strongConfidence confidence from which a directional consensus raises STRONG_SIGNAL, 0..1
 * @param volatilitySpikeRatio volatility by a bar's high-low range (Parkinson) over its 20-bar
 *     level that raises VOLATILITY_SPIKE
 * @param clearRatio fraction of a limit below which a raised condition clears (hysteresis), in (0,
 *     1]
 * @param coverageTolerance distance of the live from the nominal coverage of intervals that raises
 *     CALIBRATION_DRIFT
 * @param featureDrift population stability index of a feature that raises FEATURE_DRIFT
 * @param vitals limits of the instance's own health
 */
public record AlertsConfig(
    double strongConfidence,
    double volatilitySpikeRatio,
    double clearRatio,
    double coverageTolerance,
    double featureDrift,
    VitalsConfig vitals) {}
