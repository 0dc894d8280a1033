"""Finds the operations of a compiled training step that TensorFlow has no CUDA kernel for, and the values that would be
copied between host and card. Needs no graphics card.

    python placement.py SAVED_MODEL.pb ANSWER.json

TensorFlow's CUDA build registers its kernels with or without a card; a kernel states which of its arguments are in host
memory. Constants, fed values and variable handles are not counted: they are copied once, or are only handles.
"""

import collections
import json
import sys
from pathlib import Path

import tensorflow as tf
from tensorflow.core.protobuf import saved_model_pb2
from tensorflow.python.framework import kernels, op_def_registry

FREE_SOURCES = {"Const", "Placeholder", "VarHandleOp"}


def kernel_of(node, definition):
    """Returns the kernel that would run the node on a card; None when there is none."""
    defaults = {attribute.name: attribute.default_value for attribute in definition.attr}

    def fits(kernel):
        return all(
            (node.attr[constraint.name] if constraint.name in node.attr else defaults[constraint.name]).type
            in constraint.allowed_values.list.type
            for constraint in kernel.constraint
        )

    registered = kernels.get_registered_kernels_for_op(node.op).kernel
    for device in ("GPU", "DEFAULT"):
        for kernel in registered:
            if kernel.device_type == device and fits(kernel):
                return kernel
    return None


def places(node, arguments, kernel):
    """Returns the memory of each of a node's inputs or outputs: "host" or "card"."""
    found = []
    for argument in arguments:
        count = node.attr[argument.number_attr].i if argument.number_attr else 1
        on_host = kernel is None or argument.name in kernel.host_memory_arg
        found += ["host" if on_host else "card"] * count
    return found


def main(model_file, answer_file):
    model = saved_model_pb2.SavedModel()
    model.ParseFromString(Path(model_file).read_bytes())
    nodes = {node.name: node for node in model.meta_graphs[0].graph_def.node}
    missing, inputs, outputs = collections.Counter(), {}, {}
    for node in nodes.values():
        definition = op_def_registry.get(node.op)
        kernel = kernel_of(node, definition)
        if kernel is None:
            types = [tf.dtypes.as_dtype(value.type).name for _, value in sorted(node.attr.items()) if value.type]
            missing[f"{node.op} ({', '.join(types)})"] += 1
        inputs[node.name] = places(node, definition.input_arg, kernel)
        outputs[node.name] = places(node, definition.output_arg, kernel)
    copies = collections.Counter()
    for node in nodes.values():
        sources = [source for source in node.input if not source.startswith("^")]
        for source, to in zip(sources, inputs[node.name], strict=True):
            name, _, output = source.partition(":")
            start = outputs[name][int(output or 0)]
            if start != to and nodes[name].op not in FREE_SOURCES:
                copies[(nodes[name].op, start, node.op)] += 1
    answer = {
        "operations": len(nodes),
        "missing": [{"kind": kind, "count": count} for kind, count in missing.most_common()],
        "copies": [
            {"source": source, "target": target, "toHost": start == "card", "count": count}
            for (source, start, target), count in copies.most_common()
        ],
    }
    Path(answer_file).write_text(json.dumps(answer))


if __name__ == "__main__":
    main(*sys.argv[1:])
