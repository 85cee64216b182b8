"""Graphs of ONNX that are written out node by node."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

#: The opset of ONNX, and the version of its file format.
OPSET = 20
FORMAT = 10


def repeated(values: Sequence[float], length: int) -> np.ndarray:
    """One value a row, [len(values), length]."""
    return np.repeat(np.array(values, dtype=np.float64)[:, None], length, axis=1)


class Graph:
    """Nodes and constants, in the order in which they are added."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self._constants: dict[tuple, onnx.TensorProto] = {}

    def __call__(self, operator: str, *inputs, outputs: int = 1, skipped: int = 0, **attributes):
        """Adds a node; returns the name of its output, or a list of them, behind those `skipped` that the
        operator has before and nobody reads. Inputs are names or constants: whole numbers become int64,
        all else float32."""
        name = f"{operator.lower()}_{len(self.nodes)}"
        made = [name] if outputs == 1 else [f"{name}_{i}" for i in range(outputs)]
        names = [i if isinstance(i, str) else self._constant(np.asarray(i)) for i in inputs]
        self.nodes.append(helper.make_node(operator, names, [""] * skipped + made, name=name, **attributes))
        return made[0] if outputs == 1 else made

    def _constant(self, values: np.ndarray) -> str:
        kind = np.int64 if np.issubdtype(values.dtype, np.integer) else np.float32
        values = np.ascontiguousarray(values.astype(kind))
        key = (values.dtype.str, values.shape, values.tobytes())
        if key not in self._constants:
            name = f"constant_{len(self._constants)}"
            self._constants[key] = numpy_helper.from_array(values, name)
        return self._constants[key].name

    def reshape(self, x: str, *shape: int) -> str:
        return self("Reshape", x, np.array(shape))

    def slice(self, x: str, first: tuple[int, ...], axes: tuple[int, ...], size: int = 1) -> str:
        """`size` values from `first` on along each of the axes."""
        start = np.array(first)
        return self("Slice", x, start, start + size, np.array(axes))

    def model(self, name: str, length: int, features: int) -> onnx.ModelProto:
        """The file's content: input "bars" float32 [batch, length, features]; the last node's output is
        "forecast", float32 [batch]."""
        self.nodes[-1].output[0] = "forecast"
        graph = helper.make_graph(
            self.nodes,
            name,
            [helper.make_tensor_value_info("bars", TensorProto.FLOAT, ["batch", length, features])],
            [helper.make_tensor_value_info("forecast", TensorProto.FLOAT, ["batch"])],
            list(self._constants.values()),
        )
        model = helper.make_model(
            graph, opset_imports=[helper.make_opsetid("", OPSET)], producer_name="vfrtrain"
        )
        model.ir_version = FORMAT
        return model
