# Written by Init Lab, core 0.0.0, for Keras 3.
#
# Experiment: "of everything something"
# Seed 7; 64 features (digits); 7 layers.
#
# The laws of the weights are the lab's; the random numbers are not: those of Keras's backends are
# others, so that the same seed draws other weights here. The lab's own weights, bit for bit, come
# from a file that the lab writes:
#
#     initlab run SPEC --tensors tensors.safetensors
#     python init_keras.py tensors.safetensors
#
# The second line puts them into this network and says how far its activations are from the lab's.
# Without a file it draws the weights and prints their figures.
"""A network of Init Lab: its layers, their initial weights, and the way through it."""

import hashlib
import json
import math
import sys
from collections.abc import Callable
from typing import NamedTuple

import keras
import numpy as np
from keras import ops

SEED = 7


class Layer(NamedTuple):
    """One layer: its sizes, the initializers that a seed gives, what follows W h + b."""

    fan_in: int
    fan_out: int
    kernel: Callable
    bias: Callable
    activation: Callable
    normalize: Callable | None = None
    lsuv: tuple[float, int] | None = None  # tolerance, most steps


# max(x, beta * x) - where(x < -1, erf(x / sqrt(2)), 0), beta = 0.1
def formula(z):
    return ops.maximum(z, 0.1 * z) - ops.where(z < -1.0, ops.erf(z / float(np.sqrt(2.0))), 0.0)


def leaky_relu(z):
    return ops.where(z > 0.0, z, 0.2 * z)


def leaky_relu_2(z):
    return ops.where(z > 0.0, z, 0.3 * z)


# Left to itself, ops.gelu is the tanh form, keras.activations.gelu is not.
def gelu(z):
    return ops.gelu(z, approximate=False)


def softplus(z):
    return ops.softplus(z)


# Keras 3: by z / 6 + 1 / 2 between 0 and 1; Keras 2 had z / 5 + 1 / 2.
def hard_swish(z):
    return z * ops.hard_sigmoid(z)


def identity(z):
    return z


def rms_norm(z):
    """Over the units of a sample, not centred (Zhang & Sennrich 2019), without gain."""
    return z * ops.rsqrt(ops.mean(ops.square(z), axis=-1, keepdims=True) + 1e-5)


def batch_norm(z):
    """Over the samples of this very batch (Ioffe & Szegedy 2015), without gain and shift."""
    centred = z - ops.mean(z, axis=0, keepdims=True)
    return centred * ops.rsqrt(ops.mean(ops.square(centred), axis=0, keepdims=True) + 1e-5)


def layer_norm(z):
    """Over the units of a sample (Ba et al. 2016), without gain and shift."""
    centred = z - ops.mean(z, axis=-1, keepdims=True)
    return centred * ops.rsqrt(ops.mean(ops.square(centred), axis=-1, keepdims=True) + 1e-5)


def read_safetensors(path):
    """The arrays of a .safetensors file, by name."""
    with open(path, "rb") as file:
        size = int.from_bytes(file.read(8), "little")
        if size > 100_000_000:
            raise ValueError(f"{path}: is no .safetensors file, which was needed")
        header = json.loads(file.read(size))
        data = file.read()
    types = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4", "U8": "u1"}
    arrays = {}
    for name, slot in header.items():
        if name == "__metadata__":
            continue
        begin, end = slot["data_offsets"]
        if slot["dtype"] == "BF16":  # the upper half of a float32
            array = (np.frombuffer(data[begin:end], "<u2").astype("<u4") << 16).view("<f4")
        else:
            array = np.frombuffer(data[begin:end], types[slot["dtype"]])
        arrays[name] = array.reshape(slot["shape"])
    return arrays


def lab_weights(tensors):
    """[(weight [fan_out, fan_in], bias [fan_out])] of the lab; refuses another shape."""
    pairs = []
    for k, layer in enumerate(LAYERS, start=1):
        weight, bias = tensors[f"layer{k}.weight"], tensors[f"layer{k}.bias"]
        wanted = (layer.fan_out, layer.fan_in)
        if weight.shape != wanted or bias.shape != wanted[:1]:
            raise ValueError(f"layer{k}: weight {weight.shape}, bias {bias.shape}; needed {wanted}")
        pairs.append((weight, bias))
    return pairs


