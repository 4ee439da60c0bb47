# Written by Init Lab, core 0.0.0, for PyTorch.
#
# Experiment: "of everything something"
# Seed 7; 64 features (digits); 7 layers.
#
# The laws of the weights are the lab's; the random numbers are not: PyTorch's generator is another,
# so that the same seed draws other weights here. The lab's own weights, bit for bit, come from a
# file that the lab writes:
#
#     initlab run SPEC --tensors tensors.safetensors
#     python init_pytorch.py tensors.safetensors
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
import torch
import torch.nn.functional as F
from torch import nn

SEED = 7


class Layer(NamedTuple):
    """One layer: its sizes, what fills its tensors in place, what follows W h + b."""

    fan_in: int
    fan_out: int
    weight: Callable
    bias: Callable
    activation: Callable
    normalize: Callable | None = None
    lsuv: tuple[float, int] | None = None  # tolerance, most steps


# max(x, beta * x) - where(x < -1, erf(x / sqrt(2)), 0), beta = 0.1
def formula(z):
    return (
        torch.maximum(z, 0.1 * z) - torch.where(z < -1.0, torch.erf(z / float(np.sqrt(2.0))),
        torch.tensor(0.0))
    )


def leaky_relu(z):
    return F.leaky_relu(z, negative_slope=0.2)


def leaky_relu_2(z):
    return F.leaky_relu(z, negative_slope=0.3)


def gelu(z):
    return F.gelu(z)


def softplus(z):
    return F.softplus(z)


def hard_swish(z):
    return F.hardswish(z)


def identity(z):
    return z


def rms_norm(z):
    """Over the units of a sample, not centred (Zhang & Sennrich 2019), without gain."""
    return z * torch.rsqrt(z.square().mean(dim=-1, keepdim=True) + 1e-5)


def batch_norm(z):
    """Over the samples of this very batch (Ioffe & Szegedy 2015), without gain and shift."""
    return F.batch_norm(z, None, None, training=True, eps=1e-5)


def layer_norm(z):
    """Over the units of a sample (Ba et al. 2016), without gain and shift."""
    return F.layer_norm(z, z.shape[-1:], eps=1e-5)


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


def hadamard_(w):
    """Corner of an orthonormal Hadamard matrix: ZerO (Zhao et al. 2021) where a layer widens."""
    matrix = torch.ones(1, 1)
    while len(matrix) < w.shape[0]:
        matrix = torch.cat([torch.cat([matrix, matrix], 1), torch.cat([matrix, -matrix], 1)])
    return w.copy_(matrix[: w.shape[0], : w.shape[1]] / math.sqrt(len(matrix)))


def truncated_tail_(w, mean, std, low, high):
    """N(mean, std^2) given that it lies in [low, high], absolute bounds, where little of it lies.

    Proposals are exponential from the bound nearest the mean, or uniform where the mean lies
    between the bounds, and kept by the ratio of the densities (Robert 1995).
    """
    a, b = (low - mean) / std, (high - mean) / std
    side = -1.0 if b < 0.0 else 1.0
    a, b = (a, b) if b >= 0.0 else (-b, -a)
    rate = max(a, 0.0)
    values = torch.empty(w.shape, dtype=torch.float64)
    missing = torch.ones(w.shape, dtype=torch.bool)
    while missing.any():
        u, v = torch.rand(2, int(missing.sum()), dtype=torch.float64)
        if rate == 0.0:
            x = a + u * (b - a)
        else:
            x = a - torch.log1p(u * math.expm1(-rate * (b - a))) / rate
        values[missing] = x
        missing[missing.clone()] = v >= torch.exp(-0.5 * (x - rate) ** 2)
    return w.copy_((mean + side * std * values).clamp(low, high))


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


def from_file_(w, path, tensor=None, sha256=None):
    """The weights of a file; refuses another shape."""
    weight = np.array(read_weights(path, tensor, sha256), np.float32)
    if weight.shape != tuple(w.shape):
        raise ValueError(f"{path}: has shape {weight.shape}; needed {tuple(w.shape)}")
    return w.copy_(torch.from_numpy(weight))


