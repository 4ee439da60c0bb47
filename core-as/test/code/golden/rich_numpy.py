# Written by Init Lab, core 0.0.0, for NumPy.
#
# Experiment: "of everything something"
# Seed 7; 64 features (digits); 7 layers.
#
# The laws of the weights are the lab's; the random numbers are not: NumPy's generator is another,
# so that the same seed draws other weights here. The lab's own weights, bit for bit, come from a
# file that the lab writes:
#
#     initlab run SPEC --tensors tensors.safetensors
#     python init_numpy.py tensors.safetensors
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

import numpy as np

SEED = 7


class Layer(NamedTuple):
    """One layer: its sizes, the laws of its tensors, what follows W h + b."""

    fan_in: int
    fan_out: int
    weight: Callable
    bias: Callable
    activation: Callable
    normalize: Callable | None = None
    lsuv: tuple[float, int] | None = None  # tolerance, most steps


# scipy.special.erf is quicker, where SciPy is at hand.
erf = np.vectorize(math.erf, otypes=[float])


# max(x, beta * x) - where(x < -1, erf(x / sqrt(2)), 0), beta = 0.1
def formula(z):
    with np.errstate(all="ignore"):
        value = np.maximum(z, 0.1 * z) - np.where(z < -1.0, erf(z / float(np.sqrt(2.0))), 0.0)
    return np.asarray(value, z.dtype)


def leaky_relu(z):
    return np.where(z > 0.0, z, 0.2 * z)


def leaky_relu_2(z):
    return np.where(z > 0.0, z, 0.3 * z)


# scipy.special.erfc is quicker, where SciPy is at hand.
erfc = np.vectorize(math.erfc, otypes=[float])


def gelu(z):
    return 0.5 * z * erfc(-z / math.sqrt(2.0)).astype(z.dtype)


def softplus(z):
    """log(1 + exp(z))."""
    return np.logaddexp(z, 0.0)


def hard_swish(z):
    return z * np.clip(z / 6.0 + 0.5, 0.0, 1.0)


def identity(z):
    return z


def rms_norm(z):
    """Over the units of a sample, not centred (Zhang & Sennrich 2019), without gain."""
    return z / np.sqrt((z**2).mean(axis=-1, keepdims=True) + 1e-5)


def batch_norm(z):
    """Over the samples of the batch (Ioffe & Szegedy 2015), without gain and shift."""
    centred = z - z.mean(axis=0)
    return centred / np.sqrt((centred**2).mean(axis=0) + 1e-5)


def layer_norm(z):
    """Over the units of a sample (Ba et al. 2016), without gain and shift."""
    centred = z - z.mean(axis=-1, keepdims=True)
    return centred / np.sqrt((centred**2).mean(axis=-1, keepdims=True) + 1e-5)


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


def normal(mean, std):
    """N(mean, std^2)."""
    return lambda rng, shape: rng.normal(mean, std, shape)


def constant(value):
    """Every entry the same."""
    return lambda rng, shape: np.full(shape, value)


def truncated_normal(mean, std, low, high):
    """N(mean, std^2) given that it lies in [low, high]: absolute bounds, redrawn until it does."""

    def draw(rng, shape):
        values = rng.normal(mean, std, shape)
        outside = (values < low) | (values > high)
        while outside.any():
            values[outside] = rng.normal(mean, std, outside.sum())
            outside = (values < low) | (values > high)
        return values

    return draw


def uniform(low, high):
    """Uniform between low and high."""
    return lambda rng, shape: rng.uniform(low, high, shape)


def orthogonal(gain):
    """Rows or columns orthonormal, uniform among such matrices, times gain (Saxe et al. 2014)."""

    def draw(rng, shape):
        q, r = np.linalg.qr(rng.normal(size=(max(shape), min(shape))))
        # QR leaves the signs of R's diagonal to chance; made positive, Q is uniform (Mezzadri).
        q *= np.where(np.diag(r) < 0.0, -gain, gain)
        return q if shape[0] >= shape[1] else q.T

    return draw