def hadamard(rng, shape):
    """Corner of an orthonormal Hadamard matrix: ZerO (Zhao et al. 2021) where a layer widens."""
    matrix = np.ones((1, 1), np.float32)
    while len(matrix) < shape[0]:
        matrix = np.block([[matrix, matrix], [matrix, -matrix]])
    return matrix[: shape[0], : shape[1]] / math.sqrt(len(matrix))


class Drawn(keras.initializers.Initializer):
    """A law in NumPy, for [fan_out, fan_in] as the lab has it; a kernel is the transpose."""

    def __init__(self, seed, law, *given, **named):
        self.seed = seed
        self.draw = law(*given, **named) if given else law

    def __call__(self, shape, dtype=None):
        values = self.draw(np.random.default_rng(self.seed), tuple(shape)[::-1]).T
        return ops.convert_to_tensor(np.array(values), dtype=dtype or keras.config.floatx())


def truncated_tail(mean, std, low, high):
    """N(mean, std^2) given that it lies in [low, high], absolute bounds, where little of it lies.

    Proposals are exponential from the bound nearest the mean, or uniform where the mean lies
    between the bounds, and kept by the ratio of the densities (Robert 1995).
    """
    a, b = (low - mean) / std, (high - mean) / std
    side = -1.0 if b < 0.0 else 1.0
    a, b = (a, b) if b >= 0.0 else (-b, -a)
    rate = max(a, 0.0)

    def draw(rng, shape):
        values = np.empty(shape)
        missing = np.ones(shape, bool)
        while missing.any():
            u = rng.random(missing.sum())
            if rate == 0.0:
                x = a + u * (b - a)
            else:
                x = a - np.log1p(u * np.expm1(-rate * (b - a))) / rate
            values[missing] = x
            missing[missing] = rng.random(x.size) >= np.exp(-0.5 * (x - rate) ** 2)
        return np.clip(mean + side * std * values, low, high)

    return draw


def sparse(zeros, std):
    """N(0, std^2), and `zeros` entries of each column, by chance, zero (Martens 2010)."""

    def draw(rng, shape):
        rank = rng.random(shape).argsort(axis=0)
        return np.where(rank < zeros, 0.0, rng.normal(0.0, std, shape))

    return draw


def read_weights(path, tensor=None, sha256=None):
    """An array [fan_out, fan_in] out of .npy, .npz or .safetensors; the only matrix if unnamed."""
    with open(path, "rb") as file:
        digest = hashlib.sha256(file.read()).hexdigest()
    if sha256 not in (None, digest):
        raise ValueError(f"{path}: has changed, its sha256 is {digest}")
    if path.lower().endswith(".npy"):
        return np.load(path)
    is_npz = path.lower().endswith(".npz")
    arrays = dict(np.load(path)) if is_npz else read_safetensors(path)
    if tensor is None:
        (tensor,) = [name for name, array in arrays.items() if array.ndim == 2]
    return arrays[tensor]


def from_file(path, tensor=None, sha256=None):
    """The weights of a file; refuses another shape."""

    def draw(rng, shape):
        weight = read_weights(path, tensor, sha256)
        if weight.shape != shape:
            raise ValueError(f"{path}: has shape {weight.shape}; needed {shape}")
        return weight

    return draw


