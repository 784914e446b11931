"""Float32 graphs to float16 ones: weights and arithmetic. Inputs and outputs stay float32, and so does what a timestep goes through before it first meets a
weight, since 999 times a frequency has no decimals in float16."""
import numpy as np
from onnx import TensorProto, helper, numpy_helper

LARGEST = 65504.0                                 # float16's; masks are -3.4e38 in float32
PRODUCTS = ("MatMul", "Gemm", "Conv")
FLOAT_BY_DEFINITION = {"Resize": (1, 2)}          # inputs that are float32 whatever the others are
INTEGERS = ("Shape", "Size", "ArgMax", "NonZero")


def convert(model):
    graph = model.graph
    exact = exact_nodes(graph)
    nodes, casts = [], {}
    constants = {t.name: t for t in graph.initializer if t.data_type == TensorProto.FLOAT}
    floats = set(constants) | {v.name for v in graph.input if v.type.tensor_type.elem_type == TensorProto.FLOAT}
    exact_floats = set(floats)
    outputs = {v.name for v in graph.output if v.type.tensor_type.elem_type == TensorProto.FLOAT}
    read_exactly = set()

    def half(name):
        """The name of a float32 tensor's float16 version."""
        if name not in casts:
            casts[name] = f"{name}.half"
            if name not in constants:
                nodes.append(helper.make_node("Cast", [name], [casts[name]], to=TensorProto.FLOAT16))
        return casts[name]

    for i, node in enumerate(graph.node):
        fixed = FLOAT_BY_DEFINITION.get(node.op_type, ())
        if i in exact:
            read_exactly.update(node.input)
            if is_float(node, exact_floats):
                exact_floats.update(node.output)
        else:
            read_exactly.update(name for place, name in enumerate(node.input) if place in fixed)
            node.input[:] = [half(name) if name in exact_floats and place not in fixed else f"{name}.half" if name in outputs else name
                             for place, name in enumerate(node.input)]
            node.output[:] = [f"{name}.half" if name in outputs else name for name in node.output]
            halve_attributes(node)
        nodes.append(node)
    nodes.extend(helper.make_node("Cast", [f"{name}.half"], [name], to=TensorProto.FLOAT) for name in sorted(outputs))

    optional = {v.name for v in graph.input} & set(constants)
    for name in set(casts) & set(constants) - optional:
        graph.initializer.append(halved(constants[name], casts[name]))
    for name in set(casts) & optional:            # an input with a default stays float32 outside, as all of them
        nodes.insert(0, helper.make_node("Cast", [name], [casts[name]], to=TensorProto.FLOAT16))
    kept = [t for t in graph.initializer if t.name not in constants or t.name in read_exactly or t.name in optional]
    for field, values in ((graph.initializer, kept), (graph.node, nodes)):
        copies = [type(v).FromString(v.SerializeToString()) for v in values]
        del field[:]
        field.extend(copies)
    del graph.value_info[:]


def exact_nodes(graph):
    """Indices of the nodes between the timestep and the first product with weights, of those that make what operators take as float32 by definition, and of
    all that these are computed of."""
    reached, found, wanted = {"timestep"}, set(), set()
    for i, node in enumerate(graph.node):
        wanted.update(node.input[place] for place in FLOAT_BY_DEFINITION.get(node.op_type, ()) if place < len(node.input))
        if node.op_type not in PRODUCTS and reached.intersection(node.input):
            found.add(i)
            reached.update(node.output)
            wanted.update(node.input)
    wanted.discard("")
    for i, node in reversed(list(enumerate(graph.node))):
        if wanted.intersection(node.output):
            found.add(i)
            wanted.update(node.input if node.op_type not in INTEGERS else ())
    return found


def is_float(node, floats):
    """Whether a node's output is float32."""
    if node.op_type in INTEGERS:
        return False
    if node.op_type == "Cast":
        return any(a.name == "to" and a.i == TensorProto.FLOAT for a in node.attribute)
    if node.op_type in ("Constant", "ConstantOfShape"):
        return any(a.name == "value" and a.t.data_type == TensorProto.FLOAT for a in node.attribute)
    return bool(floats.intersection(node.input))


def halve_attributes(node):
    for a in node.attribute:
        if a.name == "to" and a.i == TensorProto.FLOAT:
            a.i = TensorProto.FLOAT16
        elif a.name == "value" and a.t.data_type == TensorProto.FLOAT:
            a.t.CopyFrom(halved(a.t, a.t.name))


def halved(tensor, name):
    values = numpy_helper.to_array(tensor)
    return numpy_helper.from_array(np.clip(values, -LARGEST, LARGEST).astype(np.float16), name)
