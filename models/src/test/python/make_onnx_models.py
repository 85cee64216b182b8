"""Writes the small ONNX models of the tests, and what ONNX Runtime for Python says about them.

    python -m venv venv && venv/bin/pip install -r requirements.txt
    venv/bin/python make_onnx_models.py ../resources/onnx

Every model is a few kilobytes. Beside a model whose outputs are checked lies a .json with rows and outputs:
{"inputs": [[...], ...], "expected": [[...], ...]}, rows flattened oldest bar first. The weights come from
fixed seeds, so the same versions write the same bytes.
"""

import json
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn

LENGTH = 8
FEATURES = 4
VECTOR = 6
ROWS = 12
OPSET = 18
IR = 10


class Lstm(nn.Module):
    """An LSTM over the bars; its last state becomes one number."""

    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(FEATURES, 12, batch_first=True)
        self.head = nn.Linear(12, 1)

    def forward(self, x):
        return self.head(self.lstm(x)[0][:, -1, :]).squeeze(-1)


class Transformer(nn.Module):
    """One encoder layer with attention written out, which exports to few nodes; the mean becomes one number."""

    def __init__(self, width=16, heads=2):
        super().__init__()
        self.heads = heads
        self.embed = nn.Linear(FEATURES, width)
        self.position = nn.Parameter(torch.randn(1, LENGTH, width) * 0.1)
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        self.norm1 = nn.LayerNorm(width)
        self.norm2 = nn.LayerNorm(width)
        self.feed = nn.Sequential(nn.Linear(width, 2 * width), nn.GELU(), nn.Linear(2 * width, width))
        self.head = nn.Linear(width, 1)

    def forward(self, x):
        h = self.embed(x) + self.position
        q, k, v = self.qkv(self.norm1(h)).reshape(-1, LENGTH, 3, self.heads, 8).permute(2, 0, 3, 1, 4).unbind(0)
        weights = torch.softmax(q @ k.transpose(-1, -2) / 8**0.5, dim=-1)
        h = h + self.out((weights @ v).transpose(1, 2).reshape(-1, LENGTH, 16))
        h = h + self.feed(self.norm2(h))
        return self.head(h.mean(dim=1)).squeeze(-1)


class Mlp(nn.Module):
    """A classifier over one vector: three probabilities."""

    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(VECTOR, 16), nn.ReLU(), nn.Linear(16, 3), nn.Softmax(dim=-1))

    def forward(self, x):
        return self.net(x)


def export(out, name, module, seed, shape):
    torch.manual_seed(seed)
    model = module().eval()
    file = out / f"{name}.onnx"
    program = torch.onnx.export(
        model,
        (torch.zeros(2, *shape),),
        dynamo=True,
        opset_version=OPSET,
        dynamic_shapes=({0: torch.export.Dim("batch")},),
        input_names=["x"],
        output_names=["y"],
        verbose=False,
    )
    proto = program.model_proto
    strip(proto)
    file.write_bytes(proto.SerializeToString(deterministic=True))
    rows = np.random.default_rng(seed).standard_normal((ROWS, *shape)).astype(np.float32)
    describe(file, rows)


def strip(proto):
    """Drops what the exporter notes about source lines: it names this machine's directories."""
    del proto.metadata_props[:]
    proto.doc_string = ""
    for owner in [proto.graph, *proto.functions]:
        del owner.metadata_props[:]
        owner.doc_string = ""
        for node in owner.node:
            del node.metadata_props[:]
            node.doc_string = ""
    for value in [*proto.graph.input, *proto.graph.output, *proto.graph.value_info, *proto.graph.initializer]:
        del value.metadata_props[:]
        value.doc_string = ""


def describe(file, rows):
    """Stores what each row gives alone; the rows are stored as the doubles that their float32 are."""
    session = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])
    expected = [session.run(None, {"x": row[None]})[0].reshape(-1).tolist() for row in rows]
    text = {"inputs": [row.reshape(-1).astype(float).tolist() for row in rows], "expected": expected}
    file.with_suffix(".json").write_text(json.dumps(text) + "\n")


def save(out, name, nodes, inputs, outputs, initializers=(), opsets=(("", OPSET),)):
    graph = helper.make_graph(list(nodes), name, list(inputs), list(outputs), list(initializers))
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid(d, v) for d, v in opsets], ir_version=IR)
    model.producer_name = "vfr-tests"
    (out / f"{name}.onnx").write_bytes(model.SerializeToString(deterministic=True))