LAYERS = [
    # Layer 1. Weights, he_normal: N(0, std^2), std = gain / sqrt(fan_in) = 0.164599; gain computed
    # for this activation, criterion "forward".
    # PyTorch: calculate_gain does not know this gain, hence the number.
    # Bias, zeros.
    Layer(
        fan_in=64,
        fan_out=64,
        weight=lambda w: nn.init.normal_(w, mean=0.0, std=0.16459851572390188),
        bias=nn.init.zeros_,
        activation=formula,
        normalize=rms_norm,
    ),
    # Layer 2. Weights, truncated_normal: N(0, s^2) given that it lies in [-0.1, 0.1], s = 0.05
    # before the cut.
    # PyTorch: trunc_normal_ takes absolute bounds, -2 and 2 if not told, and does not correct std
    # for the cut.
    # Bias, uniform: U(-0.1, 0.2).
    Layer(
        fan_in=64,
        fan_out=64,
        weight=lambda w: nn.init.trunc_normal_(w, mean=0.0, std=0.05, a=-0.1, b=0.1),
        bias=lambda w: nn.init.uniform_(w, a=-0.1, b=0.2),
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
        weight=lambda w: nn.init.orthogonal_(w, gain=2.0),
        bias=nn.init.zeros_,
        activation=leaky_relu_2,
        normalize=layer_norm,
        lsuv=(0.1, 10),
    ),
    # Layer 4. Weights, zero_hadamard: the corner of the Hadamard matrix of order 256, times 0.0625.
    # Bias, zeros.
    Layer(
        fan_in=128,
        fan_out=200,
        weight=hadamard_,
        bias=nn.init.zeros_,
        activation=gelu,
    ),
    # Layer 5. Weights, truncated_normal: N(0, s^2) given that it lies in [3, 5], s = 1 before the
    # cut.
    # PyTorch: not trunc_normal_, whose float32 inverse is coarse this far out, down to giving the
    # bounds themselves.
    # Bias, normal: N(1, std^2), std = 0.5.
    Layer(
        fan_in=200,
        fan_out=200,
        weight=lambda w: truncated_tail_(w, mean=0.0, std=1.0, low=3.0, high=5.0),
        bias=lambda w: nn.init.normal_(w, mean=1.0, std=0.5),
        activation=softplus,
    ),
    # Layer 6. Weights, sparse: N(0, std^2), std = 0.01, and in each column 60 entries 0; ceil(0.3
    # fan_out) of 200.
    # Bias, zeros.
    Layer(
        fan_in=200,
        fan_out=200,
        weight=lambda w: nn.init.sparse_(w, sparsity=0.3, std=0.01),
        bias=nn.init.zeros_,
        activation=hard_swish,
    ),
    # Output, layer 7. Weights, file: from "w.npz", array "last".
    # Bias, zeros.
    Layer(
        fan_in=200,
        fan_out=10,
        weight=lambda w: from_file_(w, "w.npz", tensor="last"),
        bias=nn.init.zeros_,
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


class Network(nn.Module):
    """Gives [(z, h)] of every layer for inputs [samples, features]; the last h is the output.

    Freshly drawn, or with the weights and biases of the lab's tensors.
    """

    def __init__(self, tensors=None):
        super().__init__()
        # Linear draws its own default first, which is overwritten at once.
        self.layers = nn.ModuleList(nn.Linear(layer.fan_in, layer.fan_out) for layer in LAYERS)
        if tensors is None:
            self.reset_parameters()
        else:
            self.load_lab(tensors)

    @torch.no_grad()
    def reset_parameters(self):
        for linear, layer in zip(self.layers, LAYERS):
            layer.weight(linear.weight)
            layer.bias(linear.bias)

    @torch.no_grad()
    def load_lab(self, tensors):
        """Takes over the lab's own weights and biases."""
        for linear, (weight, bias) in zip(self.layers, lab_weights(tensors)):
            linear.weight.copy_(torch.from_numpy(np.array(weight)))
            linear.bias.copy_(torch.from_numpy(np.array(bias)))

    def forward(self, inputs, starts=None):
        return run(lambda k, h: self.layers[k - 1](h), inputs, starts)


@torch.no_grad()
def rescale(network, inputs):
    """Layer-sequential unit variance (Mishkin & Matas 2016), without bias, before normalization."""

    def dense(k, h):
        linear = network.layers[k - 1]
        if LAYERS[k - 1].lsuv is not None:
            tolerance, most = LAYERS[k - 1].lsuv
            for _ in range(most):
                variance = float(F.linear(h, linear.weight).double().var(unbiased=False))
                if abs(variance - 1.0) <= tolerance:
                    break
                linear.weight.div_(math.sqrt(variance))
        return linear(h)

    run(dense, inputs)
    return network


def initialize(seed=SEED, *, inputs):
    """The network, freshly drawn; lsuv scales by these inputs."""
    torch.manual_seed(seed)
    return rescale(Network(), inputs)


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


@torch.no_grad()
def main(path=None):
    if path is not None:
        lab = read_safetensors(path)
        network = Network(lab)
        starts = [torch.from_numpy(np.array(start)) for start in lab_starts(lab)]
        compare(network(starts[0]), network(starts[0], starts), lab)
        return
    # lsuv asks for inputs; put your own here.
    network = initialize(inputs=torch.randn(1000, 64))
    describe((linear.weight.numpy(), linear.bias.numpy()) for linear in network.layers)


if __name__ == "__main__":
    main(*sys.argv[1:2])
