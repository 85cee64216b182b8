"""Preparation, trees, manifests, cards and networks, without any training."""

import json
import math
import tempfile
import unittest
import unittest.mock
from pathlib import Path

import numpy as np
import pandas as pd
import torch

from tests.exports import export
from tests.test_dataset import feature_set, frame
from vfrtrain import (
    card,
    committed,
    dataset,
    digests,
    fitting,
    lstm_graph,
    manifest,
    meta,
    nets,
    onnx_models,
    reexport,
    trees,
    volatility_graph,
)
from vfrtrain.calibration import Calibration
from vfrtrain.measure import Segment
from vfrtrain.pipeline import relative_to_market
from vfrtrain.prepare import Preparation, Sequences, raw_sequences
from vfrtrain.recipes import (
    LSTM_ID,
    META_ID,
    VOLATILITY_ID,
    LstmRecipe,
    MetaRecipe,
    VolatilityRecipe,
)


class PrepareTest(unittest.TestCase):
    def setUp(self):
        self.data = feature_set(volatility_20d=np.linspace(0.01, 0.03, 12))
        self.names = ("volatility_20d", "rsi_14")

    def test_missing_values_and_missing_bars_are_z_scores_of_zero(self):
        preparation = Preparation.measure(self.data, self.names, np.arange(12))
        # rsi does not vary where it is known; any deviation above zero will do.
        preparation = Preparation(self.names, preparation.default, preparation.mean, np.array([0.01, 2.0]))
        batch = Sequences.of(self.data, preparation, 3).batch(np.array([0, 7]))
        self.assertEqual(batch.shape, (2, 3, 2))
        self.assertEqual(batch.dtype, np.float32)
        self.assertTrue((batch[0, :2] == 0).all(), "bars before the first")
        self.assertEqual(batch[0, 2, 1], 0, "a missing value")
        expected = (np.float32(self.data.features["volatility_20d"][7]) - preparation.mean[0]) / 0.01
        self.assertAlmostEqual(float(batch[1, 2, 0]), float(expected), places=6)

    def test_raw_sequences_keep_what_is_missing(self):
        raw = raw_sequences(self.data, self.names, np.array([1]), 3)[0]
        self.assertTrue(np.isnan(raw[0]).all())
        self.assertTrue(np.isnan(raw[1, 1]))
        self.assertEqual(raw[2, 1], 50)

    def test_targets_are_relative_to_the_day(self):
        day = np.array([1, 1, 2, 2])
        found = relative_to_market(day, np.array([1, 3, -1, 100.0]))
        self.assertEqual(found.tolist(), [-1, 1, -2.5, 2.5])


class TreesTest(unittest.TestCase):
    def test_two_trees_by_hand(self):
        def tree(threshold, low, high, default_left):
            return {
                "left_children": [1, -1, -1],
                "right_children": [2, -1, -1],
                "split_indices": [1, 0, 0],
                "split_conditions": [threshold, low, high],
                "default_left": [default_left, 0, 0],
            }

        learner = {
            "gradient_booster": {
                "name": "gbtree",
                "model": {"trees": [tree(0.5, 1, 2, 1), tree(2.0, 10, 20, 0)]},
            },
            "objective": {"name": "reg:squarederror"},
            "learner_model_param": {"base_score": "[5E-1]"},
        }
        rows = np.array([[9, 0.4], [9, 0.5], [9, 3], [9, np.nan]])
        found = trees.xgboost_margins(json.dumps({"learner": learner}).encode(), rows)
        self.assertEqual(found.tolist(), [11.5, 12.5, 22.5, 21.5])


