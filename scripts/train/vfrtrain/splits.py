"""What may be learnt from when: the training window with its walk-forward folds, calibration, test.

No label reaches past a boundary (embargo of the horizon): a row belongs to a window only if the bar
that its label is taken from still lies in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np

from vfrtrain.dataset import FeatureSet


def millis_after(day: date) -> int:
    """The first millisecond after a day (UTC), since the epoch."""
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return int((start + timedelta(days=1)).timestamp() * 1000)


@dataclass(frozen=True)
class Fold:
    """One step of the walk forward: learn from rows up to `train_until`, score those up to `score_until`."""

    train_until: date
    score_until: date


@dataclass(frozen=True)
class Plan:
    """The boundaries, each the last day of its window.

    `fold_starts` are the last training days of the folds, ascending and inside the training window.
    """

    fold_starts: tuple[date, ...]
    train_until: date
    calibrate_until: date
    test_years: tuple[int, ...]

    def __post_init__(self) -> None:
        ordered = [*self.fold_starts, self.train_until, self.calibrate_until]
        if any(a >= b for a, b in zip(ordered, ordered[1:])):
            raise ValueError(f"windows must follow each other, got {ordered}")
        if any(year <= self.calibrate_until.year for year in self.test_years):
            raise ValueError(
                f"test years {self.test_years} must lie after the calibration window, "
                f"which ends {self.calibrate_until}"
            )

    def folds(self) -> list[Fold]:
        ends = [*self.fold_starts[1:], self.train_until]
        return [Fold(a, b) for a, b in zip(self.fold_starts, ends)]


def until(data: FeatureSet, day: date) -> np.ndarray:
    """Rows whose label is known by the end of a day, bool [N]."""
    return (data.label_ts >= 0) & (data.label_ts < millis_after(day))


def between(data: FeatureSet, after: date, day: date) -> np.ndarray:
    """Rows later than one day whose label is known by the end of another, bool [N]."""
    return (data.ts >= millis_after(after)) & until(data, day)


def in_year(data: FeatureSet, year: int) -> np.ndarray:
    """Rows whose bar lies in a calendar year, bool [N]."""
    return (data.ts >= millis_after(date(year - 1, 12, 31))) & (
        data.ts < millis_after(date(year, 12, 31))
    )
