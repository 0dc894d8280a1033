"""Runs a compiled training step with TensorFlow's tracer and adds up the time of each kind of operation.

    python profile.py JOB.json ANSWER.json

The job, which profile-step.ts writes, names a folder with the saved_model.pb of the training and the outputs to fetch.
Images and weights are random: the time of a step depends on their shapes only.
"""

import collections
import json
import statistics
import sys
import time
from pathlib import Path

import numpy as np
import tensorflow as tf
from tensorflow.core.protobuf import saved_model_pb2

WARM_UP_STEPS = 10


def load(folder):
    """Returns the graph of a saved_model.pb."""
    model = saved_model_pb2.SavedModel()
    model.ParseFromString(Path(folder, "saved_model.pb").read_bytes())
    graph = tf.Graph()
    with graph.as_default():
        tf.import_graph_def(model.meta_graphs[0].graph_def, name="")
    return graph


def feeds_of(graph, prefix, values):
    """Returns {placeholder: values(shape)} of every placeholder whose name starts with prefix."""
    outputs = [op.outputs[0] for op in graph.get_operations() if op.type == "Placeholder" and op.name.startswith(prefix)]
    return {output: values(output.shape.as_list()) for output in outputs}


def main(job_file, answer_file):
    job = json.loads(Path(job_file).read_text())
    graph = load(job["folder"])
    random = np.random.default_rng(1)
    images, batch = job["images"], job["batch"]
    session = tf.compat.v1.Session(graph=graph)
    pixels = feeds_of(graph, "images", lambda shape: random.integers(0, 256, shape).astype(np.uint8))
    labels = random.integers(0, job["classCount"], images).astype(np.float32)
    session.run(job["loaded"], {**pixels, "labels:0": labels})
    weights = feeds_of(graph, "import-", lambda shape: np.abs(random.normal(0, 0.05, shape)).astype(np.float32))
    session.run(job["imported"], weights)

    def step(number, **options):
        feeds = {
            "first:0": number,
            "count:0": 1,
            "seed:0": 1,
            "rates:0": np.array([job["rates"]], np.float32),
            job["indices"]: random.integers(0, images, (1, batch)).astype(np.int32),
        }
        start = time.perf_counter()
        session.run(job["score"], feeds, **options)
        return time.perf_counter() - start

    for number in range(WARM_UP_STEPS):
        step(number + 1)
    seconds = [step(WARM_UP_STEPS + number + 1) for number in range(job["steps"])]

    totals, counts = collections.Counter(), collections.Counter()
    for number in range(job["steps"]):
        metadata = tf.compat.v1.RunMetadata()
        full = tf.compat.v1.RunOptions(trace_level=tf.compat.v1.RunOptions.FULL_TRACE)
        step(number + 1, options=full, run_metadata=metadata)
        for device in metadata.step_stats.dev_stats:
            for node in device.node_stats:
                _, _, right = node.timeline_label.partition(" = ")
                kind = right.partition("(")[0] or node.node_name
                totals[kind] += node.op_end_rel_micros - node.op_start_rel_micros
                counts[kind] += 1
    operations = [
        {"kind": kind, "count": counts[kind] / job["steps"], "seconds": micros / job["steps"] / 1e6}
        for kind, micros in totals.most_common()
    ]
    answer = {"stepSeconds": statistics.median(seconds), "operations": operations}
    Path(answer_file).write_text(json.dumps(answer))


if __name__ == "__main__":
    main(*sys.argv[1:])
