"""One recurrent layer run by onnxruntime: the independent judge of LSTM and GRU variants, in float32."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
import torch
from torch import Tensor

OPSET = 17


def run_layer(kind: str, inputs: Mapping[str, Tensor], hidden: int, **attributes: object) -> Tensor:
    """All states of an ONNX LSTM or GRU node: inputs X (T, N, D), W, R, B, … with one direction -> (T, N, H)."""
    onnx = pytest.importorskip("onnx", reason="the oracle onnx is not installed")
    runtime = pytest.importorskip("onnxruntime", reason="the oracle onnxruntime is not installed")
    names = ["X", "W", "R", "B", "sequence_lens", "initial_h", "initial_c", "P"]
    order = [name if name in inputs else "" for name in (names if kind == "LSTM" else names[:6])]
    node = onnx.helper.make_node(kind, order, ["Y"], hidden_size=hidden, **attributes)
    kinds = [
        onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, list(each.shape))
        for name, each in inputs.items()
    ]
    result = onnx.helper.make_tensor_value_info("Y", onnx.TensorProto.FLOAT, None)
    graph = onnx.helper.make_graph([node], "layer", kinds, [result])
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", OPSET)], ir_version=9)
    session = runtime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    (states,) = session.run(None, {name: each.numpy().astype(np.float32) for name, each in inputs.items()})
    return torch.from_numpy(states).squeeze(1).double()  # (T, 1, N, H) -> (T, N, H)
