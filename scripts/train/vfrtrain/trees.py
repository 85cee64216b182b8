"""XGBoost models in JSON, evaluated as XGBoost does: float32, leaf values added in order of the trees."""

from __future__ import annotations

import json

import numpy as np


def xgboost_margins(artifact: bytes, rows: np.ndarray) -> np.ndarray:
    """Outputs of a regression without a link function, float32 [N]; rows is [N, F], NaN is missing.

    Left if value < threshold, both float32; a missing value goes where the node says.
    """
    learner = json.loads(artifact)["learner"]
    booster = learner["gradient_booster"]
    if booster["name"] != "gbtree":
        raise ValueError(f"the booster is {booster['name']}; only gbtree is read here")
    if learner["objective"]["name"] != "reg:squarederror":
        raise ValueError(f"the objective is {learner['objective']['name']}; only reg:squarederror is read here")
    base = learner["learner_model_param"]["base_score"].strip("[]")
    values = rows.astype(np.float32)
    total = np.full(len(values), np.float32(base), dtype=np.float32)
    for tree in booster["model"]["trees"]:
        total += _leaves(tree, values)
    return total


def _leaves(tree: dict, values: np.ndarray) -> np.ndarray:
    """The leaf value of every row, float32 [N]."""
    left = np.array(tree["left_children"], dtype=np.int64)
    right = np.array(tree["right_children"], dtype=np.int64)
    feature = np.array(tree["split_indices"], dtype=np.int64)
    condition = np.array(tree["split_conditions"], dtype=np.float32)
    default_left = np.array(tree["default_left"], dtype=bool)
    node = np.zeros(len(values), dtype=np.int64)
    rows = np.arange(len(values))
    while True:
        inner = left[node] >= 0
        if not inner.any():
            return condition[node]
        value = values[rows, feature[node]]
        goes_left = np.where(np.isnan(value), default_left[node], value < condition[node])
        node = np.where(inner, np.where(goes_left, left[node], right[node]), node)