def hadamard(rng, shape):
    """Corner of an orthonormal Hadamard matrix: ZerO (Zhao et al. 2021) where a layer widens."""
    matrix = np.ones((1, 1), np.float32)
    while len(matrix) < shape[0]:
        matrix = np.block([[matrix, matrix], [matrix, -matrix]])
    return matrix[: shape[0], : shape[1]] / math.sqrt(len(matrix))


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
    # Bias, zeros.
    Layer(
        fan_in=64,
        fan_out=64,
        weight=normal(0.0, 0.16459851572390188),
        bias=constant(0.0),
        activation=formula,
        normalize=rms_norm,
    ),
    # Layer 2. Weights, truncated_normal: N(0, s^2) given that it lies in [-0.1, 0.1], s = 0.05
    # before the cut.
    # Bias, uniform: U(-0.1, 0.2).
    Layer(
        fan_in=64,
        fan_out=64,
        weight=truncated_normal(0.0, 0.05, -0.1, 0.1),
        bias=uniform(-0.1, 0.2),
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
        weight=orthogonal(2.0),
        bias=constant(0.0),
        activation=leaky_relu_2,
        normalize=layer_norm,
        lsuv=(0.1, 10),
    ),
    # Layer 4. Weights, zero_hadamard: the corner of the Hadamard matrix of order 256, times 0.0625.
    # Bias, zeros.
    Layer(
        fan_in=128,
        fan_out=200,
        weight=hadamard,
        bias=constant(0.0),
        activation=gelu,
    ),
    # Layer 5. Weights, truncated_normal: N(0, s^2) given that it lies in [3, 5], s = 1 before the
    # cut.
    # Bias, normal: N(1, std^2), std = 0.5.
    Layer(
        fan_in=200,
        fan_out=200,
        weight=truncated_tail(0.0, 1.0, 3.0, 5.0),
        bias=normal(1.0, 0.5),
        activation=softplus,
    ),
    # Layer 6. Weights, sparse: N(0, std^2), std = 0.01, and in each column 60 entries 0; ceil(0.3
    # fan_out) of 200.
    # Bias, zeros.
    Layer(
        fan_in=200,
        fan_out=200,
        weight=sparse(60, 0.01),
        bias=constant(0.0),
        activation=hard_swish,
    ),
    # Output, layer 7. Weights, file: from "w.npz", array "last".
    # Bias, zeros.
    Layer(
        fan_in=200,
        fan_out=10,
        weight=from_file("w.npz", tensor="last"),
        bias=constant(0.0),
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


def forward(params, inputs, starts=None):
    """[(z, h)] of every layer for inputs [samples, features]; the last h is the output."""

    def dense(k, h):
        weight, bias = params[k - 1]
        return h @ weight.T + bias

    return run(dense, np.asarray(inputs, np.float32), starts)


def initialize(seed=SEED, *, inputs):
    """[(weight [fan_out, fan_in], bias [fan_out])], freshly drawn; lsuv scales by these inputs."""
    rng = np.random.default_rng(seed)
    params = []
    for layer in LAYERS:
        weight = layer.weight(rng, (layer.fan_out, layer.fan_in))
        bias = layer.bias(rng, (layer.fan_out,))
        params.append((weight.astype(np.float32), bias.astype(np.float32)))
    return rescale(params, inputs)


def rescale(params, inputs):
    """Layer-sequential unit variance (Mishkin & Matas 2016), without bias, before normalization."""
    params = list(params)

    def dense(k, h):
        weight, bias = params[k - 1]
        if LAYERS[k - 1].lsuv is not None:
            tolerance, most = LAYERS[k - 1].lsuv
            for _ in range(most):
                variance = np.var(h @ weight.T, dtype=np.float64)
                if abs(variance - 1.0) <= tolerance:
                    break
                weight = (weight / np.sqrt(variance)).astype(np.float32)
            params[k - 1] = weight, bias
        return h @ weight.T + bias

    run(dense, np.asarray(inputs, np.float32))
    return params


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


if __name__ == "__main__":
    if len(sys.argv) > 1:
        lab = read_safetensors(sys.argv[1])
        params, starts = lab_weights(lab), lab_starts(lab)
        compare(forward(params, starts[0]), forward(params, starts[0], starts), lab)
    else:
        # lsuv asks for inputs; put your own here.
        batch = np.random.default_rng(SEED).normal(size=(1000, 64))
        describe(initialize(inputs=batch))
