// Every layer of a run, forward and backward, against float64.
import { describe, expect, it } from "vitest";
import { ACTIVATION_NAMES } from "../../spec/activations";
import type { ActivationSpec, Normalization } from "../../spec/experiment";
import type { WrittenExperiment } from "../../spec/written";
import { BUILDS } from "../harness";
import { experiment, Kept, runOn } from "./host";
import { recomputeLayers } from "./layers";
import { crossEntropy, forward64, layersOf, worstShare } from "./network64";

type Case = Omit<WrittenExperiment, "format">;

const TOLERANCE = 1e-5;
/** Of gradients that are exactly zero, as that of a bias before batch normalization: what rounding leaves. */
const FLOOR = 5e-8;
const SAMPLES = [1, 3, 16, 17, 127, 128, 129, 200];
const UNITS = [5, 8, 13, 18, 7];
const NORMS: Normalization[] = ["none", "layer", "none", "batch", "none", "rms"];

/** A net a layer's normalization, a residual, a batch size, turn by turn: every activation meets several. */
function netWith(activation: ActivationSpec, i: number): Case {
  const units = UNITS[i % UNITS.length]!;
  const samples = SAMPLES[i % SAMPLES.length]!;
  const layer = (n: number, extra = 0) => ({
    units: units + extra,
    activation,
    weights: { scheme: "he_normal" as const },
    bias: { scheme: "normal" as const, std: 0.3 },
    normalization: NORMS[(i + n) % NORMS.length]!,
  });
  return {
    seed: i,
    data: { source: "gaussian", samples, features: units },
    network: {
      layers: [layer(0), layer(1), layer(2), layer(3, 2), layer(4, 2)],
      ...(i % 3 === 0 ? {} : { residual: { every: i % 3, scale: 0.7 } }),
      ...(i % 2 === 0
        ? { output: { units: 3, activation: "identity", weights: { scheme: "xavier_normal" } } }
        : {}),
    },
    backward: { kind: "probe" },
  };
}

const written: [string, Case][] = [
  ...ACTIVATION_NAMES.flatMap((name, i): [string, Case][] => [
    [name, netWith({ name }, i)],
    [`${name}, another net`, netWith({ name }, 3 * i + 7)],
  ]),
  ["leaky_relu 0.2", netWith({ name: "leaky_relu", negative_slope: 0.2 }, 40)],
  ["elu 1.5", netWith({ name: "elu", alpha: 1.5 }, 41)],
  ["celu 0.5", netWith({ name: "celu", alpha: 0.5 }, 42)],
  [
    "a formula",
    netWith({ formula: "where(x>0, x*tanh(log(1+exp(x))), a*sin(2*x))", parameters: { a: 0.3 } }, 44),
  ],
  ["a formula, another net", netWith({ formula: "0.5*x*(1+erf(x/sqrt(2))) - 0.1*exp(-x^2)" }, 45)],
  ["sin 2.5", netWith({ name: "sin", omega: 2.5 }, 43)],
];