class ManifestTest(unittest.TestCase):
    def test_reference_shares_add_up_and_edges_rise(self):
        values = np.column_stack([np.arange(100.0), np.repeat([0.0, 1.0], 50), np.full(100, np.nan)])
        values[:10, 0] = np.nan
        found = manifest.reference(("a", "flag", "never"), values)
        self.assertEqual(found["rows"], 100)
        self.assertEqual(set(found["features"]), {"a", "flag"})
        for one in found["features"].values():
            self.assertEqual(len(one["shares"]), len(one["edges"]) + 1)
            self.assertAlmostEqual(sum(one["shares"]), 1, places=9)
            self.assertTrue((np.diff(one["edges"]) > 0).all())
        self.assertAlmostEqual(found["features"]["a"]["missing"], 0.1)
        np.testing.assert_allclose(found["features"]["a"]["shares"], 0.1)

    def test_document_is_strict_json_in_which_missing_inputs_are_null(self):
        made = manifest.Manifest(
            id="m",
            version="1.0.0",
            algorithm="lightgbm",
            kind="meta",
            target="standardized-return",
            artifact="model.txt",
            schema="0" * 64,
            inputs=("a", "model.b"),
            required=("a",),
            calibration=Calibration(np.array([-1.0, 0, 1]), 0.02),
            metrics={"hitRate": 0.51, "rankIcT": math.nan},
            window=("2013-01-01", "2014-06-30"),
            reference={"rows": 1, "features": {}},
            self_tests=[manifest.SelfTest(np.array([1.5, np.nan]), 0.25, 1e-6)],
        )
        read = json.loads(manifest.write(made.document(b"bytes")))
        self.assertEqual(read["selfTest"][0]["inputs"], [1.5, None])
        self.assertEqual(read["metrics"], {"hitRate": 0.51})
        self.assertEqual(read["missing"], {"policy": "nan"})
        self.assertEqual(read["artifact"]["sha256"], manifest.sha256(b"bytes"))
        self.assertEqual(manifest.write(read), manifest.write(made.document(b"bytes")))

    def test_a_figure_that_is_not_finite_cannot_be_written(self):
        with self.assertRaises(ValueError):
            manifest.write({"a": math.nan})


class MetaTest(unittest.TestCase):
    def test_mask_takes_values_of_the_first_columns_only(self):
        values = np.ones((4000, 3))
        masked = meta.mask(values, 2, 0.25, seed=5)
        self.assertEqual(np.isnan(masked[:, 2]).sum(), 0)
        self.assertAlmostEqual(np.isnan(masked[:, :2]).mean(), 0.25, delta=0.02)
        self.assertEqual(np.isnan(values).sum(), 0, "the original is left alone")

    def test_inputs_are_the_bases_outputs_first(self):
        recipe = MetaRecipe()
        self.assertEqual(recipe.inputs[0], "model.momentum-lstm-v3")
        self.assertEqual(len(recipe.inputs), len(recipe.bases) + len(recipe.context))


class CardTest(unittest.TestCase):
    def figures(self, **changed):
        found = {key: 0.5 for _, key, _ in card.RETURN_COLUMNS} | {"rankIcT": 3.0, "rankIc": 0.02}
        return found | {"rmse": 1.0, "rmseZero": 1.1, "brier": 0.6, "brierBaseRates": 0.7} | changed

    def test_verdict_counts_test_rows_only(self):
        rows = np.arange(2)
        measured = [
            card.Measured(Segment("calibration.trained", "c", rows), self.figures(rankIcT=9.0)),
            card.Measured(Segment("test2015.trained", "a", rows), self.figures()),
            card.Measured(Segment("test2016.trained", "b", rows), self.figures(rankIcT=1.0, rmse=1.2)),
        ]
        said = card.return_verdict(measured)
        self.assertIn("Of the 2 test rows", said)
        self.assertIn("above twice its standard error in 1", said)
        self.assertIn("forecasting zero in 1", said)

    def test_an_unmeasured_figure_is_a_dash(self):
        one = card.Measured(Segment("s", "title", np.arange(1)), self.figures(rankIc=math.nan))
        self.assertIn("| – |", card.table(card.RETURN_COLUMNS, [one]))


