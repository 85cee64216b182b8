"""The exported feature set: rows of (symbol, bar) with the features known then and the next bar's return.

Features are the stream's own: nothing here computes one. What is derived is bookkeeping: which rows
have a usable label, which symbols are kept out of training, and which rows precede a row.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

DAY_MILLIS = 86_400_000

#: A longer gap between two bars is a halt or a change of listing, not a next bar.
GAP_MILLIS_MAX = 7 * DAY_MILLIS

#: Below this a price does not move, and dividing by it means nothing.
SIGMA_MIN = 1e-4

#: One symbol in so many is never trained or calibrated on.
HELD_OUT_MODULUS = 5

KEY_COLUMNS = ("symbol", "ts", "label_ts", "label_return")


class FeatureSetError(ValueError):
    """A feature set that cannot be trained on; the message names what is wrong and what is allowed."""


def java_hash(text: str) -> int:
    """Java's String.hashCode: 31-polynomial over UTF-16 code units, as a signed 32-bit number."""
    units = text.encode("utf-16-be")
    value = 0
    for i in range(0, len(units), 2):
        value = (31 * value + (units[i] << 8 | units[i + 1])) & 0xFFFFFFFF
    return value - (1 << 32) if value >= 1 << 31 else value


def is_held_out(symbol: str) -> bool:
    """Whether a symbol is kept out of training altogether; the rule is the one of `vfr models train`."""
    return java_hash(symbol) % HELD_OUT_MODULUS == 0


@dataclass(frozen=True)
class FeatureSet:
    """Rows in order of (symbol, ts).

    All arrays have one entry per row, shape [N]; `features` has one such array per name (float64, NaN
    where missing). `label_return` is the simple return to the symbol's next bar, NaN where there is
    none; `sigma` is volatility_20d. `first` is the index of the first row of the row's symbol.
    """

    symbol: np.ndarray
    ts: np.ndarray
    label_ts: np.ndarray
    label_return: np.ndarray
    held_out: np.ndarray
    first: np.ndarray
    features: dict[str, np.ndarray]

    def __len__(self) -> int:
        return len(self.ts)

    @property
    def sigma(self) -> np.ndarray:
        return self.features["volatility_20d"]

    @property
    def day(self) -> np.ndarray:
        """The bar's day, whole days since the epoch, int64 [N]."""
        return self.ts // DAY_MILLIS

    def usable(self) -> np.ndarray:
        """Rows that can be learnt from or measured: a scale above zero and a next bar, bool [N]."""
        with np.errstate(invalid="ignore"):
            return (
                np.isfinite(self.label_return)
                & (self.label_ts - self.ts <= GAP_MILLIS_MAX)
                & (self.sigma >= SIGMA_MIN)
            )

    def has(self, names: tuple[str, ...]) -> np.ndarray:
        """Rows in which none of the named features is missing, bool [N]."""
        there = np.ones(len(self), dtype=bool)
        for name in names:
            there &= np.isfinite(self.features[name])
        return there

    def matrix(self, names: tuple[str, ...], rows: np.ndarray) -> np.ndarray:
        """The named features of some rows, float64 [len(rows), len(names)]."""
        return np.column_stack([self.features[name][rows] for name in names])

    def standardized(self) -> np.ndarray:
        """label_return / volatility_20d, [N]; NaN or infinite where the row is not usable."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return self.label_return / self.sigma


def read(file: Path, names: tuple[str, ...]) -> FeatureSet:
    """Reads the CSV or CSV.gz that `vfr features export` wrote, keeping the named features.

    Raises FeatureSetError if a column is missing, or a symbol's rows repeat a time.
    """
    wanted = list(dict.fromkeys(names + ("volatility_20d",)))
    header = list(pd.read_csv(file, nrows=0).columns)
    missing = [name for name in [*KEY_COLUMNS, *wanted] if name not in header]
    if missing:
        raise FeatureSetError(
            f"{file} has no column {', '.join(missing)}; "
            "it must be a feature set written by `vfr features export`"
        )
    frame = pd.read_csv(
        file,
        usecols=[*KEY_COLUMNS, *wanted],
        # A symbol may be called NA or NULL: only an empty cell is missing.
        keep_default_na=False,
        na_values=[""],
        dtype={"symbol": str, "ts": "int64", "label_ts": "float64", "label_return": "float64"}
        | {name: "float64" for name in wanted},
        float_precision="round_trip",
    )
    return from_frame(frame, tuple(wanted), str(file))


def from_frame(frame: pd.DataFrame, names: tuple[str, ...], source: str) -> FeatureSet:
    """The feature set of a frame with the key columns and the named features, in any order of rows."""
    if frame.empty:
        raise FeatureSetError(f"{source} has no rows")
    frame = frame.sort_values(["symbol", "ts"], kind="stable").reset_index(drop=True)
    if frame.duplicated(["symbol", "ts"]).any():
        again = frame[frame.duplicated(["symbol", "ts"])].iloc[0]
        raise FeatureSetError(
            f"{source} has two rows of symbol {again.symbol} at ts {again.ts}; one per bar is allowed"
        )
    symbol = frame["symbol"].to_numpy(dtype=object)
    _, first, inverse = np.unique(symbol.astype(str), return_index=True, return_inverse=True)
    held_out = np.array([is_held_out(s) for s in symbol[first]])
    return FeatureSet(
        symbol=symbol,
        ts=frame["ts"].to_numpy(dtype=np.int64),
        label_ts=frame["label_ts"].fillna(-1).to_numpy(dtype=np.int64),
        label_return=frame["label_return"].to_numpy(dtype=np.float64),
        held_out=held_out[inverse],
        first=first[inverse].astype(np.int64),
        features={name: frame[name].to_numpy(dtype=np.float64) for name in names},
    )


def sequence_index(rows: np.ndarray, first: np.ndarray, length: int) -> np.ndarray:
    """Which rows are the last `length` bars of each row, oldest first, int64 [len(rows), length].

    -1 stands for a bar before the symbol's first.
    """
    index = rows[:, None] + np.arange(1 - length, 1)[None, :]
    return np.where(index >= first[rows][:, None], index, -1)
