"""The weights of a committed network in another graph."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper

from vfrtrain import card as cards
from vfrtrain import committed, lstm_graph, onnx_models, volatility_graph
from vfrtrain.committed import Model
from vfrtrain.manifest import sha256
from vfrtrain.nets import LstmReturn, VolatilityTransformer
from vfrtrain.onnx_models import ExportError
from vfrtrain.prepare import prepared
from vfrtrain.recipes import LSTM_ID, VOLATILITY_ID, LstmRecipe, VolatilityRecipe

#: By how much an output may differ: a volatility, by what part of itself, for a few units in the last place of
#: ln σ², which is about -8; a standardized return, by how many volatilities.
VOLATILITY_DIFFERENCE_MAX = 2e-6
RETURN_DIFFERENCE_MAX = 1e-6

#: How many random rows are compared, and of how many deviations their z-scores are: calm, usual, wild, and so wild
#: that the graph cuts them off.
ROWS_EACH = 5_000
DEVIATIONS = (0.3, 1.0, 3.0, 30.0)
SEED = 20_140_704


def parameters(artifact: bytes, names: list[str]) -> dict[str, np.ndarray]:
    """The named parameters of a network that `torch.onnx.export` wrote.

    The exporter keeps names, but those of matrices, which it transposes, and of an LSTM's parameters. A
    matrix is known by the product to which its bias is added.
    """
    graph = onnx.load_from_string(artifact).graph
    constants = {constant.name: numpy_helper.to_array(constant) for constant in graph.initializer}
    made = {output: node for node in graph.node for output in node.output}
    found = {name: value for name, value in _lstm_parameters(graph, constants).items() if name in names}
    for name in names:
        if name in found:
            continue
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


def _lstm_parameters(graph: onnx.GraphProto, constants: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Parameters of the one LSTM of a graph, as PyTorch names and orders them; none if there is no LSTM."""
    found = {}
    for node in graph.node:
        if node.op_type == "LSTM" and all(name in constants for name in node.input[1:4]):
            weights, recurrent, biases = (constants[name][0] for name in node.input[1:4])
            values = (weights, recurrent, *np.split(biases, 2))
            for name, value in zip(("weight_ih", "weight_hh", "bias_ih", "bias_hh"), values):
                found[f"lstm.{name}_l0"] = lstm_graph.gates_of(value)
    return found


def _lstm(model: Model) -> LstmReturn:
    recipe = LstmRecipe()
    return LstmReturn(model.preparation, recipe.hidden, recipe.dropout)


def _transformer(model: Model) -> VolatilityTransformer:
    recipe = VolatilityRecipe()
    return VolatilityTransformer(
        model.preparation,
        model.document["sequence"]["length"],
        recipe.width,
        recipe.heads,
        recipe.layers,
        recipe.inner,
        recipe.dropout,
    )


@dataclass(frozen=True)
class _Kind:
    """How a model is made again: its network without weights, its graph, the version that it becomes, and how far
    outputs may be from those before, in which unit."""

    version: str
    network: Callable[[Model], torch.nn.Module]
    graph: Callable[[torch.nn.Module, int], onnx.ModelProto]
    difference: Callable[[np.ndarray, np.ndarray], np.ndarray]
    difference_max: float
    unit: str


_KINDS = {
    LSTM_ID: _Kind(
        LstmRecipe().version,
        _lstm,
        lstm_graph.build,
        lambda now, before: np.abs(now - before),
        RETURN_DIFFERENCE_MAX,
        "volatilities",
    ),
    VOLATILITY_ID: _Kind(
        VolatilityRecipe().version,
        _transformer,
        lambda net, length: volatility_graph.build(net),
        lambda now, before: np.abs(now / before - 1),
        VOLATILITY_DIFFERENCE_MAX,
        "of itself",
    ),
}


def network(model: Model) -> torch.nn.Module:
    """The trained network of a model directory."""
    net = _KINDS[model.id].network(model).eval()
    found = parameters(model.artifact, list(net.state_dict()))
    try:
        net.load_state_dict({name: torch.from_numpy(value.copy()) for name, value in found.items()})
    except RuntimeError as e:
        raise ExportError(f"{model.key} is of another size than today's recipe: {e}") from e
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


def again(source: Model, registry: Path) -> tuple[Model, str]:
    """Writes the recipe's version with the weights of a model directory.

    What was measured, the calibration included, is the source's and is carried over. Returns the
    model, and a phrase that says how far outputs are from the source's.

    Raises ExportError if the source is no network or holds other weights, rows depend on their neighbours,
    or outputs differ too far.
    """
    kind = _KINDS.get(source.id)
    if kind is None:
        raise ExportError(f"{source.key} is no network that can be re-exported: {' and '.join(_KINDS)} are")
    tests = self_tests(source)
    rows = np.concatenate([tests, _random(*tests.shape[1:])])
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory) / "model.onnx"
        onnx_models.write(kind.graph(network(source), tests.shape[1]), file)
        opened = onnx_models.session(file)
        onnx_models.check_batches(opened, rows[: 2 * onnx_models.BATCH_MAX])
        before = onnx_models.session(source.directory / source.document["artifact"]["file"])
        stated = onnx_models.score(before, rows)
        difference = float(kind.difference(onnx_models.score(opened, rows), stated).max())
        said = f"{difference:.2g} {kind.unit}"
        if not difference <= kind.difference_max:
            raise ExportError(f"outputs differ from those of {source.key} by up to {said}")
        expected = onnx_models.run(opened, tests)
        artifact = file.read_bytes()
    document = source.document | {"version": kind.version}
    document["artifact"] = document["artifact"] | {"sha256": sha256(artifact)}
    document["selfTest"] = [
        test | {"expected": [float(value)]} for test, value in zip(document["selfTest"], expected)
    ]
    text = cards.reexported(
        source.card(), source.id, source.document["version"], kind.version, len(rows), said
    )
    return committed.write(registry, document, artifact, text), f"over {len(rows)} rows at most {said}"