class NetsTest(unittest.TestCase):
    """Random weights are enough to see what a graph may and may not do."""

    def networks(self):
        torch.manual_seed(3)
        for kind, scale in ((nets.LstmReturn, 0.02), (nets.VolatilityTransformer, 0.02)):
            count = len(kind.FEATURES)
            preparation = Preparation(
                kind.FEATURES, np.full(count, scale), np.full(count, scale), np.full(count, scale / 2)
            )
            if kind is nets.LstmReturn:
                net = kind(preparation, hidden=32, dropout=0.1)
            else:
                net = kind(preparation, length=32, width=32, heads=2, layers=2, inner=64, dropout=0.1)
            torch.nn.init.normal_(net.head, 0, 0.3)
            yield net.eval()

    def test_wild_inputs_give_finite_outputs_and_a_volatility_is_positive(self):
        wild = torch.tensor([-3e38, 3e38, 0.0, 1e6]).repeat(2 * 32 * 8 // 4).reshape(2, 32, 8)
        for net in self.networks():
            with self.subTest(type(net).__name__), torch.no_grad():
                out = net(wild)
                self.assertTrue(torch.isfinite(out).all())
                if isinstance(net, nets.VolatilityTransformer):
                    self.assertTrue((out > 0).all())

    def test_window_means_are_means_of_the_last_bars(self):
        x = torch.arange(64, dtype=torch.float32).reshape(1, 2, 32) ** 2
        found = nets._window_means(x)[0].tolist()
        wanted = [float(x[0, k, -n:].mean()) for n in (1, 5, 20) for k in (0, 1)]
        np.testing.assert_allclose(found, wanted, rtol=1e-6)

    def test_the_same_seed_gives_the_same_weights(self):
        weights = []
        data = dataset.from_frame(
            pd.concat([frame(("A", "B", "C"), 8)]), ("volatility_20d", "rsi_14"), "test"
        )
        preparation = Preparation(
            ("volatility_20d", "rsi_14"), np.array([0.02, 50]), np.array([0.02, 50]), np.array([0.01, 2])
        )
        sequences = Sequences.of(data, preparation, 4)
        for _ in range(2):
            fitting.make_deterministic(7)
            net = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(8, 1), torch.nn.Flatten(0))
            fitting.fit(
                net,
                fitting.squared_error(net),
                sequences,
                np.arange(24),
                np.arange(24.0),
                fitting.Schedule(epochs=2, batch=8, rate_max=0.1, decay=0),
                7,
                lambda: None,
            )
            weights.append(net[1].weight.detach().clone())
        self.assertTrue(torch.equal(weights[0], weights[1]))


