"""The weights of a committed volatility transformer in another graph."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper

from vfrtrain import card as cards
from vfrtrain import committed, onnx_models, serving
from vfrtrain.committed import Model
from vfrtrain.manifest import sha256
from vfrtrain.nets import VolatilityTransformer
from vfrtrain.onnx_models import ExportError
from vfrtrain.prepare import prepared
from vfrtrain.recipes import VolatilityRecipe

#: By what part of itself an output may differ: a few units in the last place of ln σ², which is about -8.
DIFFERENCE_MAX = 2e-6

#: How many random rows are compared, and of how many deviations their z-scores are: calm, usual, wild, and so wild
#: that the graph cuts them off.
ROWS_EACH = 5_000
DEVIATIONS = (0.3, 1.0, 3.0, 30.0)
SEED = 20_140_704


def parameters(artifact: bytes, names: list[str]) -> dict[str, np.ndarray]:
    """The named parameters of a network that `onnx_models.export` wrote.

    The exporter keeps names, but those of matrices, which it transposes. A matrix is known by the
    product to which its bias is added.
    """
    graph = onnx.load_from_string(artifact).graph
    constants = {constant.name: numpy_helper.to_array(constant) for constant in graph.initializer}
    made = {output: node for node in graph.node for output in node.output}
    found = {}
    for name in names:
        if name in constants:
            found[name] = constants[name]
            continue
        bias = name.removesuffix("weight") + "bias"
        products = [
            made[term]
            for node in graph.node
            if node.op_type == "Add" and bias in node.input
            for term in node.input
            if term in made and made[term].op_type == "MatMul"
        ]
        if len(products) != 1 or products[0].input[1] not in constants:
            raise ExportError(f"the artifact does not hold the parameter {name} as training leaves it")
        found[name] = constants[products[0].input[1]].T.copy()
    return found


def network(model: Model, recipe: VolatilityRecipe) -> VolatilityTransformer:
    """The trained network of a model directory."""
    document = model.document
    net = VolatilityTransformer(
        model.preparation,
        document["sequence"]["length"],
        recipe.width,
        recipe.heads,
        recipe.layers,
        recipe.inner,
        recipe.dropout,
    ).eval()
    found = parameters(model.artifact, list(net.state_dict()))
    net.load_state_dict({name: torch.from_numpy(value.copy()) for name, value in found.items()})
    return net


def self_tests(model: Model) -> np.ndarray:
    """Inputs of the self-tests as the graph takes them, float32 [R, L, F]."""
    raw = np.array([test["inputs"] for test in model.document["selfTest"]], dtype=np.float64)
    length = model.document["sequence"]["length"]
    return prepared(raw.reshape(len(raw), length, len(model.inputs)), model.preparation)


def _random(length: int, features: int) -> np.ndarray:
    """z-scores, float32 [R, L, F]: bars alike and bars apart, and in every fourth row bars that are missing."""
    random = np.random.default_rng(SEED)
    parts = []
    for deviation in DEVIATIONS:
        level = random.normal(size=(ROWS_EACH, 1, features))
        rows = deviation * (level + random.normal(size=(ROWS_EACH, length, features))) / np.sqrt(2)
        for row in rows[::4]:
            row[: random.integers(length)] = 0
        parts.append(rows.astype(np.float32))
    return np.concatenate(parts)


def volatility(source: Model, registry: Path, recipe: VolatilityRecipe) -> tuple[Model, float, int]:
    """Writes the recipe's version with the weights of a model directory.

    What was measured, the calibration included, is the source's and is carried over. Returns the
    model, the largest difference of an output as a part of it, and of how many rows.

    Raises ExportError if the source holds other weights, rows depend on their neighbours, or outputs
    differ too far.
    """
    tests = self_tests(source)
    rows = np.concatenate([tests, _random(*tests.shape[1:])])
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory) / "model.onnx"
        onnx_models.write(serving.volatility(network(source, recipe)), file)
        opened = onnx_models.session(file)
        onnx_models.check_batches(opened, rows[: 2 * onnx_models.BATCH_MAX])
        before = onnx_models.session(source.directory / source.document["artifact"]["file"])
        stated = onnx_models.score(before, rows)
        difference = float(np.abs(onnx_models.score(opened, rows) / stated - 1).max())
        if not difference <= DIFFERENCE_MAX:
            raise ExportError(f"outputs differ by up to {difference:g} of those of {source.key}")
        expected = onnx_models.run(opened, tests)
        artifact = file.read_bytes()
    document = source.document | {"version": recipe.version}
    document["artifact"] = document["artifact"] | {"sha256": sha256(artifact)}
    document["selfTest"] = [
        test | {"expected": [float(value)]} for test, value in zip(document["selfTest"], expected)
    ]
    text = cards.reexported(
        source.card(), source.id, source.document["version"], recipe.version, len(rows), difference
    )
    return committed.write(registry, document, artifact, text), difference, len(rows)
