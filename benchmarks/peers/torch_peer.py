"""Our networks in PyTorch, in eager mode: the same layers, first weights, optimiser, batches and epochs.

    python3 torch_peer.py NETWORK [--device cuda|cpu] [--data FOLDER] [--limit N] [--out FILE]

Reads Fashion-MNIST's four IDX files, gzipped or not. The images lie on the device before the clock starts, as ours do
from the first step on, and a step on random labels warms it up; the clock stops when the device is idle. All images but
the last 5,000 are fitted on, as many as we fit on; the split itself is another.
"""

import argparse
import gzip
import json
import math
import os
import platform
import time
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional

RECIPES = {
    "mlp": {"epochs": 15, "batch": 64, "rate": 0.001},
    "cnn": {"epochs": 18, "batch": 64, "rate": 0.001},
    "cnn-lenet": {"epochs": 10, "batch": 64, "rate": 0.001},
    "resnet": {"epochs": 20, "batch": 128, "rate": 0.003, "cosine": True},
}


class Block(nn.Module):
    def __init__(self, filters):
        super().__init__()
        self.first = convolution(filters, filters)
        self.second = convolution(filters, filters)
        self.norms = nn.ModuleList([normalization(filters), normalization(filters)])

    def forward(self, x):
        y = functional.relu(self.norms[0](self.first(x)))
        return functional.relu(x + self.norms[1](self.second(y)))


def convolution(before, filters):
    return nn.Conv2d(before, filters, 3, padding=1, bias=False)


def normalization(filters):
    # Ours keeps 0.9 of the running mean; epsilon is Keras's.
    return nn.BatchNorm2d(filters, eps=1e-3, momentum=0.1)


def build(network):
    if network == "mlp":
        return nn.Sequential(
            nn.Flatten(), nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 64), nn.ReLU(), nn.Linear(64, 10)
        )
    if network == "resnet":
        stem = [convolution(1, 32), nn.MaxPool2d(2), normalization(32), nn.ReLU()]
        body = [Block(32), nn.MaxPool2d(2), Block(32), Block(32)]
        return nn.Sequential(*stem, *body, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(32, 10))
    layers = [nn.Conv2d(1, 32, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2)]
    if network == "cnn":
        layers += [nn.Conv2d(64, 128, 3), nn.ReLU()]
    features = 3 * 3 * 128 if network == "cnn" else 5 * 5 * 64
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(features, 128), nn.ReLU(), nn.Linear(128, 10))


def initialize(module):
    if isinstance(module, nn.Conv2d) and module.bias is None:
        nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
    elif isinstance(module, (nn.Conv2d, nn.Linear)):
        nn.init.xavier_uniform_(module.weight)
        nn.init.zeros_(module.bias)


def read_idx(folder, name):
    plain = Path(folder, name)
    raw = plain.read_bytes() if plain.exists() else gzip.decompress(Path(folder, f"{name}.gz").read_bytes())
    shape = [int.from_bytes(raw[4 + 4 * axis : 8 + 4 * axis], "big") for axis in range(raw[3])]
    return np.frombuffer(raw, np.uint8, offset=4 + 4 * raw[3]).reshape(shape)


def data_folder():
    cache = os.environ.get("FITTING_ROOM_CACHE") or Path(
        os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "fitting-room"
    )
    return Path(cache, "datasets", "fashion-mnist")


def synchronize(device):
    if device == "cuda":
        torch.cuda.synchronize()