class ServingTest(unittest.TestCase):
    """The networks' graphs as they are served. Every parameter is random: 0 or 1 would hide what is done with it."""

    def preparation(self, features, **scales):
        scale = np.array([0.02] * len(features))
        for name, value in scales.items():
            scale[features.index(name)] = value
        return Preparation(features, scale, scale, scale / 2)

    def randomized(self, net, *buffers):
        with torch.no_grad():
            for parameter in [*net.parameters(), *buffers]:
                parameter += 0.1 * torch.randn(parameter.shape)
        return net.eval()

    def transformer(self, volume=1.0, layers=2, heads=2):
        torch.manual_seed(5)
        preparation = self.preparation(nets.VolatilityTransformer.FEATURES, relative_volume=volume, rsi_14=50)
        net = nets.VolatilityTransformer(
            preparation, length=32, width=32, heads=heads, layers=layers, inner=64, dropout=0.1
        )
        return self.randomized(net, net.log_scale)

    def lstm(self, hidden=32):
        torch.manual_seed(7)
        preparation = self.preparation(nets.LstmReturn.FEATURES, volume_ratio_5d=1, rsi_14=50)
        net = nets.LstmReturn(preparation, hidden, dropout=0.1)
        torch.nn.init.normal_(net.head, 0, 0.3)
        return self.randomized(net, net.shrinkage)

    def rows(self):
        random = np.random.default_rng(6)
        wild = random.normal(0, 30, (64, 32, 8))
        short = random.normal(0, 1, (64, 32, 8))
        short[:, :25] = 0
        return np.concatenate([random.normal(0, 1, (128, 32, 8)), wild, short]).astype(np.float32)

    def assert_serves(self, net, graph, **tolerance):
        rows = self.rows()
        with tempfile.TemporaryDirectory() as directory:
            file = Path(directory) / "model.onnx"
            onnx_models.write(graph, file)
            opened = onnx_models.session(file)
            onnx_models.check_batches(opened, rows[96:160])
            with torch.no_grad():
                wanted = net(torch.from_numpy(rows)).numpy()
            np.testing.assert_allclose(onnx_models.run(opened, rows), wanted, **tolerance)

    def test_the_served_graph_is_the_trained_function_for_every_number_of_layers_and_heads(self):
        for layers, heads in ((1, 1), (2, 2), (3, 4)):
            net = self.transformer(layers=layers, heads=heads)
            with self.subTest(layers=layers, heads=heads):
                self.assert_serves(net, volatility_graph.build(net), rtol=1e-5)

    def test_the_served_lstm_is_the_trained_function_for_every_width(self):
        for hidden in (8, 16, 32):
            net = self.lstm(hidden)
            with self.subTest(hidden=hidden):
                self.assert_serves(net, lstm_graph.build(net, 32), atol=1e-6)

    def test_the_same_weights_give_the_same_bytes(self):
        made = [volatility_graph.build(self.transformer()).SerializeToString(deterministic=True) for _ in range(2)]
        self.assertEqual(*made)
        made = [lstm_graph.build(self.lstm(), 32).SerializeToString(deterministic=True) for _ in range(2)]
        self.assertEqual(*made)

    def test_a_normalizer_under_which_the_graph_would_be_another_function_is_refused(self):
        with self.assertRaisesRegex(onnx_models.ExportError, "relative_volume"):
            volatility_graph.build(self.transformer(volume=10.0))

    def test_parameters_are_read_back_from_a_full_export(self):
        for net in (self.transformer(), self.lstm()):
            with self.subTest(type(net).__name__), tempfile.TemporaryDirectory() as directory:
                file = Path(directory) / "model.onnx"
                export(net, 32, 8, file)
                found = reexport.parameters(file.read_bytes(), list(net.state_dict()))
                for name, value in net.state_dict().items():
                    np.testing.assert_array_equal(found[name], value.numpy(), name)

    def test_a_served_graph_does_not_hold_the_trained_parameters(self):
        for net, graph in (
            (self.transformer(), volatility_graph.build(self.transformer())),
            (self.lstm(), lstm_graph.build(self.lstm(), 32)),
        ):
            with self.subTest(type(net).__name__), self.assertRaisesRegex(
                onnx_models.ExportError, "does not hold the parameter"
            ):
                reexport.parameters(graph.SerializeToString(), list(net.state_dict()))

    def test_a_re_export_carries_over_what_was_measured(self):
        for net, model_id, kind, version, unit in (
            (self.transformer(), VOLATILITY_ID, "volatility", VolatilityRecipe().version, "of itself"),
            (self.lstm(), LSTM_ID, "return", LstmRecipe().version, "volatilities"),
        ):
            with self.subTest(model_id), tempfile.TemporaryDirectory() as directory:
                source = self.trained(Path(directory), net, model_id, kind)
                made, said = reexport.again(source, Path(directory))
                opened = onnx_models.session(made.directory / "model.onnx")
                changed = {key for key in source.document if source.document[key] != made.document[key]}
                self.assertEqual(changed, {"version", "artifact", "selfTest"})
                self.assertEqual(made.document["version"], version)
                self.assertRegex(said, rf"^over 20008 rows at most \S+ {unit}$")
                z = reexport.self_tests(made)
                stated = [test["expected"][0] for test in made.document["selfTest"]]
                np.testing.assert_array_equal(onnx_models.run(opened, z).astype(np.float64), stated)
                self.assertIn("were measured on 0.9.0", made.card())
                self.assertIn(f"{unit}.\n", made.card())

    def test_a_re_export_with_other_outputs_is_refused(self):
        with tempfile.TemporaryDirectory() as directory:
            source = self.trained(Path(directory), self.lstm(), LSTM_ID, "return")
            other = self.lstm()
            with torch.no_grad():
                other.shrinkage += 0.01
            with unittest.mock.patch.object(reexport, "network", lambda model: other):
                with self.assertRaisesRegex(onnx_models.ExportError, "momentum-lstm-v3@0.9.0 by up to .* volatilities"):
                    reexport.again(source, Path(directory))

    def test_a_model_that_is_no_network_is_not_re_exported(self):
        source = committed.Model(Path("nowhere"), {"id": META_ID, "version": "4.0.0"}, b"")
        with self.assertRaisesRegex(onnx_models.ExportError, f"{META_ID}@4.0.0 is no network .*: {LSTM_ID} and"):
            reexport.again(source, Path("nowhere"))

    def trained(self, registry, net, model_id, kind):
        """A model directory as training wrote it before the served graph was another."""
        file = registry / "full.onnx"
        export(net, 32, 8, file)
        names = net.FEATURES
        mean, std = (value.double().numpy() for value in (net.raw.mean, net.raw.std))
        raw = (mean + std * self.rows()[:8]).astype(np.float32).astype(np.float64)
        raw[0, :3] = np.nan
        described = manifest.Manifest(
            id=model_id,
            version="0.9.0",
            algorithm="onnx",
            kind=kind,
            target=kind,
            artifact="model.onnx",
            schema="0" * 64,
            inputs=names,
            required=("volatility_20d",),
            calibration=Calibration(np.array([-1.0, 0, 1]), 0.02),
            metrics={"qlike": -7.5},
            window=("2013-01-01", "2014-06-30"),
            reference={"rows": 1, "features": {}},
            self_tests=[manifest.SelfTest(row, 0.5, 1e-5) for row in raw],
            length=32,
            preparation=Preparation(names, mean, mean, std),
        )
        parts = card.Card(model_id, "0.9.0", "Purpose.", ["A fact."], [], card.VOLATILITY_COLUMNS, "")
        artifact = file.read_bytes()
        text = card.text(parts, [], [], "In plain words.", "Data.")
        return committed.write(registry, described.document(artifact), artifact, text)


