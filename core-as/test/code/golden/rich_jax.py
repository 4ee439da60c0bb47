# Written by Init Lab, core 0.0.0, for JAX, plain and flax.linen.
#
# Experiment: "of everything something"
# Seed 7; 64 features (digits); 7 layers.
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

import hashlib
import json
import math
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

SEED = 7


class Layer(NamedTuple):
    """One layer: its sizes, the initializers of its tensors, what follows W h + b."""

    fan_in: int
    fan_out: int
    kernel: Callable
    bias: Callable
    activation: Callable
    normalize: Callable | None = None
    lsuv: tuple[float, int] | None = None  # tolerance, most steps


# max(x, beta * x) - where(x < -1, erf(x / sqrt(2)), 0), beta = 0.1
def formula(z):
    return jnp.maximum(z, 0.1 * z) - jnp.where(z < -1.0, jax.lax.erf(z / float(np.sqrt(2.0))), 0.0)


def leaky_relu(z):
    return jax.nn.leaky_relu(z, negative_slope=0.2)


def leaky_relu_2(z):
    return jax.nn.leaky_relu(z, negative_slope=0.3)


# Left to itself, jax.nn.gelu is the tanh form.
def gelu(z):
    return jax.nn.gelu(z, approximate=False)


def softplus(z):
    return jax.nn.softplus(z)


def hard_swish(z):
    return jax.nn.hard_swish(z)


def identity(z):
    return z


def rms_norm(z):
    """Over the units of a sample, not centred (Zhang & Sennrich 2019), without gain."""
    return z * jax.lax.rsqrt((z**2).mean(axis=-1, keepdims=True) + 1e-5)


def batch_norm(z):
    """Over the samples of this very batch (Ioffe & Szegedy 2015), without gain and shift."""
    centred = z - z.mean(axis=0)
    return centred * jax.lax.rsqrt((centred**2).mean(axis=0) + 1e-5)


def layer_norm(z):
    """Over the units of a sample (Ba et al. 2016), without gain and shift."""
    centred = z - z.mean(axis=-1, keepdims=True)
    return centred * jax.lax.rsqrt((centred**2).mean(axis=-1, keepdims=True) + 1e-5)


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


def truncated_normal(mean, std, low, high):
    """N(mean, std^2) given that it lies in [low, high]: absolute bounds."""
    a, b = (low - mean) / std, (high - mean) / std

    def init(key, shape, dtype=float):
        return mean + std * jax.random.truncated_normal(key, a, b, shape, dtype)

    return init


def uniform(low, high):
    """Uniform between low and high."""
    return lambda key, shape, dtype=float: jax.random.uniform(key, shape, dtype, low, high)


def hadamard(key, shape, dtype=float):
    """Corner of an orthonormal Hadamard matrix: ZerO (Zhao et al. 2021) where a layer widens."""
    matrix = jnp.ones((1, 1), dtype)
    while len(matrix) < shape[1]:
        matrix = jnp.block([[matrix, matrix], [matrix, -matrix]])
    return matrix[: shape[0], : shape[1]] / math.sqrt(len(matrix))


def truncated_tail(mean, std, low, high):
    """N(mean, std^2) given that it lies in [low, high], absolute bounds, where little of it lies.

    Proposals are exponential from the bound nearest the mean, or uniform where the mean lies
    between the bounds, and kept by the ratio of the densities (Robert 1995). They are counted from
    that bound, for float32 has few digits left far from the mean.
    """
    a, b = (low - mean) / std, (high - mean) / std
    side, bound = (1.0, low) if b >= 0.0 else (-1.0, high)
    a, b = (a, b) if b >= 0.0 else (-b, -a)
    rate = max(a, 0.0)
    reach = math.expm1(-rate * (b - a))
    offset = a - rate  # not 0 where the mean lies between the bounds

    def init(key, shape, dtype=float):
        def propose(state):
            key, values, missing = state
            key, for_place, for_choice = jax.random.split(key, 3)
            u = jax.random.uniform(for_place, shape, dtype)
            x = u * (b - a) if rate == 0.0 else -jnp.log1p(u * reach) / rate
            kept = jnp.exp(-0.5 * (x + offset) ** 2)
            missed = jax.random.uniform(for_choice, shape, dtype) >= kept
            return key, jnp.where(missing, x, values), missing & missed

        start = key, jnp.zeros(shape, dtype), jnp.ones(shape, bool)
        values = jax.lax.while_loop(lambda state: state[2].any(), propose, start)[1]
        return jnp.clip(bound + side * std * values, low, high)

    return init


def normal(mean, std):
    """N(mean, std^2)."""
    return lambda key, shape, dtype=float: mean + std * jax.random.normal(key, shape, dtype)


