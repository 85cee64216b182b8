"""Measures and calibration against figures worked out by hand."""

import unittest

import numpy as np

from vfrtrain import skill
from vfrtrain.calibration import Calibration


class SkillTest(unittest.TestCase):
    def test_rank_ic_of_two_days(self):
        # Day 1: correlation 1. Day 2: ranks 1..5 against 1,2,3,5,4: 1 - 6*2/(5*24) = 0.9.
        day = np.array([1, 2] * 5)
        forecast = np.repeat(np.arange(1.0, 6), 2)
        realized = np.array([-2, 1, -1, 2, 0, 3, 1, 5, 2, 4.0])
        found = skill.rank_ic(day, forecast, realized)
        self.assertEqual(found.days, 2)
        self.assertAlmostEqual(found.mean, 0.95)
        # Deviation of {1, 0.9} is 0.0707; over the root of 2: 0.05.
        self.assertAlmostEqual(found.t, 19)

    def test_rank_ic_leaves_out_days_without_a_cross_section(self):
        day = np.array([1] * 4 + [2] * 5 + [3] * 5)
        values = np.arange(14.0)
        flat = np.where(day == 3, 1.0, values)
        self.assertEqual(skill.rank_ic(day, flat, values).days, 1)

    def test_ranks_share_their_mean_on_ties(self):
        self.assertEqual(skill.ranks(np.array([5, 1, 5, 0.0])).tolist(), [3.5, 2, 3.5, 1])

    def test_hit_rate_leaves_out_rows_without_a_sign(self):
        self.assertAlmostEqual(
            skill.hit_rate(np.array([1, -1, 1, 0.0, 1]), np.array([2, -3, -1, 1.0, 0])), 2 / 3
        )

    def test_brier_is_zero_for_certainty_and_two_for_its_opposite(self):
        stated = np.array([[1, 0, 0], [0, 0, 1.0]])
        self.assertEqual(skill.brier(stated, np.array([skill.DOWN, skill.UP])), 0)
        self.assertEqual(skill.brier(stated, np.array([skill.UP, skill.DOWN])), 2)

    def test_reliability_error_of_a_constant_forecast(self):
        came = np.arange(100) % 4 == 0
        self.assertAlmostEqual(skill.reliability_error(np.full(100, 0.35), came), 0.1, delta=0.03)

    def test_outcome_of_the_band(self):
        self.assertEqual(
            skill.outcome(np.array([-0.4, -0.35, 0, 0.35, 0.4]), 0.35).tolist(), [0, 1, 1, 1, 2]
        )

    def test_qlike_is_least_for_the_true_variance(self):
        realized = np.random.default_rng(1).normal(0, 0.02, 20_000)
        at = {s: skill.qlike_loss(np.full(20_000, s), realized).mean() for s in (0.015, 0.02, 0.03)}
        self.assertEqual(min(at, key=at.get), 0.02)
        day = np.arange(20_000) // 100
        gain = skill.qlike_gain(day, np.full(20_000, 0.02), np.full(20_000, 0.03), realized)
        self.assertAlmostEqual(gain.mean, at[0.03] - at[0.02])
        self.assertGreater(gain.t, 10)

    def test_ewma_is_seeded_and_decays_within_a_symbol(self):
        returns = np.concatenate([[np.nan], np.full(20, 0.01), [0.03], [np.nan], np.full(3, 0.5)])
        first = np.array([0] * 22 + [22] * 4)
        volatility = skill.ewma_volatility(returns, first)
        self.assertTrue(np.isnan(volatility[:20]).all())
        self.assertAlmostEqual(volatility[20], 0.01)
        self.assertAlmostEqual(volatility[21], np.sqrt(0.94 * 1e-4 + 0.06 * 9e-4))
        self.assertTrue(np.isnan(volatility[22:]).all())


class CalibrationTest(unittest.TestCase):
    def setUp(self):
        self.calibration = Calibration(np.array([-2.0, -1, 0, 1, 2]), 0.02)

    def test_cumulative_is_linear_between_quantiles_and_flat_beyond(self):
        found = self.calibration.cumulative(np.array([-3, -2, -0.5, 2, 9.0]))
        self.assertEqual(found.tolist(), [0, 0, 0.375, 1, 1])

    def test_probabilities_sum_to_one_and_move_with_the_forecast(self):
        stated = self.calibration.probabilities(np.array([0, 0.5]), 0.4)
        np.testing.assert_allclose(stated.sum(axis=1), 1)
        np.testing.assert_allclose(stated[0], [0.4, 0.2, 0.4])
        np.testing.assert_allclose(stated[1], [0.275, 0.2, 0.525])

    def test_interval_holds_the_stated_share(self):
        sample = np.random.default_rng(2).standard_t(4, 50_000)
        calibration = Calibration.measure(sample, np.full(9, 0.02))
        lower, upper = calibration.interval(np.zeros(50_000), np.ones(50_000), 0.9)
        self.assertAlmostEqual(((sample >= lower) & (sample <= upper)).mean(), 0.9, delta=0.005)


if __name__ == "__main__":
    unittest.main()