const more: [string, Case][] = [
  [
    "five tanh layers of 100",
    {
      data: { source: "gaussian", samples: 1000, features: 100 },
      network: {
        hidden: { layers: 5, units: 100, activation: "tanh", weights: { scheme: "xavier_normal" } },
      },
      backward: { kind: "probe" },
    },
  ],
  [
    "saturated tanh, N(0, 1)",
    {
      data: { source: "gaussian", samples: 129, features: 30 },
      network: { hidden: { layers: 3, units: 30, activation: "tanh", weights: { scheme: "normal" } } },
      backward: { kind: "probe" },
    },
  ],
  [
    "the digits by cross-entropy, batch normalization in blocks of two",
    {
      data: { source: "digits", samples: 300, standardize: true },
      network: {
        hidden: {
          layers: 4,
          units: 30,
          activation: "relu",
          weights: { scheme: "he_uniform" },
          normalization: "batch",
          residual: { every: 2 },
        },
        output: { units: 10, activation: "identity", weights: { scheme: "xavier_normal" } },
      },
      backward: { kind: "cross_entropy" },
    },
  ],
  [
    "spirals by cross-entropy",
    {
      data: { source: "spirals", samples: 257, classes: 3 },
      network: {
        hidden: { layers: 2, units: 9, activation: "silu", weights: { scheme: "lecun_normal" } },
        output: { units: 3, activation: "identity", weights: { scheme: "xavier_uniform" } },
      },
      backward: { kind: "cross_entropy" },
    },
  ],
  [
    "residual over every layer",
    {
      data: { source: "uniform", samples: 130, features: 12, low: -1, high: 2 },
      network: {
        hidden: {
          layers: 6,
          units: 12,
          activation: "gelu",
          weights: { scheme: "orthogonal" },
          residual: { every: 1, scale: 0.5 },
        },
      },
      backward: { kind: "probe" },
    },
  ],
  [
    "slabs of several chunks",
    {
      data: { source: "gaussian", samples: 8192 + 300, features: 3 },
      network: {
        layers: [
          { units: 5, activation: "tanh", weights: { scheme: "lecun_normal" } },
          // Of two units, normalization magnifies the rounding of their difference a hundredfold; of six it does not.
          { units: 6, activation: "relu", weights: { scheme: "he_normal" }, normalization: "layer" },
        ],
      },
      backward: { kind: "probe" },
    },
  ],
  [
    "slabs of several chunks that wait for each other",
    {
      data: { source: "gaussian", samples: 8192 + 300, features: 3 },
      network: {
        layers: [
          { units: 5, activation: "tanh", weights: { scheme: "lecun_normal" }, normalization: "batch" },
          { units: 2, activation: "relu", weights: { scheme: "he_normal" }, normalization: "batch" },
        ],
      },
      backward: { kind: "probe" },
    },
  ],
];

