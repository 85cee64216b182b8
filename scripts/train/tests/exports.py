"""Networks as PyTorch writes them: what re-exports begin with."""

import logging
import warnings
from pathlib import Path

import torch
from torch import nn

from vfrtrain import onnx_models


def export(net: nn.Module, length: int, features: int, file: Path) -> None:
    """Writes a network as one self-contained ONNX file."""
    net.eval()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        logging.getLogger("torch.onnx").setLevel(logging.ERROR)
        program = torch.onnx.export(
            net,
            (torch.zeros(2, length, features),),
            dynamo=True,
            dynamic_shapes=({0: torch.export.Dim("batch")},),
            external_data=False,
            input_names=["bars"],
            output_names=["forecast"],
            verbose=False,
        )
    onnx_models.write(program.model_proto, file)
