"""Rows, windows and sequences of a small made-up feature set."""

import tempfile
import unittest
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from vfrtrain import dataset, splits
from vfrtrain.dataset import DAY_MILLIS, FeatureSetError

START = int(pd.Timestamp("2014-06-27", tz="UTC").timestamp() * 1000)


def frame(symbols: tuple[str, ...] = ("AAPL", "NA"), bars: int = 6) -> pd.DataFrame:
    """One bar a day from 2014-06-27; the last has no label."""
    rows = []
    for symbol in symbols:
        for bar in range(bars):
            ts = START + bar * DAY_MILLIS
            last = bar == bars - 1
            rows.append(
                {
                    "symbol": symbol,
                    "ts": ts,
                    "label_ts": np.nan if last else ts + DAY_MILLIS,
                    "label_return": np.nan if last else 0.01,
                    "volatility_20d": 0.02,
                    "rsi_14": np.nan if bar == 0 else 50.0,
                }
            )
    return pd.DataFrame(rows)


def feature_set(**changed) -> dataset.FeatureSet:
    made = frame()
    for column, values in changed.items():
        made[column] = values
    return dataset.from_frame(made, ("volatility_20d", "rsi_14"), "test")


class DatasetTest(unittest.TestCase):
    def test_java_hash_is_that_of_java(self):
        # Known values of String.hashCode.
        self.assertEqual(dataset.java_hash("hello"), 99162322)
        self.assertEqual(dataset.java_hash("polygenelubricants"), -(1 << 31))
        self.assertEqual(dataset.java_hash(""), 0)
        self.assertEqual(dataset.java_hash("😀"), 31 * 0xD83D + 0xDE00)

    def test_held_out_is_a_floor_modulus(self):
        # A negative hash: Java's floorMod(-2147483648, 5) is 2, its % would be -3.
        self.assertFalse(dataset.is_held_out("polygenelubricants"))
        names = [f"S{i}" for i in range(2000)]
        share = np.mean([dataset.is_held_out(name) for name in names])
        self.assertAlmostEqual(share, 0.2, delta=0.03)

    def test_a_symbol_called_NA_is_a_symbol(self):
        with tempfile.TemporaryDirectory() as directory:
            file = Path(directory) / "features.csv.gz"
            frame().to_csv(file, index=False)
            data = dataset.read(file, ("rsi_14",))
        self.assertEqual(sorted(set(data.symbol)), ["AAPL", "NA"])
        self.assertTrue(np.isnan(data.features["rsi_14"][0]))

    def test_a_missing_column_is_named(self):
        with tempfile.TemporaryDirectory() as directory:
            file = Path(directory) / "features.csv"
            frame().to_csv(file, index=False)
            with self.assertRaisesRegex(FeatureSetError, "vix"):
                dataset.read(file, ("rsi_14", "vix"))

    def test_two_rows_of_one_bar_are_refused(self):
        twice = pd.concat([frame(), frame(("NA",), 1)])
        with self.assertRaisesRegex(FeatureSetError, "two rows of symbol NA"):
            dataset.from_frame(twice, ("volatility_20d",), "test")

    def test_usable_needs_a_near_label_and_a_volatility(self):
        data = feature_set()
        self.assertEqual(data.usable().tolist(), ([True] * 5 + [False]) * 2)
        far = frame()
        far.loc[1, "label_ts"] = far.loc[1, "ts"] + 8 * DAY_MILLIS
        far.loc[2, "volatility_20d"] = 0.0
        far.loc[3, "volatility_20d"] = np.nan
        usable = dataset.from_frame(far, ("volatility_20d",), "test").usable()
        self.assertEqual(usable[:6].tolist(), [True, False, False, False, True, False])

    def test_a_sequence_never_reaches_into_another_symbol(self):
        data = feature_set()
        index = dataset.sequence_index(np.array([1, 7, 11]), data.first, 3)
        self.assertEqual(index.tolist(), [[-1, 0, 1], [-1, 6, 7], [9, 10, 11]])


class SplitsTest(unittest.TestCase):
    def test_no_label_reaches_past_the_end_of_a_window(self):
        data = feature_set()
        last = date(2014, 6, 30)
        inside = splits.until(data, last)
        # Bars of 27, 28, 29: the label of the 29th is the bar of the 30th.
        self.assertEqual(inside[:6].tolist(), [True, True, True, False, False, False])
        after = splits.between(data, last, date(2014, 12, 31))
        self.assertEqual(after[:6].tolist(), [False, False, False, False, True, False])
        self.assertFalse((inside & after).any())

    def test_folds_follow_each_other_up_to_the_end_of_training(self):
        plan = splits.Plan(
            (date(2013, 9, 30), date(2013, 12, 31)), date(2014, 6, 30), date(2014, 12, 31), (2015,)
        )
        self.assertEqual(
            [(f.train_until, f.score_until) for f in plan.folds()],
            [(date(2013, 9, 30), date(2013, 12, 31)), (date(2013, 12, 31), date(2014, 6, 30))],
        )

    def test_windows_out_of_order_are_refused(self):
        with self.assertRaisesRegex(ValueError, "follow each other"):
            splits.Plan((date(2014, 7, 1),), date(2014, 6, 30), date(2014, 12, 31), (2015,))
        with self.assertRaisesRegex(ValueError, "test years"):
            splits.Plan((), date(2014, 6, 30), date(2014, 12, 31), (2014,))

    def test_a_year_is_a_calendar_year(self):
        data = feature_set()
        self.assertTrue(splits.in_year(data, 2014).all())
        self.assertFalse(splits.in_year(data, 2015).any())


if __name__ == "__main__":
    unittest.main()
