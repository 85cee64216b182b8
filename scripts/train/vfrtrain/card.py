"""MODEL_CARD.md: what a model is, how it was made, how well it does, its limits. Written by fixed rules,
so that no run can flatter itself."""

from __future__ import annotations

import math
from dataclasses import dataclass

from vfrtrain.calibration import NEUTRAL_BAND
from vfrtrain.dataset import HELD_OUT_MODULUS
from vfrtrain.measure import Segment

#: How a figure is shown: heading, key, format.
Column = tuple[str, str, str]

RETURN_COLUMNS: tuple[Column, ...] = (
    ("n", "rows", "d"),
    ("days", "days", "d"),
    ("rank IC", "rankIc", "+.4f"),
    ("t", "rankIcT", "+.1f"),
    ("hit rate", "hitRate", ".4f"),
    ("RMSE", "rmse", ".6f"),
    ("RMSE of zero", "rmseZero", ".6f"),
    ("gain over zero", "gainOverZero", "+.3%"),
    ("Brier", "brier", ".5f"),
    ("Brier of base rates", "brierBaseRates", ".5f"),
    ("P(up) off by", "upReliabilityError", ".4f"),
    ("80 % interval holds", "coverage80", ".3f"),
    ("90 % interval holds", "coverage90", ".3f"),
)

VOLATILITY_COLUMNS: tuple[Column, ...] = (
    ("n", "rows", "d"),
    ("days", "days", "d"),
    ("QLIKE", "qlike", ".4f"),
    ("of volatility_20d", "qlikeLast", ".4f"),
    ("of EWMA", "qlikeEwma", ".4f"),
    ("of volatility_20d, scaled", "qlikeLastScaled", ".4f"),
    ("of EWMA, scaled", "qlikeEwmaScaled", ".4f"),
    ("t against volatility_20d", "gainT", "+.1f"),
    ("t against EWMA, scaled", "gainEwmaScaledT", "+.1f"),
    ("better than volatility_20d", "hitRate", ".4f"),
    ("than it scaled", "hitRateScaled", ".4f"),
    ("rank IC with size", "rankIc", "+.4f"),
    ("of volatility_20d", "rankIcLast", "+.4f"),
    ("of EWMA", "rankIcEwma", "+.4f"),
    ("r²/σ̂²", "varianceRatio", ".3f"),
    ("80 % interval holds", "coverage80", ".3f"),
    ("90 % interval holds", "coverage90", ".3f"),
)

MEASURED_HERE = "The table is measured on the artifact beside this card. To measure it again:"

MADE_WITH = (
    "    scripts/train/run --data DIR\n\nSeeds are fixed and one thread is used: the same files on the same kind of "
    "processor give the same bytes. `scripts/train/digests.json` says which kind that was, and a run says how its own "
    "result compares."
)

RETURN_LEGEND = (
    "Rank IC: mean over days of Spearman's correlation across symbols between forecast and realized return; "
    "t: that mean over its standard error, days taken as independent. Hit rate: share of forecasts with the "
    "sign of the return. RMSE in returns; gain over zero: by how much the mean square is lower than that of "
    "always forecasting 0. Brier: sum over the three directions, band "
    f"{NEUTRAL_BAND} volatilities; base rates are those of the training rows. P(up) off by: mean over ten "
    "equally filled bins of the distance between the stated probability and the share that went up. "
    "Probabilities and intervals are those that the manifest's calibration gives."
)

VOLATILITY_LEGEND = (
    "QLIKE: mean of ln σ̂² + r²/σ̂², lower is better; of volatility_20d (last volatility) and of the "
    "RiskMetrics EWMA (decay 0.94) as they are, and scaled by one factor each that makes them right on "
    "average over the training rows. t: mean of the days' mean differences over its standard error "
    "(Diebold and Mariano, 1995), days taken as independent. Better: share of rows with a lower QLIKE than "
    "volatility_20d, and than volatility_20d scaled; most days are quieter than average, so a scale that is too low "
    "wins many rows by little and loses few by much. Rank IC with size: mean over days of Spearman's correlation across symbols between σ̂ "
    "and |r|. r²/σ̂²: 1 is right on average; above, the forecast is too low. Intervals are σ̂ times the "
    "calibrated residual quantiles."
)


@dataclass(frozen=True)
class Measured:
    """The figures of one segment."""

    segment: Segment
    figures: dict[str, float]


@dataclass(frozen=True)
class Card:
    """The parts of a card that differ from model to model. `facts` and `limits` are list items."""

    id: str
    version: str
    purpose: str
    facts: list[str]
    limits: list[str]
    columns: tuple[Column, ...]
    legend: str


def shown(value: float, style: str) -> str:
    """A figure, or a dash for what too few symbols or days leave unmeasured."""
    if not math.isfinite(value):
        return "–"
    return format(int(value) if style == "d" else value, style)