class DigestsTest(unittest.TestCase):
    def test_a_difference_is_explained_by_what_is_another(self):
        said = "\n".join(digests.explain({"torch": "2.13.0", "processor": "a"}, {"torch": "2.13.0", "processor": "b"}))
        self.assertIn("processor: a there, b here", said)
        self.assertNotIn("torch:", said)
        same = "\n".join(digests.explain({"torch": "1"}, {"torch": "1"}))
        self.assertIn("input files", same)

    def test_a_re_export_takes_its_source_s_place_and_is_explained(self):
        one, other = ({"artifact": a * 64, "manifest": a * 64} for a in "12")
        with tempfile.TemporaryDirectory() as directory:
            file = Path(directory) / "digests.json"
            with unittest.mock.patch.object(digests, "COMMITTED", file):
                digests.record({"a@1.0.0": one, "b@1.0.0": one}, {"processor": "p"})
                digests.record_reexport("a@1.1.0", other, "a@1.0.0", one["artifact"], {"processor": "q"})
                kept = json.loads(file.read_text())
                same, said = digests.compare({"a@1.1.0": one, "b@1.0.0": one}, {"processor": "p"})
        self.assertEqual(kept["models"], {"a@1.1.0": other, "b@1.0.0": one})
        self.assertEqual(kept["environment"], {"processor": "p"})
        self.assertFalse(same)
        self.assertIn("a@1.1.0 was re-exported from a@1.0.0 on q", "\n".join(said))


if __name__ == "__main__":
    unittest.main()
