"""What a model's outputs are worth: the figures of its card, per window and group of symbols."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vfrtrain import skill, splits
from vfrtrain.calibration import NEUTRAL_BAND, Calibration
from vfrtrain.dataset import FeatureSet
from vfrtrain.recipes import COVERAGES
from vfrtrain.splits import Plan

CALIBRATION = "calibration"


@dataclass(frozen=True)
class Segment:
    """Some rows, by a short key for metrics and a title for tables; `rows` are indices."""

    key: str
    title: str
    rows: np.ndarray


@dataclass(frozen=True)
class Baselines:
    """What everybody can have: volatilities [N], and what comparing with them needs.

    The factors make a baseline right on average over the training rows: a fairer opponent. `base_rates`
    are the shares of DOWN, NEUTRAL and UP there.
    """

    ewma: np.ndarray
    last_factor: float
    ewma_factor: float
    base_rates: np.ndarray

    @staticmethod
    def of(data: FeatureSet, plan: Plan) -> Baselines:
        training = np.flatnonzero(
            data.usable() & ~data.held_out & splits.until(data, plan.train_until)
        )
        ewma = skill.ewma_volatility(data.features["log_return_1d"], data.first)
        realized = data.label_return[training]
        known = np.isfinite(ewma[training])
        came = skill.outcome(data.standardized()[training], NEUTRAL_BAND)
        return Baselines(
            ewma=ewma,
            last_factor=float(np.sqrt(np.mean((realized / data.sigma[training]) ** 2))),
            ewma_factor=float(
                np.sqrt(np.mean((realized[known] / ewma[training][known]) ** 2))
            ),
            base_rates=np.bincount(came, minlength=3) / len(came),
        )


def segments(data: FeatureSet, plan: Plan, scored: np.ndarray) -> list[Segment]:
    """The windows after training, by group of symbols; only usable rows that are scored."""
    usable = data.usable() & scored
    found = []
    for held_out, group in ((False, "trained"), (True, "neverTrained")):
        symbols = "symbols trained on" if not held_out else "symbols never trained on"
        windows = [
            (
                CALIBRATION,
                f"{plan.train_until:%Y-%m-%d} to {plan.calibrate_until:%Y-%m-%d} (calibration)",
                splits.between(data, plan.train_until, plan.calibrate_until),
            )
        ]
        windows += [
            (f"test{year}", f"{year} (test)", splits.in_year(data, year))
            for year in plan.test_years
        ]
        for key, title, window in windows:
            rows = np.flatnonzero(usable & window & (data.held_out == held_out))
            if len(rows):
                found.append(Segment(f"{key}.{group}", f"{title}, {symbols}", rows))
    return found


def walk_forward(data: FeatureSet, plan: Plan, scored: np.ndarray) -> Segment:
    """The out-of-fold rows of the training window."""
    window = np.zeros(len(data), dtype=bool)
    for fold in plan.folds():
        window |= splits.between(data, fold.train_until, fold.score_until)
    return Segment(
        "walkForward.trained",
        f"{plan.fold_starts[0]:%Y-%m-%d} to {plan.train_until:%Y-%m-%d} (walk forward), symbols trained on",
        np.flatnonzero(data.usable() & scored & window & ~data.held_out),
    )


def return_skill(
    data: FeatureSet,
    rows: np.ndarray,
    output: np.ndarray,
    calibration: Calibration,
    baselines: Baselines,
) -> dict[str, float]:
    """Figures of a model whose output is a standardized return; `output` is [N], read at `rows`."""
    day, sigma, realized = data.day[rows], data.sigma[rows], data.label_return[rows]
    standardized = output[rows]
    forecast = standardized * sigma
    came = skill.outcome(realized / sigma, NEUTRAL_BAND)
    stated = calibration.probabilities(standardized, NEUTRAL_BAND)
    ic = skill.rank_ic(day, forecast, realized)
    rmse, zero = skill.rmse(forecast, realized), skill.rmse(np.zeros(len(rows)), realized)
    figures = {
        "rows": len(rows),
        "days": ic.days,
        "rankIc": ic.mean,
        "rankIcT": ic.t,
        "hitRate": skill.hit_rate(forecast, realized),
        "rmse": rmse,
        "rmseZero": zero,
        "gainOverZero": 1 - (rmse / zero) ** 2,
        "brier": skill.brier(stated, came),
        "brierBaseRates": skill.brier(np.tile(baselines.base_rates, (len(rows), 1)), came),
        "upReliabilityError": skill.reliability_error(stated[:, skill.UP], came == skill.UP),
    }
    for coverage in COVERAGES:
        lower, upper = calibration.interval(forecast, sigma, coverage)
        figures[f"coverage{100 * coverage:.0f}"] = float(
            ((realized >= lower) & (realized <= upper)).mean()
        )
    return figures


def volatility_skill(
    data: FeatureSet,
    rows: np.ndarray,
    output: np.ndarray,
    calibration: Calibration,
    baselines: Baselines,
) -> dict[str, float]:
    """Figures of a model whose output is a volatility; `output` is [N], read at `rows`."""
    rows = rows[np.isfinite(baselines.ewma[rows]) & (baselines.ewma[rows] > 0)]
    day, last, realized = data.day[rows], data.sigma[rows], data.label_return[rows]
    sigma, ewma = output[rows], baselines.ewma[rows]
    loss = skill.qlike_loss(sigma, realized)
    size = np.abs(realized)
    ic = skill.rank_ic(day, sigma, size)
    fair_last, fair_ewma = last * baselines.last_factor, ewma * baselines.ewma_factor
    figures = {
        "rows": len(rows),
        "days": ic.days,
        "qlike": float(loss.mean()),
        "qlikeLast": float(skill.qlike_loss(last, realized).mean()),
        "qlikeEwma": float(skill.qlike_loss(ewma, realized).mean()),
        "qlikeLastScaled": float(skill.qlike_loss(fair_last, realized).mean()),
        "qlikeEwmaScaled": float(skill.qlike_loss(fair_ewma, realized).mean()),
        "gainT": skill.qlike_gain(day, sigma, last, realized).t,
        "gainEwmaT": skill.qlike_gain(day, sigma, ewma, realized).t,
        "gainEwmaScaledT": skill.qlike_gain(day, sigma, fair_ewma, realized).t,
        "hitRate": float((loss < skill.qlike_loss(last, realized)).mean()),
        "hitRateScaled": float((loss < skill.qlike_loss(fair_last, realized)).mean()),
        "rankIc": ic.mean,
        "rankIcLast": skill.rank_ic(day, last, size).mean,
        "rankIcEwma": skill.rank_ic(day, ewma, size).mean,
        "varianceRatio": float(((realized / sigma) ** 2).mean()),
    }
    for coverage in COVERAGES:
        lower, upper = calibration.interval(np.zeros(len(rows)), sigma, coverage)
        figures[f"coverage{100 * coverage:.0f}"] = float(
            ((realized >= lower) & (realized <= upper)).mean()
        )
    return figures