def table(columns: tuple[Column, ...], measured: list[Measured]) -> str:
    """A Markdown table, one line per segment."""
    lines = [
        "| rows | " + " | ".join(heading for heading, _, _ in columns) + " |",
        "|---" * (len(columns) + 1) + "|",
    ]
    for one in measured:
        cells = [shown(one.figures[key], style) for _, key, style in columns]
        lines.append(f"| {one.segment.title} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def return_verdict(measured: list[Measured]) -> str:
    """What the test rows of a return model's table show, in words."""
    tests = [m.figures for m in measured if m.segment.key.startswith("test")]
    significant = sum(f["rankIcT"] > 2 for f in tests)
    beats_zero = sum(f["rmse"] < f["rmseZero"] for f in tests)
    beats_base = sum(f["brier"] < f["brierBaseRates"] for f in tests)
    positive = sum(f["rankIc"] > 0 for f in tests)
    return (
        "In plain words: the skill is weak, as it is for anyone who forecasts tomorrow's return from "
        f"yesterday's prices. Of the {len(tests)} test rows of the table the rank IC is above zero in "
        f"{positive} and above twice its standard error in {significant}, the error is below that of always "
        f"forecasting zero in {beats_zero}, and the probabilities beat the base rates in {beats_base}. Treat "
        "its output as one small input, not as advice."
    )


def volatility_verdict(measured: list[Measured]) -> str:
    """What the test rows of a volatility model's table show, in words."""
    tests = [m.figures for m in measured if m.segment.key.startswith("test")]
    last = sum(f["qlike"] < f["qlikeLast"] and f["gainT"] > 2 for f in tests)
    ewma = sum(f["qlike"] < f["qlikeEwmaScaled"] and f["gainEwmaScaledT"] > 2 for f in tests)
    low = sum(f["varianceRatio"] > 1 for f in tests)
    return (
        f"In plain words: volatility can be forecast. Of the {len(tests)} test rows of the table its loss is "
        f"lower than volatility_20d's, by more than twice the standard error, in {last}, and lower than that "
        f"of the scaled EWMA, by as much, in {ewma}. It was too low on average in {low} of them. A single "
        "day's move still says little: nothing here tells when a company reports."
    )


def text(
    card: Card,
    measured: list[Measured],
    walked: list[Measured],
    verdict: str,
    about_data: str,
) -> str:
    """The whole card, Markdown."""
    command = f"scripts/train/report --features FILE --model {card.id}"
    parts = [
        f"# {card.id} {card.version}",
        card.purpose,
        "\n".join(f"- {fact}" for fact in card.facts),
        "## How well it does",
        table(card.columns, measured),
        card.legend,
        verdict,
        MEASURED_HERE,
        "    scripts/vfr features export --prices prices.csv.gz --fundamentals fundamentals.csv.gz \\\n"
        f"        --sentiment sentiment.csv.gz --macro macro.csv.gz --out FILE\n    {command}",
    ]
    if walked:
        parts += [
            "The walk forward inside the training window, by which the hyper-parameters were chosen, gave (each of "
            "its models was trained on what came before; they are not shipped):",
            table(card.columns, walked),
        ]
    parts += [
        "## Limits",
        "\n".join(f"- {limit}" for limit in card.limits),
        "## Data",
        about_data.strip(),
        "## Made with",
        MADE_WITH,
    ]
    return "\n\n".join(parts) + "\n"


def reexported(text: str, model_id: str, before: str, version: str, rows: int, difference: str) -> str:
    """The card of another version with the same weights: whose figures these are, and how far outputs differ."""
    title = f"# {model_id} {before}\n"
    facts = "\n\n## How well it does\n"
    parts = {
        title: f"# {model_id} {version}\n",
        facts: f"\n- Re-exported from {before}: the same weights in a graph that computes only what is read. All "
        f"figures of this card and of the manifest, calibration included, were measured on {before}. Over {rows} rows, "
        "the self-tests' and random ones up to far beyond what was trained on, no output differs from that of "
        f"{before} by more than {difference}.{facts}",
        MEASURED_HERE: f"The tables were measured on {before}. To measure the first on this artifact:",
        MADE_WITH: f"    scripts/train/run --data DIR\n    scripts/train/run --reexport DIR\n\nThe first trained "
        f"{before}, the second took its directory and wrote this one. The first would now write this version's graph "
        "at once. `scripts/train/digests.json` says on which kinds of processor that was.",
    }
    for old, new in parts.items():
        if text.count(old) != 1:
            raise ValueError(f"not once in the card: {old.strip()}")
        text = text.replace(old, new)
    return text


def held_out_fact() -> str:
    """The sentence about what was kept out of training; every card has it."""
    return (
        f"Every {HELD_OUT_MODULUS}th symbol (by hash) and everything later was kept out of training, and no label "
        "reaches past the end of a window."
    )
