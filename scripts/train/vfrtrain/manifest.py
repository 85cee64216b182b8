"""manifest.json of a model: what it says about itself, in the order of the project's own writer."""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import dataclass

import numpy as np

from vfrtrain.calibration import DIGITS, NEUTRAL_BAND, Calibration
from vfrtrain.prepare import Preparation

#: Inner edges of a reference histogram: deciles.
REFERENCE_QUANTILES = np.linspace(0.1, 0.9, 9)


@dataclass(frozen=True)
class SelfTest:
    """One input row whose output is known: raw values, NaN where missing."""

    inputs: np.ndarray
    expected: float
    tolerance: float


@dataclass(frozen=True)
class Manifest:
    """Everything of a manifest but the artifact's digest, which `document` takes.

    A sequence model has `length` bars of `inputs`; others have `length` 0. `preparation` is that of a
    network, None for trees, which take missing values as they are.
    """

    id: str
    version: str
    algorithm: str
    kind: str
    target: str
    artifact: str
    schema: str
    inputs: tuple[str, ...]
    required: tuple[str, ...]
    calibration: Calibration
    metrics: dict[str, float]
    window: tuple[str, str]
    reference: dict
    self_tests: list[SelfTest]
    length: int = 0
    preparation: Preparation | None = None
    fallback: str | None = None

    def document(self, artifact: bytes) -> dict:
        """The manifest as a JSON object."""
        document: dict = {
            "id": self.id,
            "version": self.version,
            "algorithm": self.algorithm,
            "kind": self.kind,
            "task": "regression",
            "target": self.target,
            "horizon": "P1D",
            "artifact": {"file": self.artifact, "sha256": sha256(artifact)},
            "featureSchema": self.schema,
        }
        if self.length:
            document["sequence"] = {"length": self.length, "features": list(self.inputs)}
        else:
            document["inputs"] = list(self.inputs)
        document["required"] = list(self.required)
        if self.preparation is None:
            document["missing"] = {"policy": "nan"}
        else:
            document["missing"] = {
                "policy": "default",
                "values": dict(zip(self.inputs, self.preparation.default.tolist())),
            }
            document["normalizer"] = {
                "mean": self.preparation.mean.tolist(),
                "std": self.preparation.std.tolist(),
            }
        if self.fallback is not None:
            document["fallback"] = self.fallback
        document["metrics"] = {
            name: round(value, DIGITS)
            for name, value in sorted(self.metrics.items())
            if math.isfinite(value)
        }
        document["trainingWindow"] = {"from": self.window[0], "to": self.window[1]}
        document["calibration"] = {
            "neutralBand": NEUTRAL_BAND,
            "fallbackSigma": self.calibration.fallback_sigma,
            "residualQuantiles": self.calibration.residual_quantiles.tolist(),
        }
        document["reference"] = self.reference
        document["selfTest"] = [
            {
                "inputs": [None if math.isnan(x) else x for x in test.inputs.ravel().tolist()],
                "expected": [test.expected],
                "tolerance": test.tolerance,
            }
            for test in self.self_tests
        ]
        return document


def sha256(content: bytes) -> str:
    """Lower-case hex digest."""
    return hashlib.sha256(content).hexdigest()


def reference(names: tuple[str, ...], values: np.ndarray) -> dict:
    """How the training rows' inputs were distributed; values is [N, F], NaN where missing.

    A value is in the bin behind the last edge that is not above it. Few distinct values give fewer
    bins.
    """
    features = {}
    for name, column in zip(names, values.T):
        known = column[np.isfinite(column)]
        if not len(known):
            continue
        edges = np.unique(np.quantile(known, REFERENCE_QUANTILES))
        counts = np.bincount(np.searchsorted(edges, known, side="right"), minlength=len(edges) + 1)
        features[name] = {
            "edges": edges.tolist(),
            "shares": (counts / len(known)).tolist(),
            "missing": 1 - len(known) / len(column),
        }
    return {"rows": len(values), "features": features}


def write(document: dict) -> bytes:
    """UTF-8 JSON: objects indented, an array of plain values on one line, a line feed at the end."""
    return (_text(document, "") + "\n").encode()


def _text(value: object, indent: str) -> str:
    inner = indent + "  "
    if isinstance(value, dict) and value:
        fields = (f"{inner}{json.dumps(k)}: {_text(v, inner)}" for k, v in value.items())
        return "{\n" + ",\n".join(fields) + "\n" + indent + "}"
    if isinstance(value, list) and any(isinstance(v, (dict, list)) for v in value):
        return "[\n" + ",\n".join(inner + _text(v, inner) for v in value) + "\n" + indent + "]"
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