LAYERS = [
    # Layer 1. Weights, he_normal: N(0, std^2), std = gain / sqrt(fan_in) = 0.164599; gain computed
    # for this activation, criterion "forward".
    # Keras: there is no name for this gain, hence the number.
    # Bias, zeros.
    Layer(
        fan_in=64,
        fan_out=64,
        kernel=lambda seed: keras.initializers.RandomNormal(0.0, 0.16459851572390188, seed=seed),
        bias=lambda seed: keras.initializers.Zeros(),
        activation=formula,
        normalize=rms_norm,
    ),
    # Layer 2. Weights, truncated_normal: N(0, s^2) given that it lies in [-0.1, 0.1], s = 0.05
    # before the cut.
    # Keras: TruncatedNormal cuts at 2 of its stddev, which it does not correct for the cut.
    # Bias, uniform: U(-0.1, 0.2).
    Layer(
        fan_in=64,
        fan_out=64,
        kernel=lambda seed: keras.initializers.TruncatedNormal(0.0, 0.05, seed=seed),
        bias=lambda seed: keras.initializers.RandomUniform(-0.1, 0.2, seed=seed),
        activation=leaky_relu,
        normalize=batch_norm,
    ),
    # Layer 3. Weights, lsuv: drawn by orthogonal: rows or columns orthonormal, uniform among all
    # such matrices, times 2; the columns; then scaled, layer by layer, until W h has variance 1
    # within 0.1, in at most 10 steps.
    # Bias, zeros.
    Layer(
        fan_in=64,
        fan_out=128,
        kernel=lambda seed: keras.initializers.Orthogonal(2.0, seed=seed),
        bias=lambda seed: keras.initializers.Zeros(),
        activation=leaky_relu_2,
        normalize=layer_norm,
        lsuv=(0.1, 10),
    ),
    # Layer 4. Weights, zero_hadamard: the corner of the Hadamard matrix of order 256, times 0.0625.
    # Bias, zeros.
    Layer(
        fan_in=128,
        fan_out=200,
        kernel=lambda seed: Drawn(seed, hadamard),
        bias=lambda seed: keras.initializers.Zeros(),
        activation=gelu,
    ),
    # Layer 5. Weights, truncated_normal: N(0, s^2) given that it lies in [3, 5], s = 1 before the
    # cut.
    # Keras: not TruncatedNormal, which always cuts at 2 of its stddev.
    # Bias, normal: N(1, std^2), std = 0.5.
    Layer(
        fan_in=200,
        fan_out=200,
        kernel=lambda seed: Drawn(seed, truncated_tail, 0.0, 1.0, 3.0, 5.0),
        bias=lambda seed: keras.initializers.RandomNormal(1.0, 0.5, seed=seed),
        activation=softplus,
    ),
    # Layer 6. Weights, sparse: N(0, std^2), std = 0.01, and in each column 60 entries 0; ceil(0.3
    # fan_out) of 200.
    # Bias, zeros.
    Layer(
        fan_in=200,
        fan_out=200,
        kernel=lambda seed: Drawn(seed, sparse, 60, 0.01),
        bias=lambda seed: keras.initializers.Zeros(),
        activation=hard_swish,
    ),
    # Output, layer 7. Weights, file: from "w.npz", array "last".
    # Bias, zeros.
    Layer(
        fan_in=200,
        fan_out=10,
        kernel=lambda seed: Drawn(seed, from_file, "w.npz", tensor="last"),
        bias=lambda seed: keras.initializers.Zeros(),
        activation=identity,
    ),
]


def run(dense, inputs, starts=None):
    """[(z, h)] of every layer: preactivation and output, as the lab writes them.

    dense(k, h) is W h + b of layer k, counted from 1. Where there are starts, each layer begins
    with its own of them, not with the output of the layer before it.
    Batch normalization takes the moments of this batch, as the lab does.
    """
    h = inputs
    block = h  # where the next shortcut begins
    passed = []
    for k, layer in enumerate(LAYERS, start=1):
        z = dense(k, h if starts is None else starts[k - 1])
        if layer.normalize is not None:
            z = layer.normalize(z)
        h = layer.activation(z)
        if k <= 6 and k % 2 == 0:
            if h.shape == block.shape:
                h = block + 0.5 * h
            block = h
        passed.append((z, h))
    return passed


def build(seed=SEED):
    """A model of inputs [samples, features], freshly drawn; gives z and h of every layer.

    With seed None its tensors are drawn as Keras does by itself, for what overwrites them.
    """
    # An initializer with a seed draws the same at every call: each tensor gets one of its own.
    seeds = iter((np.random.SeedSequence(seed).generate_state(2 * len(LAYERS)) >> 1).tolist())

    def dense(k, h):
        layer = LAYERS[k - 1]
        initializers = {}
        if seed is not None:
            initializers["kernel_initializer"] = layer.kernel(next(seeds))
            initializers["bias_initializer"] = layer.bias(next(seeds))
        return keras.layers.Dense(layer.fan_out, name=f"layer{k}", **initializers)(h)

    inputs = keras.Input((64,))
    passed = run(dense, inputs)
    return keras.Model(inputs, [tensor for pair in passed for tensor in pair])