def tensor(name, shape, kind=TensorProto.FLOAT):
    return helper.make_tensor_value_info(name, kind, shape)


def constant(name, value, dtype=np.float32):
    return numpy_helper.from_array(np.array(value, dtype=dtype), name)


X2 = tensor("x", ["batch", 2])
Y = tensor("y", ["batch"])


def row_sum(source, target):
    return helper.make_node("ReduceSum", [source, "axis1"], [target], keepdims=0)


AXIS1 = constant("axis1", [1], np.int64)


def loop(out):
    """y = x0 + x1, after as many turns of a loop as the largest x0 of the batch says."""
    body = helper.make_graph(
        [
            helper.make_node("Sin", ["carried"], ["next"]),
            helper.make_node("Identity", ["go"], ["go_on"]),
        ],
        "body",
        [tensor("turn", [], TensorProto.INT64), tensor("go", [], TensorProto.BOOL), tensor("carried", [1])],
        [tensor("go_on", [], TensorProto.BOOL), tensor("next", [1])],
    )
    nodes = [
        helper.make_node("Gather", ["x", "zero"], ["x0"], axis=1),
        helper.make_node("ReduceMax", ["x0"], ["top"], keepdims=0),
        helper.make_node("Cast", ["top"], ["turns"], to=TensorProto.INT64),
        helper.make_node("Loop", ["turns", "yes", "one"], ["last"], body=body),
        row_sum("x", "sum"),
        helper.make_node("Mul", ["last", "none"], ["nothing"]),
        helper.make_node("Add", ["sum", "nothing"], ["y"]),
    ]
    constants = [constant("zero", 0, np.int64), constant("yes", True, np.bool_), constant("one", [1]), constant("none", [0]), AXIS1]
    save(out, "loop", nodes, [X2], [Y], constants)


def gather(out):
    """y = table[x1] + x0: fails as a whole when an x1 is no index of the table."""
    nodes = [
        helper.make_node("Gather", ["x", "zero"], ["x0"], axis=1),
        helper.make_node("Gather", ["x", "one"], ["x1"], axis=1),
        helper.make_node("Cast", ["x1"], ["index"], to=TensorProto.INT64),
        helper.make_node("Gather", ["table", "index"], ["looked_up"], axis=0),
        helper.make_node("Add", ["looked_up", "x0"], ["y"]),
    ]
    constants = [constant("zero", 0, np.int64), constant("one", 1, np.int64), constant("table", [0.5, 1.5, 2.5, 3.5])]
    save(out, "gather", nodes, [X2], [Y], constants)


def small(out):
    double = TensorProto.DOUBLE
    save(out, "root", [row_sum("x", "sum"), helper.make_node("Sqrt", ["sum"], ["y"])], [X2], [Y], [AXIS1])
    save(out, "double", [row_sum("x", "y")], [tensor("x", ["batch", 2], double)], [tensor("y", ["batch"], double)], [AXIS1])
    save(
        out,
        "neighbours",
        [
            helper.make_node("ReduceMean", ["x", "axis0"], ["mean"], keepdims=1),
            helper.make_node("Sub", ["x", "mean"], ["centred"]),
            row_sum("centred", "y"),
        ],
        [X2],
        [Y],
        [AXIS1, constant("axis0", [0], np.int64)],
    )
    save(
        out,
        "random",
        [row_sum("x", "sum"), helper.make_node("RandomNormalLike", ["sum"], ["noise"], scale=1e-4), helper.make_node("Add", ["sum", "noise"], ["y"])],
        [X2],
        [Y],
        [AXIS1],
    )


def wide(out):
    """y = the sum of i · x_i over 40 inputs: more than there are rows in a batch."""
    weights = constant("w", [[float(i)] for i in range(40)])
    save(out, "wide", [helper.make_node("MatMul", ["x", "w"], ["y"])], [tensor("x", ["batch", 40])], [tensor("y", ["batch", 1])], [weights])


def rows_matter(out):
    """Sums whose last bits depend on the number of rows, as those of real kernels may."""
    rows = [
        helper.make_node("Shape", ["x"], ["rows"], start=0, end=1),
        row_sum("x", "sum"),
    ]
    end = [
        helper.make_node("Where", ["differs", "little", "none"], ["more"]),
        helper.make_node("Add", ["sum", "more"], ["y"]),
    ]
    constants = [constant("little", [4e-7]), constant("none", [0]), AXIS1]
    few = helper.make_node("Less", ["rows", "four"], ["differs"])
    save(out, "few-rows-differ", [*rows, few, *end], [X2], [Y], [*constants, constant("four", [4], np.int64)])
    odd = [
        helper.make_node("Mod", ["rows", "two"], ["rest"]),
        helper.make_node("Cast", ["rest"], ["differs"], to=TensorProto.BOOL),
    ]
    save(out, "odd-rows-differ", [*rows, *odd, *end], [X2], [Y], [*constants, constant("two", [2], np.int64)])


