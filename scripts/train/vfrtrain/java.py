"""The project's own command line, of which training needs three commands."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from vfrtrain.dataset import FeatureSet
from vfrtrain.splits import Plan

REPOSITORY = Path(__file__).resolve().parents[3]
VFR = REPOSITORY / "scripts" / "vfr"


class CommandError(RuntimeError):
    """A command that failed; it has said why on standard error."""


def _vfr(*arguments: object) -> None:
    command = [str(VFR), *map(str, arguments)]
    done = subprocess.run(command, check=False)
    if done.returncode != 0:
        raise CommandError(f"{' '.join(command[:4])} … failed with exit code {done.returncode}")


def export_features(data: Path, out: Path) -> None:
    """`vfr features export` over the CSV files of a directory."""
    options: list[object] = []
    for kind in ("prices", "fundamentals", "sentiment", "macro"):
        found = [data / f"{kind}.csv{end}" for end in (".gz", "") if (data / f"{kind}.csv{end}").is_file()]
        if found:
            options += [f"--{kind}", found[0]]
        elif kind in ("prices", "macro"):
            raise CommandError(f"{data} has no {kind}.csv.gz or {kind}.csv; it is needed for training")
    _vfr("features", "export", *options, "--out", out, "--overwrite")


@dataclass(frozen=True)
class TrainedTrees:
    """What `vfr models train` gave: the artifact, what it says about itself, and its outputs [N]."""

    artifact: bytes
    summary: dict
    outputs: np.ndarray


def train_trees(features: Path, out: Path, plan: Plan) -> None:
    """`vfr models train` with this plan's windows."""
    _vfr(
        *("models", "train", "--features", features, "--out", out, "--overwrite"),
        *("--train-until", plan.train_until),
        *("--fold", ",".join(map(str, plan.fold_starts))),
    )


def read_summary(out: Path) -> dict:
    """What `train_trees` says about the model it made."""
    return json.loads((out / "training.json").read_text())


def read_trees(out: Path, data: FeatureSet) -> TrainedTrees:
    """Reads what `train_trees` wrote; outputs are NaN for rows that no model scored."""
    scored = pd.read_csv(
        out / "outputs.csv",
        dtype={"symbol": str, "ts": "int64", "output": "float64"},
        keep_default_na=False,
        float_precision="round_trip",
    )
    keys = pd.MultiIndex.from_arrays([scored["symbol"], scored["ts"]])
    wanted = pd.MultiIndex.from_arrays([data.symbol, data.ts])
    place = keys.get_indexer(wanted)
    outputs = np.where(place >= 0, scored["output"].to_numpy()[place], np.nan)
    if np.isfinite(outputs).sum() != len(scored):
        raise CommandError(f"{out}/outputs.csv has rows that the feature set does not have")
    return TrainedTrees((out / "model.json").read_bytes(), read_summary(out), outputs)


def verify(registry: Path) -> None:
    """`vfr models verify` of a registry directory."""
    _vfr("models", "verify", "--set", f"models.dir={registry}")