describe.each(BUILDS)("%s core", (build) => {
  describe("each layer from the one before, forward and backward", () => {
    it.each([...written, ...more])("%s", async (_name, net) => {
      const run = await runOn(build, experiment(net), { keepTensors: true });
      const tensors = recomputeLayers(run);
      const layers = run.result.layers.length;
      expect(tensors.length).toBeGreaterThanOrEqual(layers * 6);
      expect(tensors.filter(({ share }) => !(share <= TOLERANCE))).toEqual([]);
    });
  });

  // Where chi_1 <= 1.1 an error does not grow on its way.
  const whole: [string, Case][] = [
    [
      "Xavier tanh, 5 layers",
      {
        data: { source: "gaussian", samples: 300, features: 50 },
        network: {
          hidden: { layers: 5, units: 50, activation: "tanh", weights: { scheme: "xavier_normal" } },
          output: { units: 10, activation: "identity", weights: { scheme: "xavier_normal" } },
        },
      },
    ],
    [
      "He ReLU, 5 layers",
      {
        data: { source: "gaussian", samples: 300, features: 50 },
        network: { hidden: { layers: 5, units: 50, activation: "relu", weights: { scheme: "he_normal" } } },
      },
    ],
    [
      "critical GELU, residual, 8 layers",
      {
        data: { source: "gaussian", samples: 100, features: 30 },
        network: {
          hidden: {
            layers: 8,
            units: 30,
            activation: "gelu",
            weights: { scheme: "critical", sigma_b: 0.3 },
            residual: { every: 2, scale: 0.2 },
          },
        },
      },
    ],
    [
      "sigmoid, layer normalization, 4 layers",
      {
        data: { source: "gaussian", samples: 100, features: 20 },
        network: {
          hidden: {
            layers: 4,
            units: 20,
            activation: "sigmoid",
            weights: { scheme: "lecun_normal" },
            normalization: "layer",
          },
        },
      },
    ],
  ];

  it.each(whole)("the whole network: %s", async (_name, net) => {
    const run = await runOn(build, experiment(net), { keepTensors: true });
    const kept = new Kept(run);
    const layers = layersOf(run.result.spec, kept.get("inputs").shape[1]!);
    const passes = forward64(layers, parametersOf(kept, layers.length), kept.f32("inputs"));
    passes.forEach((pass, i) => {
      for (const tensor of ["preactivation", "activation"] as const)
        expect(worstShare(kept.f32(`layer${i + 1}.${tensor}`), pass[tensor])).toBeLessThan(TOLERANCE);
    });
  });

  const smooth: [string, Case][] = [
    [
      "tanh and SiLU by the probe, residual, layer normalization",
      {
        data: { source: "gaussian", samples: 60, features: 7 },
        network: {
          layers: [
            { units: 7, activation: "tanh", weights: { scheme: "lecun_normal" } },
            { units: 7, activation: "silu", weights: { scheme: "he_normal" }, normalization: "layer" },
            { units: 5, activation: "softplus", weights: { scheme: "lecun_normal" } },
          ],
          residual: { every: 2, scale: 0.6 },
        },
        backward: { kind: "probe" },
      },
    ],
    [
      "a formula by the probe, layer normalization in blocks of two",
      {
        data: { source: "gaussian", samples: 30, features: 6 },
        network: {
          hidden: {
            layers: 4,
            units: 6,
            activation: { formula: "x*sigmoid(1.702*x)+c*cos(x)^2", parameters: { c: 0.2 } },
            weights: { scheme: "he_normal" },
            normalization: "layer",
            residual: { every: 2, scale: 0.7 },
          },
        },
        backward: { kind: "probe" },
      },
    ],
    [
      "GELU by cross-entropy, batch and rms normalization",
      {
        data: { source: "xor", samples: 90 },
        network: {
          layers: [
            { units: 6, activation: "gelu", weights: { scheme: "he_normal" }, normalization: "batch" },
            { units: 6, activation: "mish", weights: { scheme: "he_normal" }, normalization: "rms" },
          ],
          output: { units: 2, activation: "identity", weights: { scheme: "xavier_normal" } },
        },
        backward: { kind: "cross_entropy" },
      },
    ],
  ];

  it.each(smooth)("gradients by central differences: %s", async (_name, net) => {
    const run = await runOn(build, experiment(net), { keepTensors: true });
    const kept = new Kept(run);
    const layers = layersOf(run.result.spec, kept.get("inputs").shape[1]!);
    const parameters = parametersOf(kept, layers.length).map(({ weights, bias }) => ({
      weights: Float64Array.from(weights),
      bias: Float64Array.from(bias),
    }));
    const inputs = Float64Array.from(kept.f32("inputs"));
    const cotangent = kept.f32("output_cotangent");
    const outputs = layers.at(-1)!.fanOut;
    const scalar = () => {
      const out = forward64(layers, parameters, inputs).at(-1)!.activation;
      if (run.result.spec.backward.kind === "cross_entropy")
        return crossEntropy(out, kept.get("labels").data, outputs).loss;
      return out.reduce((sum, v, i) => sum + v * cotangent[i]!, 0);
    };
    const slope = (values: Float64Array, at: number) => {
      const value = values[at]!;
      const step = 1e-5;
      values[at] = value + step;
      const up = scalar();
      values[at] = value - step;
      const down = scalar();
      values[at] = value;
      return (up - down) / (2 * step);
    };
    if (run.result.network.loss !== undefined) expect(run.result.network.loss).toBeCloseTo(scalar(), 6);
    const check = (tensor: string, values: Float64Array) => {
      const gradient = kept.f32(tensor);
      const largest = gradient.reduce((m, v) => Math.max(m, Math.abs(v)), 0);
      for (let at = 1; at < values.length; at += Math.ceil(values.length / 6))
        expect(Math.abs(gradient[at]! - slope(values, at)), `${tensor}[${at}]`).toBeLessThan(
          2e-5 * largest + FLOOR,
        );
    };
    parameters.forEach(({ weights, bias }, i) => {
      check(`layer${i + 1}.grad_weight`, weights);
      check(`layer${i + 1}.grad_bias`, bias);
    });
    check("layer1.grad_input", inputs);
  });
});

function parametersOf(kept: Kept, layers: number) {
  return Array.from({ length: layers }, (_, i) => ({
    weights: kept.f32(`layer${i + 1}.weight`),
    bias: kept.f32(`layer${i + 1}.bias`),
  }));
}
