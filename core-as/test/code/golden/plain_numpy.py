# Written by Init Lab, core 0.0.0, for NumPy.
#
# Experiment: "Xavier meets tanh"
# Seed 42; 64 features (gaussian); 6 layers.
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

import json
import sys
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

SEED = 42


class Layer(NamedTuple):
    """One layer: its sizes, the laws of its tensors, what follows W h + b."""

    fan_in: int
    fan_out: int
    weight: Callable
    bias: Callable
    activation: Callable


def tanh(z):
    return np.tanh(z)


def identity(z):
    return z


def read_safetensors(path):
    """The arrays of a .safetensors file, by name."""
    with open(path, "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
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


def uniform(low, high):
    """Uniform between low and high."""
    return lambda rng, shape: rng.uniform(low, high, shape)


LAYERS = [
    # Layer 1. Weights, xavier_normal: N(0, std^2), std = 1 sqrt(2 / (fan_in + fan_out)) = 0.110432.
    # Bias, zeros.
    Layer(
        fan_in=64,
        fan_out=100,
        weight=normal(0.0, 0.11043152607484655),
        bias=constant(0.0),
        activation=tanh,
    ),
    # Layers 2 to 5. Weights, xavier_normal: N(0, std^2), std = 1 sqrt(2 / (fan_in + fan_out))
    # = 0.1.
    # Bias, zeros.
    *4 * [
        Layer(
            fan_in=100,
            fan_out=100,
            weight=normal(0.0, 0.1),
            bias=constant(0.0),
            activation=tanh,
        )
    ],
    # Output, layer 6. Weights, torch_linear_default: U(-b, b), b = 1 / sqrt(fan_in) = 0.1; a third
    # of LeCun's variance.
    # Bias, torch_linear_default: U(-b, b), b = 1 / sqrt(fan_in) = 0.1.
    Layer(
        fan_in=100,
        fan_out=10,
        weight=uniform(-0.1, 0.1),
        bias=uniform(-0.1, 0.1),
        activation=identity,
    ),
]


def run(dense, inputs):
    """[(z, h)] of every layer: preactivation and output, as the lab writes them.

    dense(k, h) is W h + b of layer k, counted from 1.
    """
    h = inputs
    passed = []
    for k, layer in enumerate(LAYERS, start=1):
        z = dense(k, h)
        h = layer.activation(z)
        passed.append((z, h))
    return passed


def forward(params, inputs):
    """[(z, h)] of every layer, for inputs [samples, features]; h of the last is the output."""

    def dense(k, h):
        weight, bias = params[k - 1]
        return h @ weight.T + bias

    return run(dense, np.asarray(inputs, np.float32))


def initialize(seed=SEED):
    """[(weight [fan_out, fan_in], bias [fan_out])], freshly drawn."""
    rng = np.random.default_rng(seed)
    params = []
    for layer in LAYERS:
        weight = layer.weight(rng, (layer.fan_out, layer.fan_in))
        bias = layer.bias(rng, (layer.fan_out,))
        params.append((weight.astype(np.float32), bias.astype(np.float32)))
    return params


def compare(passed, tensors):
    """Prints by layer the largest difference from the lab, as a share of the largest entry."""
    for k, (z, h) in enumerate(passed, start=1):
        for name, mine in (("preactivation", z), ("activation", h)):
            lab = tensors[f"layer{k}.{name}"]
            largest = max(float(np.abs(lab).max()), 1e-30)
            off = float(np.abs(np.asarray(mine) - lab).max()) / largest
            print(f"layer{k}.{name}: off by {off:.2g}")


def describe(pairs):
    """Prints mean and std of every weight and bias."""
    for k, pair in enumerate(pairs, start=1):
        for name, array in zip(("weight", "bias"), pair):
            print(f"layer{k}.{name}: mean {np.mean(array):.4g}, std {np.std(array):.4g}")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        lab = read_safetensors(sys.argv[1])
        compare(forward(lab_weights(lab), lab["inputs"]), lab)
    else:
        describe(initialize())
