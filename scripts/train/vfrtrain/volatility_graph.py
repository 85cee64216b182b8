"""The volatility transformer as it is served: the function of `nets.VolatilityTransformer`, and of its
operations only those that its head reads, in few nodes.

What differs from the network as it is trained, all of it the same mathematics:

- The head reads the last bar. So the last block has queries, and all that comes after attention, for the
  last LAST bars only.
- A head's scores are (n Q)(n K)ᵀ, so (n Q Kᵀ) nᵀ: keys need not be computed. What a query adds to all
  scores alike falls out of the softmax. What a head adds to a bar is s (n V) M, so (s n) (V M): values
  need not be computed either. The heads then stand as rows below one another and are multiplied
  together, without being split, transposed and joined.
- Scale and shift of a normalization, the attention's 1/√d, the undoing of z-scores and the halving of
  ln σ² are in the weights that come next. The sums behind these weights are made in double precision.
- Features stand as rows [C, L], so that all logarithms are one operation. Window means are a product
  with a matrix of window weights.
- Normalization of all bars is InstanceNormalization with bars as channels, whose kernel in ONNX Runtime
  sums with vector instructions, that of LayerNormalization number by number.

A row's output has the same bits in every batch. A product of one row is made by another kernel than
that of several: hence two LAST bars, of which one is read. What ends in one value a row is a product with
a constant on the left, made row by row. Logarithms and exponentials run over whole multiples of 16.
"""

from __future__ import annotations

import math

import numpy as np
import onnx

from vfrtrain.graph import Graph, repeated
from vfrtrain.nets import VolatilityTransformer
from vfrtrain.onnx_models import ExportError

#: Bars for which the last block is computed.
LAST = 2

#: How often the one value is there of which the exponential is taken.
COPIES = 16

#: Bars of the windows of realized variances.
WINDOWS = (1, 5, 20)

#: Rows of features, in the graph's order. Variances come first: they have windows.
RANGE, CHANGE, GAP, SIGMA, TRUE_RANGE, VOLUME, BAND, RSI = range(8)
SQUARED = 6
_FEATURE_OF_ROW = (
    "intraday_volatility",
    "log_return_1d",
    "gap_percent",
    "volatility_20d",
    "atr_14_pct",
    "relative_volume",
    "bollinger_20_percent",
    "rsi_14",
)

_LOWEST = float(np.finfo(np.float32).min)


