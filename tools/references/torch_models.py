"""Our networks in PyTorch, as estimators: the same layers, initial weights, optimiser, batch size and epochs.

    python3 torch_models.py NETWORK... [--data FOLDER] [--limit N] [--epochs N] [--compiled] [--out FILE]

Every class is named after one of our models. Images are flat arrays of square pictures with one channel. A CUDA card
computes when there is one, else the CPU, in single precision. As a program it needs only PyTorch, NumPy and the four
IDX files of Fashion-MNIST, gzipped or not, by default from the cache folder of Fitting Room. It fits on the first
55,000 training images: as many images as we fit on, but a different split.
"""

import argparse
import gzip
import json
import math
import os
import platform
import sys
import time
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional

PREDICTION_IMAGES = 500


class Network:
    """A classifier with fit, predict and predict_proba; curve_ holds one dictionary per epoch."""

    betas = (0.9, 0.999)
    weight_decay = 0.0
    label_smoothing = 0.0
    # Decay of the running mean of the weights, which predicts; None predicts with the weights themselves.
    averaging = None
    # Largest random shift in pixels, which is combined with random mirroring; None for no augmentation.
    shift = None

    def __init__(self, epochs, batch_size, learning_rate, threads=None, seed=1, compiled=False, test_flips=False):
        self.epochs = epochs
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.seed = seed
        self.compiled = compiled
        self.test_flips = test_flips
        self.on_card = torch.cuda.is_available()
        self.device = torch.device("cuda" if self.on_card else "cpu")
        if threads:
            torch.set_num_threads(threads)

    def build(self, side, classes):
        raise NotImplementedError

    def schedule(self, done):
        """Returns the factor of the learning rate after this share of all steps."""
        return 1.0

    def warm_up(self, images, class_count):
        """Runs a step with random labels for each batch size to load every kernel; fit draws new weights."""
        self.make(images, class_count)
        self.start()
        rest = len(images) % self.batch_size
        for size in {min(self.batch_size, len(images)), rest or self.batch_size}:
            few = as_pictures(images[:size]).to(self.device)
            self.step(few, torch.randint(0, class_count, (len(few),), device=self.device), self.learning_rate)
        self.predict_proba(images[:PREDICTION_IMAGES])
        self.wait()

    def fit(self, images, labels):
        # After warm_up the network exists and is compiled; only its weights are drawn again.
        if not hasattr(self, "network"):
            self.make(images, int(labels.max()) + 1)
        torch.manual_seed(self.seed)
        self.start()
        if self.on_card:
            torch.cuda.reset_peak_memory_stats()
        start = time.perf_counter()
        images = as_pictures(images).to(self.device)
        labels = torch.from_numpy(labels.astype(np.int64)).to(self.device)
        count = math.ceil(len(images) / self.batch_size)
        self.curve_ = []
        for epoch in range(self.epochs):
            total = torch.zeros(2, device=self.device)
            order = torch.randperm(len(images), device=self.device)
            for number, batch in enumerate(order.split(self.batch_size)):
                factor = self.schedule((epoch * count + number) / (self.epochs * count))
                total += self.step(images[batch], labels[batch], self.learning_rate * factor)
            # Reading the sums waits for the device.
            loss, right = (total / len(images)).tolist()
            seconds = time.perf_counter() - start
            self.curve_.append({"epoch": epoch + 1, "seconds": seconds, "loss": loss, "accuracy": right})
        if self.averaging:
            for weights, mean in zip(self.network.parameters(), self.means):
                weights.data.copy_(mean)
        self.wait()
        return self

    def predict(self, images):
        return self.predict_proba(images).argmax(axis=1)

    @torch.inference_mode()
    def predict_proba(self, images):
        self.network.eval()
        pictures = as_pictures(images).to(self.device)
        found = torch.cat([self.probabilities(part) for part in pictures.split(PREDICTION_IMAGES)]).cpu().numpy()
        self.network.train()
        return found

    def probabilities(self, pictures):
        found = self.forward(pictures).softmax(1)
        return (found + self.forward(pictures.flip(3)).softmax(1)) / 2 if self.test_flips else found

    def make(self, images, class_count):
        self.classes_ = np.arange(class_count)
        self.network = self.build(math.isqrt(images.shape[1]), class_count).to(self.device)
        self.forward = torch.compile(self.network) if self.compiled else self.network

    def start(self):
        """Draws the initial weights and makes a new optimiser."""
        self.network.apply(draw_weights)
        weights = list(self.network.parameters())
        # No weight decay for biases, scales and offsets.
        decaying = [weight for weight in weights if weight.dim() > 1]
        others = [weight for weight in weights if weight.dim() <= 1]
        groups = [{"params": decaying, "weight_decay": self.weight_decay}, {"params": others, "weight_decay": 0.0}]
        # The epsilon of Keras, which we use too; PyTorch's default is 1e-8.
        constants = {"lr": self.learning_rate, "betas": self.betas, "eps": 1e-7}
        if self.weight_decay:
            self.optimizer = torch.optim.AdamW(groups, **constants)
        else:
            # A single group is updated in fewer calls.
            self.optimizer = torch.optim.Adam(weights, **constants)
        self.means = [weight.detach().clone() for weight in weights] if self.averaging else []
        self.steps = 0

    def step(self, images, labels, rate):
        """Trains on a batch; returns its loss times its size and its correct predictions, on the device."""
        if self.shift:
            images = move(images, self.shift)
        logits = self.forward(images)
        loss = functional.cross_entropy(logits, labels, label_smoothing=self.label_smoothing)
        self.optimizer.zero_grad()
        loss.backward()
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        self.optimizer.step()
        self.steps += 1
        if self.averaging:
            share = 1 - min(self.averaging, self.steps / (self.steps + 9))
            with torch.no_grad():
                torch._foreach_lerp_(self.means, list(self.network.parameters()), share)
        right = (logits.detach().argmax(1) == labels).sum()
        return torch.stack([loss.detach() * len(labels), right.float()])

    def wait(self):
        if self.on_card:
            torch.cuda.synchronize()

    @property
    def parameter_count_(self):
        """All weights including the running means and variances of batch normalisation, as tfjs and Keras count."""
        kept = [buffer for buffer in self.network.buffers() if buffer.is_floating_point()]
        return sum(weights.numel() for weights in [*self.network.parameters(), *kept])

    @property
    def device_(self):
        return "gpu" if self.on_card else "cpu"

    @property
    def peak_device_bytes_(self):
        return torch.cuda.max_memory_allocated() if self.on_card else None

    @property
    def notes_(self):
        if not self.on_card:
            return {}
        return {
            "card": torch.cuda.get_device_name(),
            "cuda": torch.version.cuda,
            "cudnn": str(torch.backends.cudnn.version()),
            "tf32OfConvolutions": torch.backends.cudnn.allow_tf32,
            "tf32OfProducts": torch.backends.cuda.matmul.allow_tf32,
        }