def forward(model, inputs):
    """[(z, h)] of every layer for inputs [samples, features]; the last h is the output."""
    flat = model(ops.convert_to_tensor(inputs))
    return list(zip(flat[::2], flat[1::2]))


def lab_model(tensors):
    """The model with the lab's own weights and biases."""
    model = build(seed=None)
    for k, (weight, bias) in enumerate(lab_weights(tensors), start=1):
        model.get_layer(f"layer{k}").set_weights([weight.T, bias])
    return model


def rescale(model, inputs):
    """Layer-sequential unit variance (Mishkin & Matas 2016), without bias, before normalization.

    What lsuv does after build(); it asks for inputs.
    """

    def dense(k, h):
        layer = model.get_layer(f"layer{k}")
        if LAYERS[k - 1].lsuv is not None:
            tolerance, most = LAYERS[k - 1].lsuv
            for _ in range(most):
                variance = float(ops.var(ops.matmul(h, layer.kernel)))
                if abs(variance - 1.0) <= tolerance:
                    break
                layer.kernel.assign(layer.kernel / math.sqrt(variance))
        return layer(h)

    run(dense, ops.convert_to_tensor(inputs, dtype="float32"))
    return model


def lab_starts(tensors):
    """What the layers of the lab begin with: the inputs, then the outputs of the layers before."""
    before = (f"layer{k}.activation" for k in range(1, len(LAYERS)))
    return [tensors[name] for name in ("inputs", *before)]


def difference(mine, lab):
    """In words, the largest as a share of the lab's largest entry; what is not finite, counted."""
    mine, lab = np.asarray(mine, np.float64), np.asarray(lab, np.float64)
    finite = np.isfinite(mine) & np.isfinite(lab)
    alike = ~finite & ((mine == lab) | (np.isnan(mine) & np.isnan(lab)))
    other = ~finite & ~alike
    words = []
    if finite.any():
        largest = max(np.abs(lab[finite]).max(), 1e-30)
        words.append(f"off by {np.abs(mine - lab)[finite].max() / largest:.2g}")
    if alike.any():
        words.append(f"both not finite in {alike.sum()} of {lab.size}")
    if other.any():
        words.append(f"not finite in one and otherwise in the other in {other.sum()} of {lab.size}")
    return ", ".join(words)


def compare(passed, alone, tensors):
    """Prints how far every layer is from the lab: on the way from the inputs, and alone.

    Alone, it begins with what the lab's own layer began with. float32 rounds the sums of each
    framework otherwise, and a deep network may make the difference larger at every layer.
    """
    for k, pairs in enumerate(zip(passed, alone), start=1):
        for name, mine in zip(("preactivation", "activation"), zip(*pairs)):
            on_the_way, by_itself = (difference(one, tensors[f"layer{k}.{name}"]) for one in mine)
            print(f"layer{k}.{name}: {on_the_way}; alone {by_itself}")


def describe(pairs):
    """Prints mean and std of every weight and bias."""
    for k, pair in enumerate(pairs, start=1):
        for name, array in zip(("weight", "bias"), pair):
            print(f"layer{k}.{name}: mean {np.mean(array):.4g}, std {np.std(array):.4g}")


def in_numpy(passed):
    return [tuple(map(ops.convert_to_numpy, pair)) for pair in passed]


def main(path=None):
    if path is not None:
        lab = read_safetensors(path)
        model = lab_model(lab)
        starts = [ops.convert_to_tensor(start) for start in lab_starts(lab)]
        alone = run(lambda k, h: model.get_layer(f"layer{k}")(h), starts[0], starts)
        compare(in_numpy(forward(model, starts[0])), in_numpy(alone), lab)
        return
    # lsuv asks for inputs; put your own here.
    rng = np.random.default_rng(SEED)
    model = rescale(build(), rng.normal(size=(1000, 64)))
    layers = [model.get_layer(f"layer{k}") for k in range(1, len(LAYERS) + 1)]
    describe(layer.get_weights() for layer in layers)


if __name__ == "__main__":
    main(*sys.argv[1:2])
