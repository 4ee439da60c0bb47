// What may not change when something else does: streams by name, lsuv, weights that come back from a file.
import { describe, expect, it } from "vitest";
import { writeNpz } from "../../formats/npz";
import { safetensorsParts } from "../../formats/safetensors";
import { joined } from "../../formats/tensor";
import type { Executed } from "../../runtime/execute";
import type { Experiment } from "../../spec/experiment";
import type { WrittenExperiment, WrittenLayer, WrittenWeights } from "../../spec/written";
import { bitsOf } from "../random/statistics";
import { BUILDS } from "../harness";
import { exactMoments } from "./exact";
import { experiment, Kept, runOn } from "./host";
import { affine, layersOf } from "./network64";

const SCHEMES: WrittenWeights[] = [
  { scheme: "normal", std: 0.2 },
  { scheme: "orthogonal" },
  { scheme: "torch_linear_default" },
  { scheme: "truncated_normal", std: 0.3, low: -0.5, high: 0.7 },
  { scheme: "sparse", sparsity: 0.3, std: 0.2 },
];

function net(change: (layers: WrittenLayer[]) => WrittenLayer[] = (l) => l): Experiment {
  const layers = SCHEMES.map((weights): WrittenLayer => ({
    units: 70,
    activation: "tanh",
    weights,
    bias: { scheme: "uniform", low: -0.1, high: 0.1 },
  }));
  return experiment({
    seed: 11,
    data: { source: "gaussian", samples: 40, features: 70 },
    network: {
      layers: change(layers),
      output: { units: 3, activation: "identity", weights: { scheme: "he_normal" } },
    },
    backward: { kind: "probe" },
  });
}

/** Bits of what was drawn, by name: the output's tensors under its own. */
function drawn(run: Executed): Map<string, Uint32Array> {
  const kept = new Kept(run);
  const found = new Map([
    ["inputs", bitsOf(kept.f32("inputs"))],
    ["cotangent", bitsOf(kept.f32("output_cotangent"))],
  ]);
  for (const { index, name } of run.result.layers)
    for (const tensor of ["weight", "bias"])
      found.set(`${name}.${tensor}`, bitsOf(kept.f32(`layer${index}.${tensor}`)));
  return found;
}

const toTensors = (run: Executed) =>
  [...run.tensors!].map(([name, { shape, data }]) => ({
    name,
    shape,
    data,
    dtype: data instanceof Int32Array ? ("int32" as const) : ("float32" as const),
  }));

