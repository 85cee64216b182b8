"""Makes the fixtures of VFR's model layout: small LightGBM models as the platform writes them, rows with
every kind of awkward value, and what LightGBM's own predict and pred_contrib say of those rows.

    pip install -r requirements.txt
    python vfr_layout_fixtures.py ../resources/io/vfr/models/vfrlayout

Seeds are fixed and one thread is used: the same versions on the same platform give the same files.
"""

import json
import sys
from pathlib import Path

import lightgbm as lgb
import numpy as np

NAMES = [
    "rsi_14",  # computed by the stream
    "volume_trend_10d",  # computed, millions
    "news_sentiment",  # computed with the default sources
    "PE_Ratio",  # open, with capitals
    "analyst.target-gap",  # open, with a dot and a dash
    "exact",  # mean 0, deviation 1: thresholds are met exactly
    "constant",  # deviation 0
    "tiny_scale",  # deviation 1e-16, as the platform has it for constant columns
]
MEAN = np.array([51.7, 784.78, 0.52, 18.2, -0.03, 0.0, 3.0, 0.95])
STD = np.array([17.4, 2463397.13, 0.11, 7.9, 0.21, 1.0, 0.0, 1.1102230246251565e-16])
TRAINING_ROWS = 1500
ROWS = 150
CONTRIB_ROWS = 40
EXTREMES = [
    1e308, -1e308, np.finfo(float).max, -np.finfo(float).max, 5e-324, -5e-324, 1e-310, -1e-310,
    2.2250738585072014e-308, 0.0, -0.0, 1e-35, -1e-35, float(np.float32(1e-35)), 1.1e-35, 1e300, -1e300, 1e17, 1.0,
]  # fmt: skip


def normalize(x, mean=MEAN, std=STD):
    """z = (x - mean) / std, 0 where std is 0, missing stays missing."""
    with np.errstate(all="ignore"):
        z = np.where(std == 0, 0.0, (x - mean) / np.where(std == 0, 1.0, std))
    return np.where(np.isnan(x), np.nan, z)


def training(rng, missing=0.1):
    x = MEAN + np.where(STD == 0, 0, STD) * rng.normal(size=(TRAINING_ROWS, len(NAMES)))
    x[rng.random(x.shape) < missing] = np.nan
    return x


def target(rng, z):
    known = np.nan_to_num(z, nan=0.4)
    y = known[:, 0] * known[:, 3] + 0.7 * known[:, 5] - 0.5 * known[:, 4] + 0.4 * np.isnan(z[:, 6])
    return y + 0.3 * known[:, 1] + 0.3 * known[:, 7] + 0.2 * rng.normal(size=len(z))


def thresholds(booster, inputs):
    """The split values of every input."""
    found = [[0.0] for _ in range(inputs)]
    for tree in booster.dump_model()["tree_info"]:
        stack = [tree["tree_structure"]]
        while stack:
            node = stack.pop()
            if "split_feature" in node:
                if node["decision_type"] == "<=":
                    found[node["split_feature"]].append(node["threshold"])
                stack += [node["left_child"], node["right_child"]]
    return found


def awkward_rows(rng, booster, mean, std):
    """Ordinary values, missing ones, extremes, and the neighbours of every input's thresholds."""
    inputs = len(mean)
    splits = thresholds(booster, inputs)
    rows = np.empty((ROWS, inputs))
    for r in range(ROWS):
        for i in range(inputs):
            kind = rng.random()
            if kind < 0.12:
                rows[r, i] = np.nan
            elif kind < 0.32:
                rows[r, i] = rng.choice(EXTREMES)
            elif kind < 0.42:
                rows[r, i] = mean[i]
            elif kind < 0.72:
                x = mean[i] + std[i] * rng.choice(splits[i])
                for _ in range(rng.integers(0, 3)):
                    x = np.nextafter(x, rng.choice([-np.inf, np.inf]))
                rows[r, i] = x
            else:
                rows[r, i] = mean[i] + (std[i] or 1.0) * 1.5 * rng.normal()
    for r, value in enumerate([np.nan, 0.0, -0.0, 1e308, -1e308, 5e-324]):
        rows[r] = value
    rows[6] = mean
    return rows


def csv(path, matrix):
    lines = [",".join("" if np.isnan(v) else repr(float(v)) for v in row) for row in matrix]
    path.write_text("\n".join(lines) + "\n", newline="\n")


def write_json(path, value):
    path.write_text(json.dumps(value, indent=2) + "\n", newline="\n")


