"""The meta model: LightGBM over the bases' outputs and a few features, in its deterministic mode."""

from __future__ import annotations

from collections.abc import Callable

import lightgbm
import numpy as np

from vfrtrain.recipes import MetaRecipe


def mask(values: np.ndarray, columns: int, share: float, seed: int) -> np.ndarray:
    """A copy of [N, F] in which a share of the first columns' values is missing, drawn at random."""
    taken = np.random.default_rng(seed).random((len(values), columns)) < share
    masked = values.copy()
    masked[:, :columns][taken] = np.nan
    return masked


def train(
    recipe: MetaRecipe, values: np.ndarray, target: np.ndarray, on_round: Callable[[], None]
) -> bytes:
    """The model in LightGBM's text format; values is float64 [N, F] in the order of the recipe's inputs."""
    parameters = dict(recipe.parameters) | {
        "seed": recipe.seed,
        "num_threads": 1,
        "deterministic": True,
        "force_row_wise": True,
        "verbosity": -1,
    }
    rows = lightgbm.Dataset(
        mask(values, len(recipe.bases), recipe.masked, recipe.seed),
        label=target,
        feature_name=list(recipe.inputs),
        free_raw_data=True,
    )
    booster = lightgbm.train(
        parameters, rows, num_boost_round=recipe.rounds, callbacks=[lambda _: on_round()]
    )
    return booster.model_to_string(num_iteration=-1).encode()


def score(artifact: bytes, values: np.ndarray) -> np.ndarray:
    """Outputs, float64 [N]."""
    booster = lightgbm.Booster(model_str=artifact.decode())
    return booster.predict(values, num_threads=1)
