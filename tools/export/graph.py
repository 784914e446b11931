"""From a PyTorch module to an ONNX file."""
import inspect
import tempfile
from pathlib import Path
from unittest import mock

import onnx
import torch

from checkpoint import ExportError

LARGEST_FILE = 1_900_000_000                      # protobuf ends at 2 GiB; above, weights lie beside the graph
LARGEST_IN_GRAPH = 1024                           # bytes of a tensor that stays in the graph all the same


def repeat_interleave(x, times, dim=None, **ignored):
    """The same as PyTorch's for one number and the first dimension; that one's export takes the traced batch for every batch."""
    if dim != 0 or not isinstance(times, int):
        raise NotImplementedError(f"repeat_interleave by {times} along {dim}")
    return x.unsqueeze(1).expand(-1, times, *x.shape[1:]).flatten(0, 1)


def trace(component, opset):
    """The component's graph; the batch is axis 0 of every input and output, all else is fixed."""
    inputs = component.example(2)
    axes = {name: {0: component.batch_of(name)} for name in (*inputs, *component.outputs)}
    # Newer versions of PyTorch trace by another exporter unless they are told.
    legacy = {"dynamo": False} if "dynamo" in inspect.signature(torch.onnx.export).parameters else {}
    with tempfile.TemporaryDirectory(prefix="limner-export-") as scratch:
        path = Path(scratch) / "model.onnx"
        try:
            with torch.no_grad(), mock.patch.object(torch.Tensor, "repeat_interleave", repeat_interleave):
                torch.onnx.export(component.module, tuple(inputs.values()), str(path), opset_version=opset, input_names=list(inputs),
                                  output_names=list(component.outputs), dynamic_axes=axes, do_constant_folding=True, **legacy)
        except (torch.onnx.errors.OnnxExporterError, ValueError) as e:
            raise ExportError(f"{component.folder} cannot be exported with opset {opset}: {str(e).splitlines()[0]}") from e
        model = onnx.load(str(path))
    component.prepare(model)
    return model


def save(model, path, largest=LARGEST_FILE):
    """Writes one file, or where it would be too large for one, model.onnx and model.onnx.data."""
    path.parent.mkdir(parents=True, exist_ok=True)
    model.graph.ClearField("doc_string")
    outside = sum(t.ByteSize() for t in model.graph.initializer) > largest
    if outside:
        onnx.save(model, str(path), save_as_external_data=True, all_tensors_to_one_file=True, location=f"{path.name}.data", size_threshold=LARGEST_IN_GRAPH)
    else:
        onnx.save(model, str(path))
    onnx.checker.check_model(str(path))