def sparse(zeros, std):
    """N(0, std^2), and `zeros` entries of each row, where chance puts them, zero (Martens 2010).

    Of each row of the kernel [fan_in, fan_out], which is a column of the lab's [fan_out, fan_in].
    """

    def init(key, shape, dtype=float):
        for_rank, for_values = jax.random.split(key)
        rank = jax.random.uniform(for_rank, shape).argsort(axis=1)
        return jnp.where(rank < zeros, 0.0, std * jax.random.normal(for_values, shape, dtype))

    return init


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
    """The weights [fan_out, fan_in] of a file, transposed; refuses another shape."""

    def init(key, shape, dtype=float):
        weight = read_weights(path, tensor, sha256)
        if weight.shape != shape[::-1]:
            raise ValueError(f"{path}: has shape {weight.shape}; needed {shape[::-1]}")
        return jnp.asarray(weight.T, dtype)

    return init


LAYERS = [
    # Layer 1. Weights, he_normal: N(0, std^2), std = gain / sqrt(fan_in) = 0.164599; gain computed
    # for this activation, criterion "forward".
    # JAX: there is no name for this gain, hence the number.
    # Bias, zeros.
    Layer(
        fan_in=64,
        fan_out=64,
        kernel=initializers.normal(0.16459851572390188),
        bias=initializers.zeros,
        activation=formula,
        normalize=rms_norm,
    ),
    # Layer 2. Weights, truncated_normal: N(0, s^2) given that it lies in [-0.1, 0.1], s = 0.05
    # before the cut.
    # JAX: random.truncated_normal takes bounds in units of std.
    # Bias, uniform: U(-0.1, 0.2).
    Layer(
        fan_in=64,
        fan_out=64,
        kernel=truncated_normal(0.0, 0.05, -0.1, 0.1),
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
        kernel=initializers.orthogonal(2.0),
        bias=initializers.zeros,
        activation=leaky_relu_2,
        normalize=layer_norm,
        lsuv=(0.1, 10),
    ),
    # Layer 4. Weights, zero_hadamard: the corner of the Hadamard matrix of order 256, times 0.0625.
    # Bias, zeros.
    Layer(
        fan_in=128,
        fan_out=200,
        kernel=hadamard,
        bias=initializers.zeros,
        activation=gelu,
    ),
    # Layer 5. Weights, truncated_normal: N(0, s^2) given that it lies in [3, 5], s = 1 before the
    # cut.
    # JAX: not random.truncated_normal, whose float32 inverse is coarse this far out, down to giving
    # the bounds.
    # Bias, normal: N(1, std^2), std = 0.5.
    Layer(
        fan_in=200,
        fan_out=200,
        kernel=truncated_tail(0.0, 1.0, 3.0, 5.0),
        bias=normal(1.0, 0.5),
        activation=softplus,
    ),
    # Layer 6. Weights, sparse: N(0, std^2), std = 0.01, and in each column 60 entries 0; ceil(0.3
    # fan_out) of 200.
    # Bias, zeros.
    Layer(
        fan_in=200,
        fan_out=200,
        kernel=sparse(60, 0.01),
        bias=initializers.zeros,
        activation=hard_swish,
    ),
    # Output, layer 7. Weights, file: from "w.npz", array "last".
    # Bias, zeros.
    Layer(
        fan_in=200,
        fan_out=10,
        kernel=from_file("w.npz", tensor="last"),
        bias=initializers.zeros,
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
        kernel, bias = params[k - 1]
        return h @ kernel + bias

    return run(dense, jnp.asarray(inputs), starts)


def initialize(key, inputs):
    """[(kernel [fan_in, fan_out], bias [fan_out])], freshly drawn; lsuv scales by these inputs."""
    params = []
    for layer in LAYERS:
        key, for_kernel, for_bias = jax.random.split(key, 3)
        kernel = layer.kernel(for_kernel, (layer.fan_in, layer.fan_out))
        params.append((kernel, layer.bias(for_bias, (layer.fan_out,))))
    return rescale(params, inputs)


def rescale(params, inputs):
    """Layer-sequential unit variance (Mishkin & Matas 2016), without bias, before normalization."""
    params = list(params)

    def dense(k, h):
        kernel, bias = params[k - 1]
        if LAYERS[k - 1].lsuv is not None:
            tolerance, most = LAYERS[k - 1].lsuv
            for _ in range(most):
                variance = float(jnp.var(h @ kernel))
                if abs(variance - 1.0) <= tolerance:
                    break
                kernel = kernel / math.sqrt(variance)
            params[k - 1] = kernel, bias
        return h @ kernel + bias

    run(dense, jnp.asarray(inputs))
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
    # lsuv asks for inputs; put your own here.
    key, for_inputs = jax.random.split(jax.random.key(SEED))
    describe(initialize(key, jax.random.normal(for_inputs, (1000, 64))))


if __name__ == "__main__":
    main(*sys.argv[1:2])
