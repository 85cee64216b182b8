"""The LSTM as it is served: the function of `nets.LstmReturn`, in few nodes.

What differs from the network as it is trained, all of it the same mathematics:

- Every feature is divided by something, the plain ones by 1: one division of everything costs less than
  splitting the features and joining them again. A product with a matrix puts the bar's volatility below
  those that are in its unit. z-scores are undone only where the unit asks for it.
- All that is done feature by feature is done with the bars of a row behind one another, [B, F, L], so that
  constants run along with whole rows of memory. One transposition leads to what the LSTM takes, [L, B, F].
- The LSTM gives its last state alone, and begins with zeros of its own.
- The head, its shrinkage in its weights, is a product with a constant on the left, which is made row by
  row: a row's output has the same bits in every batch.
"""

from __future__ import annotations

import numpy as np
import onnx

from vfrtrain.graph import Graph, repeated
from vfrtrain.nets import LstmReturn

#: PyTorch's gates are input, forget, cell, output; those of ONNX are input, output, forget, cell.
_GATES = (0, 3, 1, 2)


def _gates(values: np.ndarray) -> np.ndarray:
    """Parameters [4 · H, ...] of PyTorch in the order of ONNX."""
    return np.concatenate([np.split(values, 4)[gate] for gate in _GATES])


def gates_of(values: np.ndarray) -> np.ndarray:
    """Parameters [4 · H, ...] of ONNX in the order of PyTorch."""
    return np.concatenate([np.split(values, 4)[_GATES.index(gate)] for gate in range(4)])


def build(net: LstmReturn, length: int) -> onnx.ModelProto:
    """The graph of a trained network: input "bars" float32 [batch, length, features], output "forecast"
    float32 [batch]."""
    weights = {name: value.double().numpy() for name, value in net.state_dict().items()}
    hidden = len(weights["head"])
    graph = Graph()
    x = graph("Transpose", _inputs(graph, net, weights, length), perm=[2, 0, 1])
    last = graph(
        "LSTM",
        x,
        _gates(weights["lstm.weight_ih_l0"])[None],
        _gates(weights["lstm.weight_hh_l0"])[None],
        np.concatenate([_gates(weights["lstm.bias_ih_l0"]), _gates(weights["lstm.bias_hh_l0"])])[None],
        skipped=1,
        hidden_size=hidden,
    )
    shrinkage = weights["shrinkage"]
    value = graph("MatMul", (weights["head"] * shrinkage)[None], graph.reshape(last, -1, hidden, 1))
    value = graph("Add", value, weights["bias"] * shrinkage)
    graph("Squeeze", value, np.array([1, 2]))
    return graph.model("lstm", length, len(net.FEATURES))


def _inputs(graph: Graph, net: LstmReturn, weights: dict, length: int) -> str:
    """What the LSTM reads, [B, F, L]."""
    features, scaled = len(net.FEATURES), net.SCALED
    mean, std = weights["raw.mean"], weights["raw.std"]
    z = graph("Transpose", "bars", perm=[0, 2, 1])
    z = graph("Clip", z, -net.raw.LIMIT, net.raw.LIMIT)
    above = graph("Mul", z, repeated([*std[:scaled], *[1.0] * (features - scaled)], length))
    above = graph("Add", above, repeated([*mean[:scaled], *[0.0] * (features - scaled)], length))
    volatility = np.zeros((features, features))
    volatility[:scaled, scaled] = std[scaled]
    below = graph("MatMul", volatility, z)
    below = graph("Add", below, repeated([mean[scaled]] * scaled + [1.0] * (features - scaled), length))
    below = graph("Max", below, net.SIGMA_MIN)
    return graph("Clip", graph("Div", above, below), -net.CLIP, net.CLIP)
