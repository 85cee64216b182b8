"""From trained models to directories: measured, described, written."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from vfrtrain import card as cards
from vfrtrain import committed, measure
from vfrtrain.calibration import Calibration
from vfrtrain.card import Card, Measured
from vfrtrain.committed import Model
from vfrtrain.dataset import FeatureSet
from vfrtrain.measure import Baselines, Segment
from vfrtrain.pipeline import Context, Trained
from vfrtrain.recipes import LSTM_ID, META_ID, TREES_ID, VOLATILITY_ID
from vfrtrain.splits import Plan

PURPOSES = {
    LSTM_ID: "Forecasts the return to the next daily bar, in units of the last 20 days' volatility, from the course "
    "of the last 32 bars.",
    TREES_ID: "Forecasts the return to the next daily bar, in units of the last 20 days' volatility, from how far a "
    "price has moved away from its own averages and bands.",
    VOLATILITY_ID: "Forecasts the volatility of the return to the next daily bar, in the unit of volatility_20d, from "
    "the last 32 bars: the scale of intervals and of probabilities.",
    META_ID: "Forecasts the return to the next daily bar, in units of the last 20 days' volatility, from the outputs of "
    "the other three models and what the market is like.",
}

LIMITS = [
    "Trained on 16 months of a calm, rising market (most series begin in February 2013). Other regimes, other bar "
    "lengths, asset classes or years are extrapolation; its horizon is one daily bar.",
    "The symbols are mostly companies that were index members late in the time covered: survivors.",
    "No trading costs are counted: forecasts as small as these are far below a spread.",
]

EXTRA_LIMITS = {
    LSTM_ID: [
        "How the hyper-parameters were chosen used the walk forward's figures, which are therefore flattering."
    ],
    TREES_ID: [
        "Market-wide inputs (vix, yield curve) have one value a day, so as many independent samples as there were "
        "days."
    ],
    VOLATILITY_ID: [
        "It knows no calendar: days on which a company reports look like any other beforehand.",
        "Its level was set in the second half of 2014: r²/σ̂² tells how far off it was later. The stream's adaptive "
        "intervals are there to make up for that.",
    ],
    META_ID: [
        "Nine months of out-of-fold outputs are few to learn weights from; where it is not better than its bases, it "
        "is because they say the same.",
        "Its bases in training were trained on less than the shipped ones.",
    ],
}


def is_volatility(model_id: str) -> bool:
    return model_id == VOLATILITY_ID


def columns(model_id: str) -> tuple[cards.Column, ...]:
    return cards.VOLATILITY_COLUMNS if is_volatility(model_id) else cards.RETURN_COLUMNS


def measured(
    model_id: str,
    data: FeatureSet,
    found: list[Segment],
    outputs: np.ndarray,
    calibration: Calibration,
    baselines: Baselines,
) -> list[Measured]:
    """The figures of every segment."""
    skill = measure.volatility_skill if is_volatility(model_id) else measure.return_skill
    return [Measured(s, skill(data, s.rows, outputs, calibration, baselines)) for s in found]


def measured_table(
    model_id: str,
    data: FeatureSet,
    plan: Plan,
    outputs: np.ndarray,
    calibration: Calibration,
    baselines: Baselines,
) -> tuple[str, list[Measured]]:
    """The table of a model's card, and the figures in it."""
    found = measure.segments(data, plan, np.isfinite(outputs))
    figures = measured(model_id, data, found, outputs, calibration, baselines)
    return cards.table(columns(model_id), figures), figures


def metrics(figures: list[Measured]) -> dict[str, float]:
    """What goes into the manifest: the calibration window's figures under their own names, for the ensemble to
    begin with, and those of the test years with their segment's name."""
    keys = ("rankIc", "rankIcT", "hitRate", "rmse", "rmseZero", "brier", "brierBaseRates", "coverage90")
    keys += ("qlike", "qlikeLast", "qlikeEwma", "hitRateScaled", "varianceRatio")
    found = {}
    for one in figures:
        kept = {key: one.figures[key] for key in keys if key in one.figures}
        if one.segment.key == f"{measure.CALIBRATION}.trained":
            found |= kept
        elif one.segment.key.startswith("test"):
            found |= {f"{one.segment.key}.{key}": value for key, value in kept.items()}
    return found


def publish(context: Context, trained: Trained, registry: Path, about_data: str) -> tuple[Model, str]:
    """Writes a model's directory; returns it as read back, and the table of its card."""
    data, plan, described = context.data, context.plan, trained.manifest
    baselines = context.baselines
    table, figures = measured_table(
        described.id, data, plan, trained.outputs, described.calibration, baselines
    )
    walked = measure.walk_forward(data, plan, np.isfinite(trained.outputs))
    described = replace(described, metrics=metrics(figures))
    in_words = cards.volatility_verdict if is_volatility(described.id) else cards.return_verdict
    walked_figures = []
    if len(walked.rows):
        walked_figures = measured(
            described.id, data, [walked], trained.outputs, described.calibration, baselines
        )
    inputs = (
        f"{described.length} bars of {', '.join(described.inputs)}"
        if described.length
        else ", ".join(described.inputs)
    )
    missing = "become the training mean" if described.preparation is not None else "stay missing"
    card = Card(
        described.id,
        described.version,
        PURPOSES[described.id],
        facts=[
            *trained.facts,
            f"Inputs: {inputs}. Missing values {missing}. Skipped without {', '.join(described.required)}.",
            f"Trained on {len(trained.training)} symbol-days from {described.window[0]} to {described.window[1]}. "
            + cards.held_out_fact(),
            f"Calibrated (residual quantiles) up to {plan.calibrate_until}, on symbols trained on. Hyper-parameters "
            "were chosen by the walk forward inside the training window; the test years had no say in anything. The "
            "shipped model is the one that was measured; it was not trained again on more data.",
        ],
        limits=[*LIMITS, *EXTRA_LIMITS[described.id]],
        columns=columns(described.id),
        legend=cards.VOLATILITY_LEGEND if is_volatility(described.id) else cards.RETURN_LEGEND,
    )
    text = cards.text(card, figures, walked_figures, in_words(figures), about_data)
    written = committed.write(registry, described.document(trained.artifact), trained.artifact, text)
    return written, table
