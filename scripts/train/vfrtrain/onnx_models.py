"""Networks as ONNX files: check, write, score."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import onnxruntime

#: Largest batch that the stream hands to a model.
BATCH_MAX = 32

#: Rows of one scoring call here; rows do not depend on it (see `check_batches`).
SCORING_ROWS = 1024


class ExportError(RuntimeError):
    """A graph that must not be shipped; the message says what is wrong with it."""


def write(model: onnx.ModelProto, file: Path) -> None:
    """Checks a model and writes it, the same bytes for the same model."""
    onnx.checker.check_model(model, full_check=True)
    file.write_bytes(model.SerializeToString(deterministic=True))


def session(file: Path) -> onnxruntime.InferenceSession:
    """A session as the stream opens it: one thread, on the CPU."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(
        str(file), sess_options=options, providers=["CPUExecutionProvider"]
    )


def run(opened: onnxruntime.InferenceSession, batch: np.ndarray) -> np.ndarray:
    """Outputs of one call, float32 [B]; batch is float32 [B, L, F]."""
    return opened.run(None, {"bars": np.ascontiguousarray(batch)})[0].reshape(-1)


def score(opened: onnxruntime.InferenceSession, batch: np.ndarray) -> np.ndarray:
    """Outputs of any number of rows, float64 [R]; batch is float32 [R, L, F]."""
    parts = [
        run(opened, batch[start : start + SCORING_ROWS]).astype(np.float64)
        for start in range(0, len(batch), SCORING_ROWS)
    ]
    return np.concatenate(parts) if parts else np.empty(0)


def check_batches(opened: onnxruntime.InferenceSession, rows: np.ndarray) -> None:
    """Raises ExportError if a row's output depends on how many rows are scored with it.

    `rows` is float32 [R, L, F] with at least BATCH_MAX rows; every batch size up to that is tried, and
    the one that `score` uses.
    """
    alone = np.concatenate([run(opened, rows[i : i + 1]) for i in range(len(rows))])
    for size in [*range(2, BATCH_MAX + 1), len(rows)]:
        together = run(opened, rows[:size])
        if not np.array_equal(alone[:size], together):
            worst = np.abs(alone[:size] - together).max()
            raise ExportError(f"outputs of {size} rows at once differ by up to {worst:g} from one by one")