describe.each(BUILDS)("%s core", (build) => {
  const draw = async (spec: Experiment, workers = 2) =>
    drawn(await runOn(build, spec, { keepTensors: true, workers }));

  const changes: [string, (layers: WrittenLayer[]) => WrittenLayer[], string[]][] = [
    ...SCHEMES.map((_, i): (typeof changes)[number] => [
      `the scheme of layer ${i + 1}`,
      (l) => l.with(i, { ...l[i]!, weights: { scheme: "xavier_uniform" } }),
      [`layer${i + 1}.weight`],
    ]),
    ["the bias of layer 2", (l) => l.with(1, { ...l[1]!, bias: { scheme: "zeros" } }), ["layer2.bias"]],
    ["an activation", (l) => l.with(2, { ...l[2]!, activation: "relu" }), []],
    ["a normalization", (l) => l.with(2, { ...l[2]!, normalization: "batch" }), []],
    ["a layer more", (l) => [...l, l[0]!], []],
    ["a layer less", (l) => l.slice(0, 4), ["layer5.weight", "layer5.bias"]],
  ];

  it.each(changes)("%s changes no other tensor's bits", async (_name, change, expected) => {
    const before = await draw(net());
    const after = await draw(net(change), 3);
    const changed = [...before].filter(([name, bits]) => {
      const now = after.get(name);
      return !now || now.length !== bits.length || now.some((v, i) => v !== bits[i]);
    });
    expect(changed.map(([name]) => name)).toEqual(expected);
  });

  it("another seed changes every tensor that is drawn", async () => {
    const before = await draw(net());
    const after = await draw({ ...net(), seed: 12 });
    before.delete("output.bias");
    for (const [name, bits] of before) expect(after.get(name), name).not.toEqual(bits);
  });

  it.each([
    ["orthogonal tanh", { activation: "tanh", weights: { scheme: "lsuv", tolerance: 0.01 } }],
    [
      "far too large normals, a bias, ReLU",
      {
        activation: "relu",
        weights: { scheme: "lsuv", base: { scheme: "normal", std: 3 }, tolerance: 0.001 },
        bias: { scheme: "normal", mean: 0.5, std: 2 },
      },
    ],
    [
      "batch normalization behind it",
      {
        activation: "gelu",
        weights: { scheme: "lsuv", base: { scheme: "xavier_uniform" }, tolerance: 0.02 },
        bias: { scheme: "ones" },
        normalization: "batch",
      },
    ],
  ] as [string, Omit<WrittenLayer, "units">][])("lsuv: %s: z = W h has variance 1", async (_name, layer) => {
    const spec = experiment({
      data: { source: "gaussian", samples: 300, features: 20, std: 3 },
      network: { hidden: { ...layer, units: 30, layers: 5 } },
    });
    const run = await runOn(build, spec, { keepTensors: true });
    const kept = new Kept(run);
    const { tolerance } = layer.weights as { tolerance: number };
    layersOf(run.result.spec, 20).forEach(({ fanIn, fanOut }, i) => {
      const h = i === 0 ? kept.f32("inputs") : kept.f32(`layer${i}.activation`);
      const z = affine(h, kept.f32(`layer${i + 1}.weight`), new Float64Array(fanOut), fanIn);
      expect(Math.abs(exactMoments(z).std ** 2 - 1)).toBeLessThan(tolerance + 1e-5);
    });
  });

  it("lsuv refuses a layer without variance, and names it", async () => {
    const spec = experiment({
      data: { source: "gaussian", samples: 30, features: 5 },
      network: {
        layers: [
          { units: 4, activation: "relu", weights: { scheme: "zeros" } },
          { units: 4, activation: "relu", weights: { scheme: "lsuv" } },
        ],
      },
    });
    await expect(runOn(build, spec)).rejects.toMatchObject({ code: "lsuv", where: "network.layer2.weights" });
  });

  it.each([
    ["weights.npz", (run: Executed) => writeNpz(toTensors(run))],
    ["weights.safetensors", (run: Executed) => joined(safetensorsParts(toTensors(run)))],
  ])("measures weights that come back from %s the same", async (path, write) => {
    const written: Omit<WrittenExperiment, "format"> = {
      data: { source: "two_moons", samples: 150 },
      network: {
        layers: [
          { units: 9, activation: "gelu", weights: { scheme: "he_normal" } },
          { units: 7, activation: "tanh", weights: { scheme: "orthogonal" } },
        ],
        output: { units: 2, activation: "identity", weights: { scheme: "xavier_normal" } },
      },
      backward: { kind: "cross_entropy" },
    };
    const first = await runOn(build, experiment(written), { keepTensors: true });
    const files = new Map([[path, write(first)]]);
    const fromFile = (l: WrittenLayer, i: number): WrittenLayer => ({
      ...l,
      weights: { scheme: "file", path, tensor: `layer${i + 1}.weight` },
    });
    const { layers, output } = written.network as { layers: WrittenLayer[]; output: WrittenLayer };
    const again = experiment({
      ...written,
      network: { layers: layers.map(fromFile), output: fromFile(output, 2) },
    });
    const second = await runOn(build, again, { files });
    expect(second.result.digest).toBe(first.result.digest);

    const wrong = experiment({
      ...written,
      network: { layers: layers.map((l) => fromFile(l, 1)), output },
    });
    await expect(runOn(build, wrong, { files })).rejects.toThrow(
      /has shape \[7, 9\], and layer1 needs \[fan_out, fan_in\] = \[9, 2\]/,
    );
  });
});