def train(model, images, labels, recipe, device, epochs, generator):
    optimizer = torch.optim.Adam(model.parameters(), lr=recipe["rate"], eps=1e-7)
    steps = math.ceil(len(images) / recipe["batch"]) * epochs
    cosine = recipe.get("cosine", False)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps) if cosine else None
    curve = []
    start = time.perf_counter()
    model.train()
    for epoch in range(epochs):
        order = torch.randperm(len(images), generator=generator).to(device)
        total = torch.zeros(2, device=device)
        for batch in order.split(recipe["batch"]):
            logits = model(images[batch].float().div(255))
            loss = functional.cross_entropy(logits, labels[batch])
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            if schedule:
                schedule.step()
            right = (logits.argmax(1) == labels[batch]).sum()
            total += torch.stack([loss.detach() * len(batch), right.float()])
        # Reading the sums waits for the device.
        loss_sum, right = total.tolist()
        point = {"epoch": epoch + 1, "seconds": time.perf_counter() - start}
        curve.append({**point, "loss": loss_sum / len(images), "accuracy": right / len(images)})
    return curve


def predict(model, images):
    model.eval()
    with torch.no_grad():
        return torch.cat([model(part.float().div(255)).argmax(1) for part in images.split(500)]).cpu()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("network", choices=RECIPES)
    parser.add_argument("--device", choices=["cuda", "cpu"], default="cuda")
    parser.add_argument("--data", default=None)
    parser.add_argument("--limit", type=int, default=None)
    parser.add_argument("--test-limit", type=int, default=None)
    parser.add_argument("--epochs", type=int, default=None)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", default=None)
    asked = parser.parse_args()
    recipe = RECIPES[asked.network]
    epochs = asked.epochs or recipe["epochs"]
    folder = asked.data or data_folder()

    torch.manual_seed(asked.seed)
    generator = torch.Generator().manual_seed(asked.seed)

    def resident(name, count):
        return torch.from_numpy(read_idx(folder, name)[:count].copy()).to(asked.device)

    kept = asked.limit or 55_000
    images = resident("train-images-idx3-ubyte", kept).unsqueeze(1)
    labels = resident("train-labels-idx1-ubyte", kept).long()
    test = resident("t10k-images-idx3-ubyte", asked.test_limit).unsqueeze(1)
    truth = torch.from_numpy(read_idx(folder, "t10k-labels-idx1-ubyte")[: asked.test_limit].copy())

    # A throw-away model meets the kernels first.
    start = time.perf_counter()
    warm = build(asked.network).to(asked.device)
    few = images[:64], torch.randint(0, 10, (64,), device=asked.device)
    train(warm, *few, recipe, asked.device, 1, generator)
    predict(warm, images[:64])
    synchronize(asked.device)
    first_step_seconds = time.perf_counter() - start

    model = build(asked.network)
    model.apply(initialize)
    model.to(asked.device)
    synchronize(asked.device)
    start = time.perf_counter()
    curve = train(model, images, labels, recipe, asked.device, epochs, generator)
    synchronize(asked.device)
    fit_seconds = time.perf_counter() - start
    start = time.perf_counter()
    found = predict(model, test)
    synchronize(asked.device)
    predict_seconds = time.perf_counter() - start

    is_cuda = asked.device == "cuda"
    answer = {
        "network": asked.network,
        "device": asked.device,
        "card": torch.cuda.get_device_name() if is_cuda else None,
        "python": platform.python_version(),
        "torch": torch.__version__,
        "cuda": torch.version.cuda,
        "tf32": {"matmul": torch.backends.cuda.matmul.allow_tf32, "cudnn": torch.backends.cudnn.allow_tf32},
        "threads": torch.get_num_threads(),
        "images": len(images),
        "epochs": epochs,
        "recipe": recipe,
        "firstStepSeconds": first_step_seconds,
        "fitSeconds": fit_seconds,
        "predictSeconds": predict_seconds,
        "accuracy": float((found == truth).float().mean()),
        "parameters": sum(weights.numel() for weights in model.parameters()),
        "peakDeviceBytes": torch.cuda.max_memory_allocated() if is_cuda else None,
        "curve": curve,
    }
    if asked.out:
        Path(asked.out).write_text(json.dumps(answer, indent=2))
    print(f"{asked.network}: {answer['accuracy']:.2%}, fit {fit_seconds:.2f} s, predict {predict_seconds:.3f} s")


if __name__ == "__main__":
    main()
