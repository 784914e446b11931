"""Room for LoRA adapters (arXiv 2106.09685) in a graph: each projection of attention gets x A B beside it, whose A and B are inputs of the graph that are zeros
where nobody sets them, as ONNX Runtime's adapters do."""
import torch
from onnx import TensorProto, helper
from torch import nn

PROJECTIONS = ("to_q", "to_k", "to_v", "to_out.0", "add_k_proj", "add_v_proj")
PARTS = ("lora_A", "lora_B")


class Adapted(nn.Module):
    """A linear layer and its adapter: A is (in, rank), B is (rank, out), times what the adapter is scaled by."""
    def __init__(self, linear, rank):
        super().__init__()
        self.linear = linear
        # Of ones while the graph is made: equal zeros would be written once for all of them.
        self.lora_A = nn.Parameter(torch.randn(linear.in_features, rank))
        self.lora_B = nn.Parameter(torch.randn(rank, linear.out_features))

    def forward(self, x, *ignored):
        return self.linear(x) + x @ self.lora_A @ self.lora_B


def insert(network, rank):
    """Wraps the projections in place; returns the adapters' parameters by the names that the graph's inputs get."""
    if rank == 0:
        return {}
    adapted = {}
    for name, module in list(network.named_modules()):
        if isinstance(module, nn.Linear) and name.endswith(PROJECTIONS):
            parent, _, own = name.rpartition(".")
            wrapped = Adapted(module, rank)
            replace(network.get_submodule(parent), own, wrapped)
            adapted |= {f"{name}.{part}": getattr(wrapped, part) for part in PARTS}
    return adapted


def replace(parent, name, module):
    if isinstance(parent, nn.ModuleList):
        parent[int(name)] = module
    else:
        setattr(parent, name, module)


def open_inputs(model, adapted):
    """Makes the adapters' weights inputs with a default of zeros, here and in PyTorch."""
    for name, parameter in adapted.items():
        parameter.data.zero_()
        traced = next(t for t in model.graph.initializer if t.name == f"network.{name}")
        for node in model.graph.node:
            node.input[:] = [name if n == traced.name else n for n in node.input]
        traced.CopyFrom(helper.make_tensor(name, TensorProto.FLOAT, list(parameter.shape), [0.0] * parameter.numel()))
        model.graph.input.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, list(parameter.shape)))