class Mlp(Network):
    def build(self, side, classes):
        units = [nn.Linear(side * side, 128), nn.ReLU(), nn.Linear(128, 64), nn.ReLU(), nn.Linear(64, classes)]
        return nn.Sequential(nn.Flatten(), *units)


class CnnLenet(Network):
    def build(self, side, classes):
        features = 64 * (((side - 2) // 2 - 2) // 2) ** 2
        return nn.Sequential(
            *[nn.Conv2d(1, 32, 3), nn.ReLU(), nn.MaxPool2d(2)],
            *[nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2)],
            *[nn.Flatten(), nn.Linear(features, 128), nn.ReLU(), nn.Linear(128, classes)],
        )


class Cnn(Network):
    def build(self, side, classes):
        features = 128 * (((side - 2) // 2 - 2) // 2 - 2) ** 2
        return nn.Sequential(
            *[nn.Conv2d(1, 32, 3), nn.ReLU(), nn.MaxPool2d(2)],
            *[nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2)],
            *[nn.Conv2d(64, 128, 3), nn.ReLU()],
            *[nn.Flatten(), nn.Linear(features, 128), nn.ReLU(), nn.Linear(128, classes)],
        )


class CnnDropout(Network):
    """Keeps the last epoch, ours the one with the best validation accuracy: references have no validation set."""

    def build(self, side, classes):
        return nn.Sequential(
            # "same" padding of an even kernel is at the end.
            *[nn.ZeroPad2d((0, 1, 0, 1)), nn.Conv2d(1, 64, 2), nn.ReLU()],
            *[nn.MaxPool2d(2), nn.Dropout(0.3), nn.MaxPool2d(2), nn.Dropout(0.3)],
            *[nn.Flatten(), nn.Linear(64 * (side // 4) ** 2, 256), nn.ReLU(), nn.Dropout(0.5)],
            nn.Linear(256, classes),
        )


class CnnBatchnorm(Network):
    def build(self, side, classes):
        layers = []
        before = 1
        for filters in (32, 64, 128):
            layers += [nn.Conv2d(before, filters, 3, padding=1), normalization(nn.BatchNorm2d, filters)]
            layers += [nn.LeakyReLU(0.1), nn.Dropout(0.25), nn.MaxPool2d(2, ceil_mode=True)]
            before = filters
        layers += [nn.Flatten(), nn.Linear(128 * math.ceil(side / 8) ** 2, 128)]
        layers += [normalization(nn.BatchNorm1d, 128), nn.LeakyReLU(0.1), nn.Dropout(0.25)]
        return nn.Sequential(*layers, nn.Linear(128, classes))


class StrongNetwork(Network):
    """What the recipes that do not follow a published one have in common."""

    betas = (0.9, 0.99)
    weight_decay = 0.02
    label_smoothing = 0.1
    averaging = 0.995
    shift = 2


class CnnStrong(StrongNetwork):
    def build(self, side, classes):
        layers = []
        before = 1
        for filters in (32, 64, 128):
            layers += [convolution(before, filters), nn.MaxPool2d(2), normalization(nn.BatchNorm2d, filters), nn.ReLU()]
            before = filters
        layers += [nn.Flatten(), nn.Dropout(0.2), nn.Linear(128 * (side // 8) ** 2, 256, bias=False)]
        layers += [normalization(nn.BatchNorm1d, 256), nn.ReLU(), nn.Dropout(0.2)]
        return nn.Sequential(*layers, nn.Linear(256, classes))

    def schedule(self, done):
        return warm_start(0.1, done)


class Resnet(Network):
    def build(self, side, classes):
        return nn.Sequential(
            *[convolution(1, 32), nn.MaxPool2d(2), normalization(nn.BatchNorm2d, 32), nn.ReLU()],
            *[Block(32), nn.MaxPool2d(2), Block(32), Block(32)],
            *[nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(32, classes)],
        )

    def schedule(self, done):
        return cosine(done)


class ResnetFast(StrongNetwork):
    def build(self, side, classes):
        return nn.Sequential(
            *[convolution(1, 48), nn.MaxPool2d(2), normalization(nn.BatchNorm2d, 48), nn.ReLU(), Block(48)],
            *[nn.MaxPool2d(2), convolution(48, 96), normalization(nn.BatchNorm2d, 96), nn.ReLU(), Block(96)],
            *[MeanAndMost(), nn.Linear(2 * 96, classes)],
        )

    def schedule(self, done):
        return warm_start(0.15, done)


class Block(nn.Module):
    """A residual block: the input plus two convolutions of it."""

    def __init__(self, filters):
        super().__init__()
        self.first = convolution(filters, filters)
        self.first_norm = normalization(nn.BatchNorm2d, filters)
        self.second = convolution(filters, filters)
        self.second_norm = normalization(nn.BatchNorm2d, filters)

    def forward(self, x):
        y = functional.relu(self.first_norm(self.first(x)))
        return functional.relu(x + self.second_norm(self.second(y)))


class MeanAndMost(nn.Module):
    """Two numbers per channel: the mean and the maximum over all pixels."""

    def forward(self, x):
        return torch.cat([x.mean((2, 3)), x.amax((2, 3))], 1)


def convolution(before, filters):
    return nn.Conv2d(before, filters, 3, padding=1, bias=False)


def normalization(kind, channels):
    # Our momentum of 0.9 is 1 - 0.9 in PyTorch's definition; epsilon is that of Keras.
    return kind(channels, eps=1e-3, momentum=0.1)


def draw_weights(module):
    """Glorot's uniform distribution as in Keras; without a bias He's normal distribution, cut at two sigma."""
    if isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d)):
        module.reset_parameters()
    elif isinstance(module, (nn.Conv2d, nn.Linear)) and module.bias is None:
        spread = math.sqrt(2 / module.weight[0].numel())
        nn.init.trunc_normal_(module.weight, std=spread, a=-2 * spread, b=2 * spread)
    elif isinstance(module, (nn.Conv2d, nn.Linear)):
        nn.init.xavier_uniform_(module.weight)
        nn.init.zeros_(module.bias)


def cosine(done):
    return (1 + math.cos(math.pi * done)) / 2


def warm_start(share, done):
    return max(done / share, 1e-3) if done < share else cosine((done - share) / (1 - share))


def move(pictures, shift):
    """Shifts each picture by up to `shift` pixels per axis, filling with zeros, and mirrors half of them."""
    count, _, side, _ = pictures.shape
    device = pictures.device
    padded = functional.pad(pictures[:, 0], [shift] * 4)
    positions = torch.arange(side, device=device)
    rows = positions + torch.randint(0, 2 * shift + 1, (count, 1), device=device)
    columns = positions + torch.randint(0, 2 * shift + 1, (count, 1), device=device)
    columns = torch.where(torch.rand(count, 1, device=device) < 0.5, columns.flip(1), columns)
    picture = torch.arange(count, device=device)[:, None, None]
    return padded[picture, rows[:, :, None], columns[:, None, :]].unsqueeze(1)


def as_pictures(images):
    """n x size floats to n x 1 x side x side."""
    side = math.isqrt(images.shape[1])
    return torch.from_numpy(images).reshape(-1, 1, side, side)


# The parameters of our models; a test compares the two.
RECIPES = {
    "mlp": (Mlp, {"epochs": 15, "batch_size": 64, "learning_rate": 0.001}),
    "cnn-lenet": (CnnLenet, {"epochs": 10, "batch_size": 64, "learning_rate": 0.001}),
    "cnn": (Cnn, {"epochs": 18, "batch_size": 64, "learning_rate": 0.001}),
    "cnn-dropout": (CnnDropout, {"epochs": 50, "batch_size": 64, "learning_rate": 0.001}),
    "cnn-batchnorm": (CnnBatchnorm, {"epochs": 3, "batch_size": 64, "learning_rate": 0.001}),
    "cnn-strong": (CnnStrong, {"epochs": 16, "batch_size": 128, "learning_rate": 0.004}),
    "resnet": (Resnet, {"epochs": 20, "batch_size": 128, "learning_rate": 0.003}),
    "resnet-fast": (ResnetFast, {"epochs": 24, "batch_size": 128, "learning_rate": 0.004}),
}


def read_idx(folder, name):
    plain = Path(folder, name)
    raw = plain.read_bytes() if plain.exists() else gzip.decompress(Path(folder, f"{name}.gz").read_bytes())
    shape = [int.from_bytes(raw[4 + 4 * axis : 8 + 4 * axis], "big") for axis in range(raw[3])]
    return np.frombuffer(raw, np.uint8, offset=4 + 4 * raw[3]).reshape(shape)


def read_part(folder, part, limit):
    """Returns n x size float32 pixels in [0, 1] and n uint8 labels."""
    images = read_idx(folder, f"{part}-images-idx3-ubyte")[:limit].astype(np.float32) / np.float32(255)
    return images.reshape(len(images), -1), read_idx(folder, f"{part}-labels-idx1-ubyte")[:limit]


def data_folder():
    caches = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    cache = os.environ.get("FITTING_ROOM_CACHE") or Path(caches, "fitting-room")
    return Path(cache, "datasets", "fashion-mnist")


def measure(name, train, test, options):
    """Fits and times one network and returns the results."""
    kind, values = RECIPES[name]
    values = {**values, **({"epochs": options.epochs} if options.epochs else {})}
    network = kind(**values, seed=options.seed, compiled=options.compiled)
    times = [time.perf_counter()]

    def lap():
        times.append(time.perf_counter())
        return times[-1] - times[-2]

    network.warm_up(train[0], 10)
    first_step_seconds = lap()
    network.fit(*train)
    fit_seconds = lap()
    labels = network.predict(test[0])
    predict_seconds = lap()
    return {
        "network": name,
        "arguments": values,
        "compiled": options.compiled,
        "images": len(train[0]),
        "python": platform.python_version(),
        "torch": torch.__version__,
        "device": network.device_,
        "threads": torch.get_num_threads(),
        "notes": network.notes_,
        "parameterCount": network.parameter_count_,
        "firstStepSeconds": first_step_seconds,
        "fitSeconds": fit_seconds,
        "predictSeconds": predict_seconds,
        "accuracy": float((labels == test[1]).mean()),
        "peakDeviceBytes": network.peak_device_bytes_,
        "curve": network.curve_,
    }


def seconds_per_epoch(curve):
    """Seconds per epoch as in our reports: without the first epoch, unless it is the only one."""
    seconds = [point["seconds"] for point in curve]
    return seconds[0] if len(seconds) == 1 else (seconds[-1] - seconds[0]) / (len(seconds) - 1)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("networks", nargs="+", choices=RECIPES, metavar="NETWORK", help=", ".join(RECIPES))
    parser.add_argument("--data", default=data_folder(), help="folder of the four IDX files")
    parser.add_argument("--limit", type=int, default=55_000, help="number of training images")
    parser.add_argument("--epochs", type=int, help="epochs of every network; by default those of our model")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--compiled", action="store_true", help="use torch.compile")
    parser.add_argument("--out", help="file for all results as JSON")
    options = parser.parse_args()
    try:
        train, test = read_part(options.data, "train", options.limit), read_part(options.data, "t10k", None)
    except FileNotFoundError as error:
        sys.exit(f"torch_models: {error.filename} is missing; --data takes the folder of the four IDX files")
    answers = []
    for name in options.networks:
        answer = measure(name, train, test, options)
        answers.append(answer)
        print(
            f"{name} on {answer['device']}: {answer['accuracy']:.2%}, "
            f"{seconds_per_epoch(answer['curve']):.3f} s per epoch, "
            f"fit {answer['fitSeconds']:.2f} s, predict {answer['predictSeconds']:.3f} s",
            flush=True,
        )
    if options.out:
        Path(options.out).write_text(json.dumps(answers, indent=2))


if __name__ == "__main__":
    main()
