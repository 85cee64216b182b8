"""From raw feature values to what a network is given; the stream does the same from the manifest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vfrtrain.dataset import FeatureSet, sequence_index


@dataclass(frozen=True)
class Preparation:
    """Per feature: what stands for a missing value, and mean and deviation of its z-score, [F] each."""

    names: tuple[str, ...]
    default: np.ndarray
    mean: np.ndarray
    std: np.ndarray

    @staticmethod
    def measure(data: FeatureSet, names: tuple[str, ...], rows: np.ndarray) -> Preparation:
        """From the training rows; a missing value becomes the mean, and so a z-score of 0."""
        values = raw_table(data, names)[rows].astype(np.float64)
        mean = np.nanmean(values, axis=0)
        return Preparation(names, mean, mean, np.nanstd(values, axis=0))


def raw_table(data: FeatureSet, names: tuple[str, ...]) -> np.ndarray:
    """The named features of all rows, float32 [N, F], NaN where missing.

    float32, because the stream keeps the bars of its sequences in that precision.
    """
    return np.column_stack([data.features[name].astype(np.float32) for name in names])


def prepared(raw: np.ndarray, preparation: Preparation) -> np.ndarray:
    """z-scores of raw values [..., F] as the stream makes them: in double, then float32."""
    values = raw.astype(np.float64)
    known = np.where(np.isfinite(values), values, preparation.default)
    return ((known - preparation.mean) / preparation.std).astype(np.float32)


@dataclass(frozen=True)
class Sequences:
    """The last `length` bars of any row, from one table of bars.

    `table` is float32 [N + 1, F], z-scores; its last row stands for a bar before the symbol's first.
    """

    table: np.ndarray
    first: np.ndarray
    length: int

    @staticmethod
    def of(data: FeatureSet, preparation: Preparation, length: int) -> Sequences:
        bars = prepared(raw_table(data, preparation.names), preparation)
        absent = prepared(np.full((1, len(preparation.names)), np.nan), preparation)
        return Sequences(np.vstack([bars, absent]), data.first, length)

    def index(self, rows: np.ndarray) -> np.ndarray:
        """Indices into the table, int64 [len(rows), length]."""
        index = sequence_index(rows, self.first, self.length)
        return np.where(index < 0, len(self.table) - 1, index)

    def batch(self, rows: np.ndarray) -> np.ndarray:
        """The network's input for some rows, float32 [len(rows), length, F]."""
        return self.table[self.index(rows)]


def raw_sequences(data: FeatureSet, names: tuple[str, ...], rows: np.ndarray, length: int) -> np.ndarray:
    """The last bars of some rows as the stream hands them to a model: raw, float64 [R, length, F].

    NaN where a value or a whole bar is missing.
    """
    table = np.vstack([raw_table(data, names), np.full((1, len(names)), np.nan, np.float32)])
    index = sequence_index(rows, data.first, length)
    return table[index].astype(np.float64)