def _product(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """a · b of [M, K] and [K, N], added up in the order of K on every machine, as a library's may not be."""
    return (a[:, :, None] * b[None, :, :]).sum(axis=1)


def build(net: VolatilityTransformer) -> onnx.ModelProto:
    """The graph of a trained network: input "bars" float32 [batch, length, features], output "forecast"
    float32 [batch].

    Raises ExportError if its normalizer lets values come so far that the graph would be another function.
    """
    weights = {name: value.double().numpy() for name, value in net.state_dict().items()}
    graph = Graph()
    logs, tokens = _features(graph, net, weights)
    x = _embedded(graph, net, weights, tokens)
    for i, block in enumerate(net.blocks):
        last = i == len(net.blocks) - 1
        x = _block(graph, weights, f"blocks.{i}.", block.heads, x, net.length, LAST if last else net.length)
    _head(graph, net, weights, logs, x)
    return graph.model("volatility", net.length, len(net.FEATURES))


def _features(graph: Graph, net: VolatilityTransformer, weights: dict) -> tuple[str, str]:
    """Logarithms of the squared features and, SQUARED rows further down, of their window means; and tokens, both
    [B, rows, L]."""
    length = net.length
    z = graph("Clip", "bars", -net.raw.LIMIT, net.raw.LIMIT)
    z = graph("Transpose", z, perm=[0, 2, 1])
    undo, mean = _undo(net, weights)
    raw = graph("Add", graph("MatMul", undo, z), repeated(mean, length))
    least = [0, _LOWEST, _LOWEST, net.SIGMA_MIN, net.SIGMA_MIN, net.RELATIVE_VOLUME_MIN, _LOWEST, _LOWEST]
    raw = graph("Max", raw, repeated(least, length))
    spread, change, others, centered = graph(
        "Split", raw, np.array([1, 1, SQUARED - 2, 2]), outputs=4, axis=1
    )
    spread = graph("Log", graph("Add", spread, 1.0))
    plain = graph("Concat", spread, change, others, axis=1)
    squared = graph("Mul", plain, plain)
    squared = graph("Div", squared, repeated([4 * math.log(2)] + [1] * (SQUARED - 1), length))
    windows = np.zeros((length, length))
    for i, bars in enumerate(WINDOWS):
        windows[-bars:, i] = 1 / bars
    means = graph("MatMul", squared, windows)
    added = [net.EPSILON] * 3 + [0] * (SQUARED - 3) + [net.EPSILON] * SQUARED
    logs = graph("Log", graph("Add", graph("Concat", squared, means, axis=1), repeated(added, length)))
    sigma = graph.slice(plain, (SIGMA, length - 1), (1, 2))
    today = graph.slice(logs, (SIGMA, length - 1), (1, 2))
    relative = np.zeros((2 * SQUARED, 1))
    relative[:VOLUME] = 1
    tokens = graph(
        "Concat",
        graph("Sub", logs, graph("Mul", today, relative)),
        graph("Div", change, sigma),
        centered,
        graph("Add", today, np.full((1, length), -net.USUAL_LOG_VARIANCE)),
        axis=1,
    )
    return logs, graph("Clip", tokens, -net.CLIP, net.CLIP)


def _undo(net: VolatilityTransformer, weights: dict) -> tuple[np.ndarray, list[float]]:
    """What makes rows of raw features from z-scores, [8, F] and [8]; the last two rows are tokens already."""
    mean, std = weights["raw.mean"].copy(), weights["raw.std"].copy()
    index = {name: i for i, name in enumerate(net.FEATURES)}
    volume = index["relative_volume"]
    if 2 * math.log(mean[volume] + net.raw.LIMIT * std[volume]) > net.CLIP:
        raise ExportError("the cut of tokens would reach the square of relative_volume")
    band, rsi = index["bollinger_20_percent"], index["rsi_14"]
    mean[band] -= 0.5
    mean[rsi], std[rsi] = (mean[rsi] - 50) / 25, std[rsi] / 25
    undo = np.zeros((len(index), len(index)))
    for row, name in enumerate(_FEATURE_OF_ROW):
        undo[row, index[name]] = std[index[name]]
    return undo, [mean[index[name]] for name in _FEATURE_OF_ROW]


def _embedded(graph: Graph, net: VolatilityTransformer, weights: dict, tokens: str) -> str:
    """Tokens [B, rows, L] as vectors [B, L, D]; rows that are no tokens weigh nothing."""
    change, ranged, gap, sigma, moved, volume, true_range, band, rsi, level = weights["embed.weight"].T
    nothing = np.zeros_like(change)
    rows = [ranged, change, gap, sigma, true_range, volume / 2, *[nothing] * SQUARED]
    rows += [moved, band, rsi, level]
    x = graph("MatMul", graph("Transpose", tokens, perm=[0, 2, 1]), np.stack(rows))
    return graph("Add", x, weights["position"] + weights["embed.bias"])


def _normalized(graph: Graph, x: str, width: int, bars: int) -> str:
    """Every bar less its mean over its deviation, of the same shape: [B, bars, D], or [B · bars, D] of LAST bars."""
    if bars == LAST:
        return graph("LayerNormalization", x, np.ones(width), axis=-1, epsilon=1e-5)
    return graph("InstanceNormalization", x, np.ones(bars), np.zeros(bars), epsilon=1e-5)


def _after(weights: dict, norm: str, matrix: np.ndarray, bias: np.ndarray | float) -> tuple:
    """Weights [K, N] and bias of what follows a normalization, with its scale and shift in them."""
    scale, shift = weights[f"{norm}.weight"], weights[f"{norm}.bias"]
    return scale[:, None] * matrix, bias + _product(shift[None], matrix)[0]


def _attention(weights: dict, block: str, heads: int) -> tuple:
    """Weights and bias from normalized bars to what is multiplied with them again, [D, heads · D], and from
    bars so weighted to what is added to the stream, [heads · D, D]."""
    mix, added = weights[f"{block}mix.weight"].T, weights[f"{block}mix.bias"]
    matrix, bias = _after(
        weights,
        f"{block}before_attention",
        weights[f"{block}query_key_value.weight"].T,
        weights[f"{block}query_key_value.bias"],
    )
    width = len(mix)
    each = width // heads
    asked, asked_bias, given = [], [], []
    for head in range(heads):
        query, key, value = (
            slice(part * width + head * each, part * width + (head + 1) * each) for part in range(3)
        )
        keys = matrix[:, key].T / math.sqrt(each)
        asked.append(_product(matrix[:, query], keys))
        asked_bias.append(_product(bias[None, query], keys)[0])
        rows = mix[head * each : (head + 1) * each]
        given.append(_product(matrix[:, value], rows))
        added = added + _product(bias[None, value], rows)[0]
    return np.hstack(asked), np.hstack(asked_bias), np.vstack(given), added


def _block(
    graph: Graph, weights: dict, block: str, heads: int, x: str, length: int, bars: int
) -> str:
    """A transformer layer for the last bars of x [B, length, D]: [B, bars, D], or [B · bars, D] of LAST bars."""
    ask, ask_bias, give, give_bias = _attention(weights, block, heads)
    width = len(ask)
    known = asking = _normalized(graph, x, width, length)
    if bars == LAST:
        x, asking = (graph.slice(t, (length - bars,), (1,), bars) for t in (x, known))
        x = graph.reshape(x, -1, width)
    asked = graph("Gemm", graph.reshape(asking, -1, width), ask, ask_bias)
    asked = graph.reshape(asked, -1, bars * heads, width)
    scores = graph("MatMul", asked, graph("Transpose", known, perm=[0, 2, 1]))
    seen = graph("MatMul", graph("Softmax", scores, axis=-1), known)
    given = graph("Gemm", graph.reshape(seen, -1, heads * width), give, give_bias)
    x = graph("Add", x, _shaped(graph, given, width, bars))
    inner = _normalized(graph, x, width, bars)
    if bars != LAST:
        inner = graph.reshape(inner, -1, width)
    widen, widen_bias = _after(
        weights, f"{block}before_inner", weights[f"{block}widen.weight"].T, weights[f"{block}widen.bias"]
    )
    inner = graph("Relu", graph("Gemm", inner, widen, widen_bias))
    narrow = graph("Gemm", inner, weights[f"{block}narrow.weight"].T, weights[f"{block}narrow.bias"])
    return graph("Add", x, _shaped(graph, narrow, width, bars))


def _shaped(graph: Graph, flat: str, width: int, bars: int) -> str:
    """[B · bars, D] as the stream is shaped."""
    return flat if bars == LAST else graph.reshape(flat, -1, bars, width)


def _head(graph: Graph, net: VolatilityTransformer, weights: dict, logs: str, x: str) -> None:
    """σ of x [B · LAST, D] and the logarithms: one product with the linear form and the head, halved."""
    length = net.length
    head, shift = _after(weights, "last", weights["head"][:, None], 0.0)
    linear = np.zeros((2 * SQUARED, length))
    of_windows = weights["linear"][: 2 * len(WINDOWS)].reshape(len(WINDOWS), 2).T
    linear[[SQUARED + CHANGE, SQUARED + RANGE], : len(WINDOWS)] = of_windows
    linear[[SIGMA, TRUE_RANGE], -1] = weights["linear"][2 * len(WINDOWS) :]
    unread = np.zeros((LAST - 1) * len(head))
    form = np.concatenate([unread, head[:, 0], linear.ravel()]) / 2
    values = graph(
        "Concat",
        graph.reshape(_normalized(graph, x, len(head), LAST), -1, LAST * len(head), 1),
        graph.reshape(logs, -1, linear.size, 1),
        axis=1,
    )
    half = graph("MatMul", np.repeat(form[None], COPIES, axis=0), values)
    constant = weights["level"] + weights["log_scale"] + shift[0]
    sigma = graph("Exp", graph("Add", half, constant / 2))
    # The copies are equal; the largest of them is any of them.
    graph("ReduceMax", sigma, np.array([1, 2]), keepdims=0)
