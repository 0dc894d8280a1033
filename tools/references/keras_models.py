"""Our networks in Keras, as estimators: same layers, optimiser, batch size and epochs; only the engine differs.

Every class is named after one of our models. Images are flat arrays of square pictures with one channel.
"""

import math
import os
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("KERAS_BACKEND", "tensorflow")
# As in our engine: TensorFlow disables these kernels on a CPU without AVX-512, which makes it slower.
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")

import keras
import numpy as np
import tensorflow as tf
from keras import layers


class Stopwatch(keras.callbacks.Callback):
    """Records for each epoch the seconds since the fit began, and the mean loss and accuracy over its batches."""

    def on_train_begin(self, logs=None):
        self.start = time.perf_counter()
        self.curve = []

    def on_epoch_end(self, epoch, logs=None):
        logs = logs or {}
        seconds = time.perf_counter() - self.start
        self.curve.append(
            {"epoch": epoch + 1, "seconds": seconds, "loss": float(logs["loss"]), "accuracy": float(logs["accuracy"])}
        )


class Network:
    """A classifier with fit, predict and predict_proba; curve_ holds one dictionary per epoch."""

    def __init__(self, epochs, batch_size, learning_rate, threads, seed):
        self.epochs = epochs
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.seed = seed
        tf.config.threading.set_intra_op_parallelism_threads(threads)

    def fit(self, images, labels):
        keras.utils.set_random_seed(self.seed)
        self.classes_ = np.arange(labels.max() + 1)
        steps = math.ceil(len(images) / self.batch_size) * self.epochs
        images = as_pictures(images)
        self.model = self.build(images.shape[1:], len(self.classes_))
        self.model.compile(
            optimizer=keras.optimizers.Adam(self.schedule(steps)),
            loss="sparse_categorical_crossentropy",
            metrics=["accuracy"],
        )
        stopwatch = Stopwatch()
        self.model.fit(
            images, labels, batch_size=self.batch_size, epochs=self.epochs, verbose=0, callbacks=[stopwatch]
        )
        self.curve_ = stopwatch.curve
        return self

    def predict(self, images):
        return self.predict_proba(images).argmax(axis=1)

    def predict_proba(self, images):
        return self.model.predict(as_pictures(images), batch_size=500, verbose=0)

    def schedule(self, steps):
        return self.learning_rate


class Mlp(Network):
    def build(self, shape, classes):
        return keras.Sequential(
            [
                keras.Input(shape),
                layers.Flatten(),
                layers.Dense(128, activation="relu"),
                layers.Dense(64, activation="relu"),
                layers.Dense(classes, activation="softmax"),
            ]
        )


class CnnLenet(Network):
    def build(self, shape, classes):
        return keras.Sequential(
            [
                keras.Input(shape),
                layers.Conv2D(32, 3, activation="relu"),
                layers.MaxPooling2D(2),
                layers.Conv2D(64, 3, activation="relu"),
                layers.MaxPooling2D(2),
                layers.Flatten(),
                layers.Dense(128, activation="relu"),
                layers.Dense(classes, activation="softmax"),
            ]
        )


class CnnBatchnorm(Network):
    def build(self, shape, classes):
        model = keras.Sequential([keras.Input(shape)])

        def normalized():
            model.add(layers.BatchNormalization(momentum=0.9))
            model.add(layers.LeakyReLU(negative_slope=0.1))
            model.add(layers.Dropout(0.25))

        for filters in (32, 64, 128):
            model.add(layers.Conv2D(filters, 3, padding="same"))
            normalized()
            model.add(layers.MaxPooling2D(2, padding="same"))
        model.add(layers.Flatten())
        model.add(layers.Dense(128))
        normalized()
        model.add(layers.Dense(classes, activation="softmax"))
        return model


class Resnet(Network):
    def build(self, shape, classes):
        def convolution(x):
            return layers.Conv2D(32, 3, padding="same", use_bias=False)(x)

        def normalized(x):
            return layers.BatchNormalization(momentum=0.9)(x)

        def halved(x):
            return layers.MaxPooling2D(2)(x)

        def block(x):
            first = layers.ReLU()(normalized(convolution(x)))
            return layers.ReLU()(layers.add([x, normalized(convolution(first))]))

        start = keras.Input(shape)
        x = layers.ReLU()(normalized(halved(convolution(start))))
        x = block(x)
        x = block(block(halved(x)))
        output = layers.Dense(classes, activation="softmax")(layers.GlobalAveragePooling2D()(x))
        return keras.Model(start, output)

    def schedule(self, steps):
        return keras.optimizers.schedules.CosineDecay(self.learning_rate, steps)


def as_pictures(images):
    """n x size to n x side x side x 1."""
    side = math.isqrt(images.shape[1])
    return images.reshape(-1, side, side, 1)
