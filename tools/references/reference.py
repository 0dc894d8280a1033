"""Fits one estimator on a prepared split and times it. The job and the answer are those of reference-protocol.ts.

    python reference.py JOB.json ANSWER.json

The estimator is any class with fit and predict; to add a library, write a module of such classes and a file of pinned
requirements. The clock runs during fit and predict only: the images are loaded and converted before, an estimator with
warm_up is warmed up as our networks are, and probabilities are computed afterwards.
"""

import time

STARTED = time.perf_counter()

import base64
import importlib
import json
import platform
import resource
import sys
from importlib import metadata
from pathlib import Path

import numpy as np

try:
    from threadpoolctl import threadpool_info
except ImportError:
    # A Python that the user names may lack it; then only the requested number of threads is known.
    threadpool_info = None


def load(folder, part, size):
    """Returns n x size float32 pixels in [0, 1] and n uint8 labels."""
    images = np.fromfile(Path(folder, f"{part}.bytes"), np.uint8).reshape(-1, size)
    return images.astype(np.float32) / np.float32(255), np.fromfile(Path(folder, f"{part}.labels"), np.uint8)


def timed(work):
    """Returns the result of work, and its seconds."""
    start = time.perf_counter()
    result = work()
    return result, time.perf_counter() - start


def probabilities_of(estimator, images, class_count):
    """Returns n x class_count float32, zero for classes that were not fitted; None when there are no probabilities."""
    if not hasattr(estimator, "predict_proba"):
        return None
    spread = np.zeros((len(images), class_count), np.float32)
    spread[:, np.asarray(estimator.classes_, int)] = estimator.predict_proba(images)
    return spread


def text(array):
    """Returns the bytes of an array in Base64."""
    return base64.b64encode(np.ascontiguousarray(array).tobytes()).decode("ascii")


def main(job_file, answer_file):
    job = json.loads(Path(job_file).read_text())
    module, _, name = job["estimator"].rpartition(".")
    estimator = getattr(importlib.import_module(module), name)(**job["arguments"])
    train, train_labels = load(job["folder"], "train", job["imageSize"])
    test, _ = load(job["folder"], "test", job["imageSize"])
    setup_seconds = time.perf_counter() - STARTED

    first_step_seconds = None
    if hasattr(estimator, "warm_up"):
        _, first_step_seconds = timed(lambda: estimator.warm_up(train, job["classCount"]))
    _, fit_seconds = timed(lambda: estimator.fit(train, train_labels))
    labels, predict_seconds = timed(lambda: estimator.predict(test))
    # Before the probabilities, which need more memory and are not part of the measurement.
    peak_rss_bytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    peak_device_bytes = getattr(estimator, "peak_device_bytes_", None)

    probabilities = probabilities_of(estimator, test, job["classCount"])
    pools = [pool["num_threads"] for pool in threadpool_info()] if threadpool_info else []
    requested = [job["arguments"].get(name, 1) for name in ("n_jobs", "threads")]
    answer = {
        "python": platform.python_version(),
        "versions": {package: metadata.version(package) for package in job["packages"]},
        "threads": max([*pools, *requested]),
        "device": getattr(estimator, "device_", "cpu"),
        "setupSeconds": setup_seconds,
        "firstStepSeconds": first_step_seconds,
        "fitSeconds": fit_seconds,
        "predictSeconds": predict_seconds,
        "peakRssBytes": peak_rss_bytes,
        "peakDeviceBytes": peak_device_bytes,
        "parameterCount": getattr(estimator, "parameter_count_", None),
        "labels": text(np.asarray(labels, np.uint8)),
        "probabilities": None if probabilities is None else text(probabilities),
        "curve": getattr(estimator, "curve_", []),
        "notes": {
            **{note: int(np.sum(getattr(estimator, attribute))) for note, attribute in job["notes"].items()},
            **getattr(estimator, "notes_", {}),
        },
    }
    Path(answer_file).write_text(json.dumps(answer))


if __name__ == "__main__":
    main(*sys.argv[1:])
