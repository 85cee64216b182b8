"""How the shipped models are made: windows, inputs, hyper-parameters. The tree model's own recipe
stands in `vfr models train`, which trains it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from vfrtrain.fitting import Schedule
from vfrtrain.nets import LstmReturn, VolatilityTransformer
from vfrtrain.splits import Plan

PLAN = Plan(
    fold_starts=(date(2013, 9, 30), date(2013, 12, 31), date(2014, 3, 31)),
    train_until=date(2014, 6, 30),
    calibrate_until=date(2014, 12, 31),
    test_years=(2015, 2016),
)

#: Bars that a network reads.
SEQUENCE_LENGTH = 32

#: A move of more volatilities is an event that no bar announces: cut off, for training only.
STANDARDIZED_MAX = 4.0

#: Nominal coverages of the intervals that are measured.
COVERAGES = (0.8, 0.9)

SELF_TESTS = 8
SELF_TEST_TOLERANCE = 1e-6
SELF_TEST_TOLERANCE_NET = 1e-5

LSTM_ID = "momentum-lstm-v3"
TREES_ID = "mean-reversion-xgb-v2"
VOLATILITY_ID = "volatility-transformer-v1"
META_ID = "ensemble-meta-v4"


@dataclass(frozen=True)
class LstmRecipe:
    """`seed` fixes the first weights, the dropout and the order of the rows."""

    id: str = LSTM_ID
    version: str = "3.1.0"
    inputs: tuple[str, ...] = LstmReturn.FEATURES
    required: tuple[str, ...] = ("volatility_20d", "rsi_14", "macd_histogram_pct")
    hidden: int = 32
    dropout: float = 0.2
    schedule: Schedule = Schedule(epochs=5, batch=512, rate_max=3e-3, decay=0.05)
    seed: int = 20_140_701


@dataclass(frozen=True)
class VolatilityRecipe:
    id: str = VOLATILITY_ID
    version: str = "1.1.0"
    inputs: tuple[str, ...] = VolatilityTransformer.FEATURES
    required: tuple[str, ...] = ("volatility_20d", "atr_14_pct", "rsi_14")
    width: int = 32
    heads: int = 2
    layers: int = 2
    inner: int = 64
    dropout: float = 0.1
    schedule: Schedule = Schedule(epochs=4, batch=512, rate_max=2e-3, decay=0.05)
    seed: int = 20_140_702


@dataclass(frozen=True)
class MetaRecipe:
    """`masked` is the share of training rows in which an output of a base is taken away, base by base:
    a base that failed is then something that the model has seen."""

    id: str = META_ID
    version: str = "4.0.0"
    bases: tuple[str, ...] = (LSTM_ID, TREES_ID, VOLATILITY_ID)
    context: tuple[str, ...] = ("volatility_20d", "vix", "rsi_14")
    required: tuple[str, ...] = ("volatility_20d",)
    rounds: int = 30
    masked: float = 0.05
    seed: int = 20_140_703
    parameters: tuple[tuple[str, float | int | str], ...] = (
        ("objective", "regression"),
        ("num_leaves", 7),
        ("learning_rate", 0.03),
        ("min_data_in_leaf", 2000),
        ("bagging_fraction", 0.5),
        ("bagging_freq", 1),
        ("lambda_l2", 20),
    )

    @property
    def inputs(self) -> tuple[str, ...]:
        return tuple(f"model.{base}" for base in self.bases) + self.context


def feature_names(tree_inputs: tuple[str, ...]) -> tuple[str, ...]:
    """Every column that training reads."""
    needed = (
        LstmRecipe().inputs
        + LstmRecipe().required
        + VolatilityRecipe().inputs
        + VolatilityRecipe().required
        + MetaRecipe().context
        + tree_inputs
    )
    return tuple(dict.fromkeys(needed))
