# Written by Init Lab, core 0.0.0, for JAX, plain and flax.linen.
#
# Experiment: "Xavier meets tanh"
# Seed 42; 64 features (gaussian); 6 layers.
#
# The laws of the weights are the lab's; the random numbers are not: JAX's generator is another, so
# that the same seed draws other weights here. The lab's own weights, bit for bit, come from a file
# that the lab writes:
#
#     initlab run SPEC --tensors tensors.safetensors
#     python init_jax.py tensors.safetensors
#
# The second line puts them into this network and says how far its activations are from the lab's.
# Without a file it draws the weights and prints their figures.
"""A network of Init Lab: its layers, their initial weights, and the way through it."""

import json
import sys
from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax.nn import initializers

try:
    import flax.linen as nn
except ImportError:  # the plain functions do without it
    nn = None

SEED = 42


class Layer(NamedTuple):
    """One layer: its sizes, the initializers of its tensors, what follows W h + b."""

    fan_in: int
    fan_out: int
    kernel: Callable
    bias: Callable
    activation: Callable


def tanh(z):
    return jnp.tanh(z)


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


def uniform(low, high):
    """Uniform between low and high."""
    return lambda key, shape, dtype=float: jax.random.uniform(key, shape, dtype, low, high)


LAYERS = [
    # Layer 1. Weights, xavier_normal: N(0, std^2), std = 1 sqrt(2 / (fan_in + fan_out)) = 0.110432.
    # JAX: "normal", since initializers.xavier_normal would be cut at 2 std.
    # Bias, zeros.
    Layer(
        fan_in=64,
        fan_out=100,
        kernel=initializers.variance_scaling(1.0, "fan_avg", "normal"),
        bias=initializers.zeros,
        activation=tanh,
    ),
    # Layers 2 to 5. Weights, xavier_normal: N(0, std^2), std = 1 sqrt(2 / (fan_in + fan_out))
    # = 0.1.
    # JAX: "normal", since initializers.xavier_normal would be cut at 2 std.
    # Bias, zeros.
    *4 * [
        Layer(
            fan_in=100,
            fan_out=100,
            kernel=initializers.variance_scaling(1.0, "fan_avg", "normal"),
            bias=initializers.zeros,
            activation=tanh,
        )
    ],
    # Output, layer 6. Weights, torch_linear_default: U(-b, b), b = 1 / sqrt(fan_in) = 0.1; a third
    # of LeCun's variance.
    # Bias, torch_linear_default: U(-b, b), b = 1 / sqrt(fan_in) = 0.1.
    Layer(
        fan_in=100,
        fan_out=10,
        kernel=initializers.variance_scaling(1.0 / 3.0, "fan_in", "uniform"),
        bias=uniform(-0.1, 0.1),
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


def forward(params, inputs, starts=None):
    """[(z, h)] of every layer for inputs [samples, features]; the last h is the output."""

    def dense(k, h):
        kernel, bias = params[k - 1]
        return h @ kernel + bias

    return run(dense, jnp.asarray(inputs), starts)


def initialize(key):
    """[(kernel [fan_in, fan_out], bias [fan_out])], freshly drawn."""
    params = []
    for layer in LAYERS:
        key, for_kernel, for_bias = jax.random.split(key, 3)
        kernel = layer.kernel(for_kernel, (layer.fan_in, layer.fan_out))
        params.append((kernel, layer.bias(for_bias, (layer.fan_out,))))
    return params


def lab_params(tensors):
    """The lab's own weights and biases, for forward()."""
    return [(jnp.asarray(weight.T), jnp.asarray(bias)) for weight, bias in lab_weights(tensors)]


def flax_variables(params):
    """The same kernels and biases, for Network().apply()."""
    layers = {}
    for k, (kernel, bias) in enumerate(params, start=1):
        layers[f"layer{k}"] = {"kernel": kernel, "bias": bias}
    return {"params": layers}


if nn is not None:

    class Network(nn.Module):
        """The same in flax.linen: init() draws by the same laws, apply() gives [(z, h)]."""

        @nn.compact
        def __call__(self, inputs, starts=None):
            def dense(k, h):
                layer = LAYERS[k - 1]
                return nn.Dense(
                    layer.fan_out,
                    kernel_init=layer.kernel,
                    bias_init=layer.bias,
                    name=f"layer{k}",
                )(h)

            return run(dense, inputs, starts)


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


def main(path=None):
    if path is not None:
        lab = read_safetensors(path)
        params, starts = lab_params(lab), lab_starts(lab)
        # Some devices multiply in fewer bits, if they are let.
        with jax.default_matmul_precision("highest"):
            compare(forward(params, starts[0]), forward(params, starts[0], starts), lab)
            if nn is not None:
                print("flax.linen:")
                variables = flax_variables(params)
                passes = (Network().apply(variables, starts[0], own) for own in (None, starts))
                compare(*passes, lab)
        return
    describe(initialize(jax.random.key(SEED)))


if __name__ == "__main__":
    main(*sys.argv[1:2])
