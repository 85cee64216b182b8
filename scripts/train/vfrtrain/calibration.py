"""What turns an output into a forecast with probabilities and an interval, as the stream does it.

The same mathematics as io.vfr.models.calibration: a forecast plus the residuals of earlier
out-of-sample forecasts, kept as quantiles, is the predictive distribution.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

#: Half width of NEUTRAL in volatilities: makes the three classes about equally frequent.
NEUTRAL_BAND = 0.35

#: Quantiles in a manifest, at evenly spaced probabilities from 0 to 1.
QUANTILES = 101

#: Digits kept of what a manifest states: more than the figures are worth would hide what matters.
DIGITS = 6


@dataclass(frozen=True)
class Calibration:
    """`residual_quantiles` are those of (realized - forecast) / scale, scale being volatility_20d for
    a return model and its own forecast for a volatility model; `fallback_sigma` is in the unit of
    volatility_20d."""

    residual_quantiles: np.ndarray
    fallback_sigma: float

    @staticmethod
    def measure(residuals: np.ndarray, sigma: np.ndarray) -> Calibration:
        """From standardized residuals of calibration rows and the volatilities of training rows."""
        probabilities = np.linspace(0, 1, QUANTILES)
        return Calibration(
            np.round(np.quantile(residuals, probabilities), DIGITS),
            round(float(np.median(sigma)), DIGITS),
        )

    def quantile(self, probability: float) -> float:
        """The residual below which a share of the distribution lies."""
        return float(
            np.interp(probability, np.linspace(0, 1, len(self.residual_quantiles)), self.residual_quantiles)
        )

    def cumulative(self, x: np.ndarray) -> np.ndarray:
        """The share of the distribution at or below x, [N]; 0 and 1 beyond its ends."""
        quantiles = self.residual_quantiles
        shares = np.linspace(0, 1, len(quantiles))
        return np.where(x < quantiles[0], 0.0, np.interp(x, quantiles, shares))

    def probabilities(self, standardized: np.ndarray, band: np.ndarray | float) -> np.ndarray:
        """P(down), P(neutral), P(up), [N, 3].

        `standardized` is the forecast, `band` the half width of NEUTRAL, both in units of the scale.
        """
        up = 1 - self.cumulative(band - standardized)
        down = self.cumulative(-band - standardized)
        return np.column_stack([down, 1 - up - down, up])

    def interval(
        self, forecast: np.ndarray, scale: np.ndarray, coverage: float
    ) -> tuple[np.ndarray, np.ndarray]:
        """Lower and upper end, [N] each, simple returns."""
        lower = self.quantile((1 - coverage) / 2)
        upper = self.quantile((1 + coverage) / 2)
        return forecast + scale * lower, forecast + scale * upper