def train(z, y, parameters, names, rounds=12, categorical="auto"):
    data = lgb.Dataset(z, y, feature_name=names, categorical_feature=categorical)
    fixed = {"num_leaves": 7, "min_data_in_leaf": 10, "verbosity": -1, "num_threads": 1, "seed": 7, "deterministic": True}
    return lgb.train(fixed | parameters, data, rounds)


def case(out, name, booster, metadata, mean=MEAN, std=STD, normalized=True, columns=None):
    """Writes one directory; returns it."""
    directory = out / name
    directory.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(len(name))
    rows = awkward_rows(rng, booster, mean, std)
    z = normalize(rows, mean, std) if normalized else rows
    scores = booster.predict(z, num_threads=1).reshape(ROWS, -1)
    assert np.isfinite(scores).all(), name
    if columns is not None:
        assert np.array_equal(columns.predict(z, num_threads=1).reshape(ROWS, -1), scores), name
        columns.save_model(directory / "columns.txt")
    booster.save_model(directory / "model.txt")
    csv(directory / "rows.csv", rows)
    csv(directory / "expected.csv", scores)
    csv(directory / "contrib.csv", booster.predict(z[:CONTRIB_ROWS], pred_contrib=True, num_threads=1))
    write_json(directory / "metadata.json", metadata)
    return directory


def normalizers(directory):
    """The three forms in which the platform writes the same numbers."""
    mean, std = MEAN.tolist(), STD.tolist()
    write_json(directory / "normalizer-std.json", {"mean": mean, "std": std})
    write_json(directory / "normalizer-scale.json", {"mean": mean, "scale": std, "features": NAMES})
    by_name = {n: {"mean": m, "stdDev": s} for n, m, s in zip(NAMES, mean, std)}
    shuffled = [NAMES[i] for i in np.random.default_rng(1).permutation(len(NAMES))]
    write_json(directory / "normalizer-params.json", {"params": {n: by_name[n] for n in shuffled}})


def tasks(out):
    rng = np.random.default_rng(20140101)
    z = normalize(training(rng))
    y = target(rng, z)
    thirds = np.digitize(y, np.quantile(y, [1 / 3, 2 / 3]))
    # What the platform's metadata looks like: much that says nothing to us, NaN where a metric failed.
    chatter = {"version": "1.1.0", "featureImportance": {"rsi_14": float("nan")}, "hyperparameters": {"num_leaves": 7}}
    for name, parameters, labels, metadata in [
        ("binary", {"objective": "binary"}, y > 0, {"feature_names": NAMES, "class_labels": ["DOWN", "UP"]}),
        ("multiclass", {"objective": "multiclass", "num_class": 3}, thirds, {"featureNames": NAMES}),
        ("regression", {"objective": "regression"}, y, {"features": NAMES, "target": "return_14d"}),
    ]:
        named = train(z, labels, parameters, NAMES)
        columns = train(z, labels, parameters, "auto")
        normalizers(case(out, name, named, chatter | metadata, columns=columns))


def variants(out):
    """Models that treat missing values in other ways, and other kinds of models; raw inputs."""
    rng = np.random.default_rng(20150101)
    inputs = 5
    names = NAMES[:3] + ["sector", "exact"]
    x = rng.normal(size=(TRAINING_ROWS, inputs))
    x[:, 3] = rng.integers(0, 40, TRAINING_ROWS)
    x[rng.random(x.shape) < 0.1] = np.nan
    x[rng.random(x.shape) < 0.1] = 0.0
    known = np.nan_to_num(x, nan=0.4)
    y = known[:, 0] * known[:, 4] + known[:, 1] + 0.5 * (known[:, 3] % 3 == 0) + 0.5 * np.isnan(x[:, 2])
    classes = np.digitize(y, np.quantile(y, [1 / 3, 2 / 3]))
    raw = {"mean": np.zeros(inputs), "std": np.ones(inputs), "normalized": False}
    for name, parameters, labels, categorical in [
        ("zero-as-missing", {"objective": "regression", "zero_as_missing": True}, y, "auto"),
        ("no-missing", {"objective": "binary", "use_missing": False}, y > 0.3, "auto"),
        ("categorical", {"objective": "multiclass", "num_class": 3}, classes, [3]),
        ("dart", {"objective": "regression_l1", "boosting": "dart", "drop_rate": 0.5}, y, "auto"),
    ]:
        booster = train(x, labels, parameters, names, categorical=categorical)
        case(out, name, booster, {"feature_names": names}, **raw)
    # The platform has a model that was trained on a dozen rows and is one constant.
    constant = train(x[:9], np.arange(9) % 2, {"objective": "binary"}, names, rounds=1)
    case(out, "constant", constant, {"feature_names": names}, **raw)


if __name__ == "__main__":
    tasks(Path(sys.argv[1]))
    variants(Path(sys.argv[1]))
