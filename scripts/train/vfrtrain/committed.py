"""Model directories: writing them, reading them back, scoring a feature set with what they hold."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from vfrtrain import manifest as manifests
from vfrtrain import meta, onnx_models, trees
from vfrtrain.calibration import Calibration
from vfrtrain.dataset import FeatureSet
from vfrtrain.manifest import sha256
from vfrtrain.prepare import Preparation, Sequences

CARD = "MODEL_CARD.md"
MANIFEST = "manifest.json"


class RegistryError(RuntimeError):
    """A model directory that is not as it should be; the message says which and why."""


@dataclass(frozen=True)
class Model:
    """A model directory, read."""

    directory: Path
    document: dict
    artifact: bytes

    @property
    def id(self) -> str:
        return self.document["id"]

    @property
    def key(self) -> str:
        return f"{self.id}@{self.document['version']}"

    @property
    def inputs(self) -> tuple[str, ...]:
        """Names of the features that it reads, other models' outputs among them."""
        if "sequence" in self.document:
            return tuple(self.document["sequence"]["features"])
        return tuple(self.document["inputs"])

    @property
    def digests(self) -> dict[str, str]:
        return {
            "artifact": sha256(self.artifact),
            "manifest": sha256((self.directory / MANIFEST).read_bytes()),
        }

    @property
    def calibration(self) -> Calibration:
        stated = self.document["calibration"]
        return Calibration(np.array(stated["residualQuantiles"]), stated["fallbackSigma"])

    @property
    def preparation(self) -> Preparation:
        """What the manifest of a network says of missing values and z-scores."""
        normalizer = self.document["normalizer"]
        return Preparation(
            self.inputs,
            np.array([self.document["missing"]["values"][name] for name in self.inputs]),
            np.array(normalizer["mean"]),
            np.array(normalizer["std"]),
        )

    def card(self) -> str:
        return (self.directory / CARD).read_text()


def write(registry: Path, document: dict, artifact: bytes, card: str) -> Model:
    """Writes <registry>/<id>/<version>/ and reads it back."""
    directory = registry / document["id"] / document["version"]
    directory.mkdir(parents=True, exist_ok=True)
    (directory / document["artifact"]["file"]).write_bytes(artifact)
    (directory / CARD).write_text(card)
    (directory / MANIFEST).write_bytes(manifests.write(document))
    return read(directory)


def read(directory: Path) -> Model:
    """Reads a model directory; raises RegistryError if the artifact is not the manifest's."""
    document = json.loads((directory / MANIFEST).read_text())
    file = directory / document["artifact"]["file"]
    if not file.is_file():
        raise RegistryError(f"there is no file {file}")
    artifact = file.read_bytes()
    if sha256(artifact) != document["artifact"]["sha256"]:
        raise RegistryError(f"{file} is not the artifact that its manifest names")
    return Model(directory, document, artifact)


def newest(registry: Path, ids: tuple[str, ...]) -> dict[str, Model]:
    """The newest version of each named model, in this order."""
    found = {}
    for model_id in ids:
        versions = sorted(
            (d for d in (registry / model_id).glob("*") if (d / MANIFEST).is_file()),
            key=lambda d: tuple(map(int, d.name.split("."))),
        )
        if not versions:
            raise RegistryError(f"{registry} holds no model {model_id}")
        found[model_id] = read(versions[-1])
    return found


def score(model: Model, data: FeatureSet, others: dict[str, np.ndarray]) -> np.ndarray:
    """The model's outputs, float64 [N]; NaN in rows in which it would be skipped.

    `others` are the outputs [N] of models that a meta model may read, by id.
    """
    document = model.document
    columns = {name: _column(name, data, others) for name in model.inputs}
    there = np.ones(len(data), dtype=bool)
    for name in document["required"]:
        there &= np.isfinite(columns[name])
    rows = np.flatnonzero(there)
    outputs = np.full(len(data), np.nan)
    if document["algorithm"] == "onnx":
        sequences = Sequences.of(data, model.preparation, document["sequence"]["length"])
        opened = onnx_models.session(model.directory / document["artifact"]["file"])
        outputs[rows] = onnx_models.score(opened, sequences.batch(rows))
        return outputs
    values = np.column_stack([columns[name][rows] for name in model.inputs])
    if document["algorithm"] == "xgboost":
        outputs[rows] = trees.xgboost_margins(model.artifact, values)
    else:
        outputs[rows] = meta.score(model.artifact, values)
    return outputs


def _column(name: str, data: FeatureSet, others: dict[str, np.ndarray]) -> np.ndarray:
    return others[name.removeprefix("model.")] if name.startswith("model.") else data.features[name]
