"""Measures of forecasts against what came. Pure functions of arrays; no figure here is rounded.

Arrays have one entry per row, shape [N]. Returns are simple returns, sigma and volatilities are in
the unit of volatility_20d (per bar), days are whole numbers. Figures that too few rows leave
unmeasured are NaN.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

#: Fewer symbols make no cross-section.
SYMBOLS_MIN = 5

#: RiskMetrics, Technical Document, 4th edition, 1996: the decay for daily data.
EWMA_DECAY = 0.94

DOWN, NEUTRAL, UP = 0, 1, 2


@dataclass(frozen=True)
class MeanT:
    """A mean over days and how many of its standard errors it is away from zero, days independent."""

    mean: float
    t: float
    days: int


def mean_t(values: np.ndarray) -> MeanT:
    """Mean, t and count of one value per day, NaN days left out."""
    values = values[np.isfinite(values)]
    if len(values) < 2:
        return MeanT(float(values.mean()) if len(values) else np.nan, np.nan, len(values))
    error = values.std(ddof=1) / np.sqrt(len(values))
    return MeanT(float(values.mean()), float(values.mean() / error) if error > 0 else np.nan, len(values))


def ranks(values: np.ndarray) -> np.ndarray:
    """Ranks from 1, ties sharing their mean rank, float64 [N]."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(counts) - (counts - 1) / 2)[inverse]


def spearman(a: np.ndarray, b: np.ndarray) -> float:
    """Spearman's rank correlation; NaN if either does not vary."""
    x = ranks(a) - (len(a) + 1) / 2
    y = ranks(b) - (len(b) + 1) / 2
    scale = np.sqrt((x * x).sum() * (y * y).sum())
    return float((x * y).sum() / scale) if scale > 0 else np.nan


def day_slices(day: np.ndarray) -> tuple[np.ndarray, list[slice]]:
    """A stable order by day, and where each day lies in it."""
    order = np.argsort(day, kind="stable")
    if not len(order):
        return order, []
    cuts = np.flatnonzero(np.diff(day[order])) + 1
    bounds = [0, *cuts.tolist(), len(order)]
    return order, [slice(a, b) for a, b in zip(bounds, bounds[1:])]


def rank_ic(day: np.ndarray, forecast: np.ndarray, realized: np.ndarray) -> MeanT:
    """Daily cross-sectional Spearman correlation between forecast and realized."""
    order, slices = day_slices(day)
    forecast, realized = forecast[order], realized[order]
    return mean_t(
        np.array(
            [
                spearman(forecast[s], realized[s])
                for s in slices
                if s.stop - s.start >= SYMBOLS_MIN
            ]
        )
    )


def hit_rate(forecast: np.ndarray, realized: np.ndarray) -> float:
    """Share of forecasts with the sign of what came; rows without a move or a forecast left out."""
    signed = (forecast != 0) & (realized != 0)
    if not signed.any():
        return np.nan
    return float((np.sign(forecast[signed]) == np.sign(realized[signed])).mean())


def rmse(forecast: np.ndarray, realized: np.ndarray) -> float:
    """Root mean square of realized - forecast."""
    return float(np.sqrt(np.mean((realized - forecast) ** 2))) if len(realized) else np.nan


def outcome(standardized: np.ndarray, band: float) -> np.ndarray:
    """The direction that a return took: UP above the band, DOWN below, else NEUTRAL; int [N]."""
    return np.where(standardized > band, UP, np.where(standardized < -band, DOWN, NEUTRAL))


def brier(probabilities: np.ndarray, came: np.ndarray) -> float:
    """Mean over rows of the summed squared differences; probabilities [N, 3] (G. Brier, 1950)."""
    return float(((probabilities - np.eye(3)[came]) ** 2).sum(axis=1).mean())


def reliability_error(stated: np.ndarray, came: np.ndarray, bins: int = 10) -> float:
    """Mean over equally filled bins of |mean stated probability - share that came|."""
    order = np.argsort(stated, kind="stable")
    parts = [part for part in np.array_split(order, bins) if len(part)]
    return float(np.mean([abs(stated[part].mean() - came[part].mean()) for part in parts]))


def qlike_loss(sigma: np.ndarray, realized: np.ndarray) -> np.ndarray:
    """ln(sigma²) + realized² / sigma², [N]: least in expectation for the true variance.

    A. Patton, "Volatility forecast comparison using imperfect volatility proxies", 2011: the order of
    forecasts by it is the same whether squared returns or the true variances are put in.
    """
    return 2 * np.log(sigma) + (realized / sigma) ** 2


def qlike_gain(
    day: np.ndarray, sigma: np.ndarray, baseline: np.ndarray, realized: np.ndarray
) -> MeanT:
    """By how much a forecast's QLIKE is lower than a baseline's: mean of days' means, and its t.

    That t is the statistic of F. Diebold and R. Mariano, "Comparing predictive accuracy", 1995, over
    days, because the rows of one day are not independent.
    """
    gain = qlike_loss(baseline, realized) - qlike_loss(sigma, realized)
    order, slices = day_slices(day)
    gain = gain[order]
    return mean_t(np.array([gain[s].mean() for s in slices]))


def ewma_volatility(log_return: np.ndarray, first: np.ndarray) -> np.ndarray:
    """RiskMetrics volatility after each bar, [N]; a symbol's first 20 returns seed it.

    Rows are in order of symbol and time, `first` is the index of the symbol's first row. NaN until
    the seed is complete.
    """
    squares = np.square(np.nan_to_num(log_return))
    out = np.full(len(squares), np.nan)
    seed_bars = 20
    for start in np.unique(first):
        end = start + np.count_nonzero(first == start)
        if end - start <= seed_bars:
            continue
        variance = squares[start + 1 : start + 1 + seed_bars].mean()
        out[start + seed_bars] = variance
        for i in range(start + seed_bars + 1, end):
            variance = EWMA_DECAY * variance + (1 - EWMA_DECAY) * squares[i]
            out[i] = variance
    return np.sqrt(out)
