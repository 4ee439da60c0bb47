# Written by Init Lab, core 0.0.0, for PyTorch.
#
# Experiment: "Xavier meets tanh"
# Seed 42; 64 features (gaussian); 6 layers.
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

import json
import math
import sys
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import torch
from torch import nn

SEED = 42


class Layer(NamedTuple):
    """One layer: its sizes, what fills its tensors in place, what follows W h + b."""

    fan_in: int
    fan_out: int
    weight: Callable
    bias: Callable
    activation: Callable


def tanh(z):
    return torch.tanh(z)


def identity(z):
    return z


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


LAYERS = [
    # Layer 1. Weights, xavier_normal: N(0, std^2), std = 1 sqrt(2 / (fan_in + fan_out)) = 0.110432.
    # Bias, zeros.
    Layer(
        fan_in=64,
        fan_out=100,
        weight=lambda w: nn.init.xavier_normal_(w, gain=1.0),
        bias=nn.init.zeros_,
        activation=tanh,
    ),
    # Layers 2 to 5. Weights, xavier_normal: N(0, std^2), std = 1 sqrt(2 / (fan_in + fan_out))
    # = 0.1.
    # Bias, zeros.
    *4 * [
        Layer(
            fan_in=100,
            fan_out=100,
            weight=lambda w: nn.init.xavier_normal_(w, gain=1.0),
            bias=nn.init.zeros_,
            activation=tanh,
        )
    ],
    # Output, layer 6. Weights, torch_linear_default: U(-b, b), b = 1 / sqrt(fan_in) = 0.1; a third
    # of LeCun's variance.
    # PyTorch: what nn.Linear does itself: a = sqrt(5) is the gain sqrt(2 / (1 + 5)), times sqrt(3).
    # Bias, torch_linear_default: U(-b, b), b = 1 / sqrt(fan_in) = 0.1.
    Layer(
        fan_in=100,
        fan_out=10,
        weight=lambda w: nn.init.kaiming_uniform_(w, a=math.sqrt(5.0)),
        bias=lambda w: nn.init.uniform_(w, a=-0.1, b=0.1),
        activation=identity,
    ),
]


def run(dense, inputs, starts=None):
    """[(z, h)] of every layer: preactivation and output, as the lab writes them.

    dense(k, h) is W h + b of layer k, counted from 1. Where there are starts, each layer begins
    with its own of them, not with the output of the layer before it.
    """
    h = inputs
    passed = []
    for k, layer in enumerate(LAYERS, start=1):
        z = dense(k, h if starts is None else starts[k - 1])
        h = layer.activation(z)
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


def initialize(seed=SEED):
    """The network, freshly drawn."""
    torch.manual_seed(seed)
    return Network()


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
    network = initialize()
    describe((linear.weight.numpy(), linear.bias.numpy()) for linear in network.layers)


if __name__ == "__main__":
    main(*sys.argv[1:2])
