"""Turns LoRA weights that were trained with diffusers or PEFT into adapters of a model folder that was exported with --lora-rank.

    python3 adapter.py WEIGHTS MODEL NAME [--scale S]

WEIGHTS is a .safetensors or .bin file; what it says of `prior.` goes to the prior, the rest to the decoder. MODEL/adapters/NAME/ gets a file in ONNX Runtime's
format for each of the two that it changes."""
import argparse
import re
import sys
from pathlib import Path

import flatbuffers
import numpy as np
import onnx
import torch

from checkpoint import ExportError
from lora import PARTS

FLOAT = 1                                         # TensorDataType.FLOAT of ONNX Runtime's adapter_schema.fbs
KEY = re.compile(r"^(?:(unet|decoder|prior)\.)?(.+?)(?:\.processor\.(\w+?)_lora\.(down|up)|\.lora_(A|B))(?:\.default)?\.weight$")


def read(path):
    """The weights: component to layer to A, (in, rank), and B, (rank, out)."""
    if not path.is_file():
        raise ExportError(f"{path} is not a file; expected LoRA weights, .safetensors or .bin.")
    if path.suffix == ".safetensors":
        from safetensors.torch import load_file
        weights = load_file(str(path))
    else:
        weights = torch.load(str(path), map_location="cpu")
    layers = {"decoder": {}, "prior": {}}
    for key, value in weights.items():
        match = KEY.match(key)
        if match is None:
            raise ExportError(f"{path} has {key}; expected names like unet.….to_q.lora_A.weight or ….processor.to_q_lora.down.weight.")
        component, layer, projection, side, part = match.groups()
        if projection:                            # diffusers' own processors hold all projections of one attention
            layer, part = f"{layer}.{'to_out.0' if projection == 'to_out' else projection}", "A" if side == "down" else "B"
        layers["prior" if component == "prior" else "decoder"].setdefault(layer, {})[part] = value.float().numpy().T
    return layers


def parameters(graph, layers, scale, file):
    """The adapter's tensors by the names of the graph's inputs, padded with zeros to the rank that it has room for."""
    room = {v.name: [d.dim_value for d in v.type.tensor_type.shape.dim] for v in graph.input if v.name.endswith(PARTS)}
    result = {}
    for layer, parts in layers.items():
        shapes = [room.get(f"{layer}.{part}") for part in PARTS]
        if None in shapes:
            raise ExportError(f"{file} has no room for an adapter at {layer}; export the model with --lora-rank, or leave the layer out.")
        if set(parts) != {"A", "B"} or parts["A"].shape[1] != parts["B"].shape[0]:
            raise ExportError(f"The weights of {layer} are incomplete; expected two matrices of one rank.")
        for name, value, shape in zip(PARTS, (parts["A"], parts["B"] * scale), shapes):
            if value.shape[0] > shape[0] or value.shape[1] > shape[1] or parts["A"].shape[0] != shapes[0][0] or parts["B"].shape[1] != shapes[1][1]:
                raise ExportError(f"The weights of {layer} are {value.shape}; {file} has room for {tuple(shape)}.")
            padded = np.zeros(shape, np.float32)
            padded[:value.shape[0], :value.shape[1]] = value
            result[f"{layer}.{name}"] = padded
    return result


def write(path, tensors):
    """ONNX Runtime's adapter_schema.fbs: versions, then a name, dimensions, a type and raw bytes for each tensor."""
    builder = flatbuffers.Builder(1024)
    offsets = []
    for name, value in tensors.items():
        content = np.ascontiguousarray(value).tobytes()
        builder.StartVector(1, len(content), 8)
        builder.head = builder.Head() - len(content)
        builder.Bytes[builder.Head():builder.Head() + len(content)] = content
        data = end_vector(builder, len(content))
        builder.StartVector(8, value.ndim, 8)
        for dimension in reversed(value.shape):
            builder.PrependInt64(dimension)
        dims = end_vector(builder, value.ndim)
        label = builder.CreateString(name)
        builder.StartObject(4)
        builder.PrependUOffsetTRelativeSlot(0, label, 0)
        builder.PrependUOffsetTRelativeSlot(1, dims, 0)
        builder.PrependInt32Slot(2, FLOAT, 0)
        builder.PrependUOffsetTRelativeSlot(3, data, 0)
        offsets.append(builder.EndObject())
    builder.StartVector(4, len(offsets), 4)
    for offset in reversed(offsets):
        builder.PrependUOffsetTRelative(offset)
    listed = end_vector(builder, len(offsets))
    builder.StartObject(4)
    for slot in range(3):                         # of the format, the adapter and the model
        builder.PrependInt32Slot(slot, 1, 0)
    builder.PrependUOffsetTRelativeSlot(3, listed, 0)
    builder.Finish(builder.EndObject(), file_identifier=b"TORT")
    path.write_bytes(builder.Output())


def end_vector(builder, length):
    """Version 2 of flatbuffers wants to be told no length any more, version 1 does."""
    return builder.EndVector() if builder.EndVector.__code__.co_argcount < 2 or builder.EndVector.__defaults__ else builder.EndVector(length)


def convert(weights, model, name, scale=1.0):
    folder = model / "adapters" / name
    for component, layers in read(weights).items():
        if not layers:
            continue
        file = model / component / "model.onnx"
        if not file.is_file():
            raise ExportError(f"{model} has no {component}/model.onnx; expected a model folder.")
        tensors = parameters(onnx.load(str(file), load_external_data=False).graph, layers, scale, file)
        folder.mkdir(parents=True, exist_ok=True)
        write(folder / f"{component}.onnx_adapter", tensors)
        print(f"{folder / component}.onnx_adapter: {len(layers)} layers")


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weights", type=Path)
    parser.add_argument("model", type=Path)
    parser.add_argument("name", help="what requests call it")
    parser.add_argument("--scale", type=float, default=1.0, help="what the adapter is multiplied by: its alpha over its rank, if it has one (default: %(default)s)")
    args = parser.parse_args(arguments)
    try:
        convert(args.weights, args.model, args.name, args.scale)
        return 0
    except ExportError as e:
        print(f"adapter: {e}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