def wrong(out):
    """Models that are sound and yet not of the shape that is asked for."""
    total = [row_sum("x", "y")]
    save(out, "wrong-static-batch", total, [tensor("x", [1, 2])], [tensor("y", [1])], [AXIS1])
    save(out, "wrong-dynamic-width", total, [tensor("x", ["batch", "width"])], [Y], [AXIS1])
    save(out, "wrong-rank", [helper.make_node("ReduceSum", ["x", "axes"], ["y"], keepdims=0)], [tensor("x", ["batch", 2, 1, 1])], [Y], [constant("axes", [1, 2, 3], np.int64)])
    save(out, "wrong-input-type", [row_sum("x", "y")], [tensor("x", ["batch", 2], TensorProto.INT64)], [tensor("y", ["batch"], TensorProto.INT64)], [AXIS1])
    save(out, "wrong-output-type", [row_sum("x", "sum"), helper.make_node("Cast", ["sum"], ["y"], to=TensorProto.INT64)], [X2], [tensor("y", ["batch"], TensorProto.INT64)], [AXIS1])
    save(out, "wrong-two-inputs", [helper.make_node("Add", ["x", "z"], ["xz"]), row_sum("xz", "y")], [X2, tensor("z", ["batch", 2])], [Y], [AXIS1])
    save(out, "wrong-two-outputs", [row_sum("x", "y"), helper.make_node("Abs", ["y"], ["z"])], [X2], [Y, tensor("z", ["batch"])], [AXIS1])
    # Says that it gives one value a row, and gives the batch's largest alone; how many is known at run time only.
    largest = [
        row_sum("x", "sum"),
        helper.make_node("ReduceMax", ["sum"], ["top"], keepdims=1),
        helper.make_node("Mul", ["top", "none"], ["nothing"]),
        helper.make_node("Add", ["nothing", "one"], ["count"]),
        helper.make_node("Cast", ["count"], ["k"], to=TensorProto.INT64),
        helper.make_node("TopK", ["sum", "k"], ["y", "index"]),
    ]
    save(out, "wrong-at-run-time", largest, [X2], [Y], [constant("none", [0]), constant("one", [1]), AXIS1])
    save(out, "unsupported-op", [helper.make_node("Oracle", ["x"], ["y"], domain="delphi")], [X2], [Y], opsets=(("", OPSET), ("delphi", 1)))


def external(out):
    """Its weights are said to be in a file outside the model's directory."""
    weight = TensorProto(name="w", data_type=TensorProto.FLOAT, dims=[2, 1], data_location=TensorProto.EXTERNAL)
    for key, value in (("location", "../../secret.bin"), ("offset", "0"), ("length", "8")):
        entry = weight.external_data.add()
        entry.key, entry.value = key, value
    save(out, "external", [helper.make_node("MatMul", ["x", "w"], ["y"])], [X2], [tensor("y", ["batch", 1])], [weight])
    # The same, hidden in the branch of an If.
    branch = helper.make_graph([helper.make_node("MatMul", ["x", "w"], ["b"])], "branch", [], [tensor("b", ["batch", 1])], [weight])
    other = helper.make_graph([helper.make_node("ReduceSum", ["x", "axis1"], ["c"], keepdims=1)], "other", [], [tensor("c", ["batch", 1])])
    nodes = [helper.make_node("If", ["no"], ["y"], then_branch=branch, else_branch=other)]
    save(out, "external-in-branch", nodes, [X2], [tensor("y", ["batch", 1])], [constant("no", False, np.bool_), AXIS1])


def main():
    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    export(out, "lstm", Lstm, 11, (LENGTH, FEATURES))
    export(out, "transformer", Transformer, 12, (LENGTH, FEATURES))
    export(out, "mlp", Mlp, 13, (VECTOR,))
    loop(out)
    gather(out)
    small(out)
    wide(out)
    rows_matter(out)
    wrong(out)
    external(out)
    for file in sorted(out.glob("*.onnx")):
        print(f"{file.stat().st_size:7} {file.name}")


if __name__ == "__main__":
    main()
