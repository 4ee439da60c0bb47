// What the diagnosis says of every preset, as a table; and that every remedy it offers does what it says.
import { describe, expect, it } from "vitest";
import { isAlarm } from "../../diagnosis/finding";
import { verdictOf } from "../../diagnosis/verdict";
import { withRemedies } from "../../runtime/remedy";
import { execute } from "../../runtime/execute";
import { parseExperiment } from "../../spec/parse";
import { patched } from "../../spec/patch";
import { findPreset, PRESETS } from "../../spec/presets";
import type { Finding, FindingCode } from "../../spec/result";
import { openHost } from "../runtime/host";

/** Severity, code and layers of every finding; "healthy" alone where severity and code are both that. */
const EXPECTED: readonly (readonly [preset: string, findings: readonly string[]])[] = [
  [
    "large-normal-sigmoid",
    ["information saturated 1-5", "information correlation_collapse 4-5", "healthy 1-5"],
  ],
  ["large-normal-tanh", ["warning saturated 1-5", "warning chaotic_sensitivity 4-5"]],
  ["small-normal-sigmoid", ["broken vanishing_gradients 1-3", "warning correlation_collapse 3-5"]],
  ["small-normal-tanh", ["warning vanishing_activations 3-5", "warning vanishing_gradients 1-2"]],
  ["zeros-relu", ["broken dead_units 1-5", "broken no_gradient 1-5"]],
  [
    "zeros-sigmoid",
    ["broken symmetric_units 1-5", "broken no_gradient 1-4", "broken correlation_collapse 1-5"],
  ],
  ["zeros-tanh", ["broken dead_units 1-5", "broken no_gradient 1-5"]],
  [
    "constant-sigmoid",
    [
      "broken symmetric_units 1-5",
      "broken no_gradient 1-3",
      "broken correlation_collapse 3-5",
      "warning saturated 1-5",
    ],
  ],
  ["constant-tanh", ["broken symmetric_units 1-5", "broken no_gradient 1-5", "warning saturated 1-5"]],
  [
    "constant-relu",
    ["broken symmetric_units 1-5", "broken exploding_activations 3-5", "warning exploding_gradients 1-3"],
  ],
  ["xavier-normal-sigmoid", ["warning vanishing_gradients 1", "warning correlation_collapse 5"]],
  ["xavier-normal-tanh", ["healthy 1-5"]],
  ["xavier-uniform-sigmoid", ["warning vanishing_gradients 1", "warning correlation_collapse 5"]],
  ["xavier-uniform-tanh", ["healthy 1-5"]],
  ["xavier-normal-relu", ["healthy 1-5"]],
  ["xavier-uniform-relu", ["healthy 1-5"]],
  ["he-normal-relu", ["healthy 1-5"]],
  ["he-uniform-relu", ["healthy 1-5"]],
  ["torch-default", ["information dead_units 4-5", "information correlation_collapse 4-5", "healthy 1-5"]],
  ["keras-default", ["healthy 1-5"]],
  ["jax-default", ["healthy 1-5"]],
  [
    "deep-relu-xavier",
    [
      "warning vanishing_activations 15-30",
      "warning vanishing_gradients 1-18",
      "information dead_units 7-8,11-30",
      "information correlation_collapse 10-30",
    ],
  ],
  [
    "deep-relu-he",
    ["information dead_units 7-8,11-30", "information correlation_collapse 10-30", "healthy 1-30"],
  ],
  ["hidden-collapse", ["warning vanishing_gradients 1-6", "warning correlation_collapse 5-10"]],
  ["orthogonal-deep-linear", ["healthy 1-50"]],
  ["normal-deep-linear", ["healthy 1-50"]],
  ["lsuv-tanh", ["healthy 1-20"]],
  ["selu-lecun", ["healthy 1-30"]],
  ["tanh-critical", ["information correlation_collapse 42-50", "healthy 1-50"]],
  ["gelu-critical", ["information correlation_collapse 15-30", "healthy 1-30"]],
  ["silu-critical", ["information correlation_collapse 8-30", "healthy 1-30"]],
  ["layer-norm-tanh", ["warning chaotic_sensitivity 30"]],
  ["rms-norm-silu", ["healthy 1-30"]],
  ["batch-norm-relu", ["warning exploding_gradients 1-5"]],
  [
    "residual-relu",
    [
      "warning dead_units 26",
      "warning exploding_activations 19,21-30",
      "warning exploding_gradients 1-4",
      "information correlation_collapse 11-30",
    ],
  ],
  ["residual-scaled-relu", ["information dead_units 24-25,28-29", "healthy 1-30"]],
  ["zero-hadamard-relu", ["healthy 1-10"]],
  ["formula-quick-gelu", ["healthy 1-10"]],
  [
    "large-normal-sigmoid-digits",
    ["information saturated 1-5", "information correlation_collapse 4-5", "healthy 1-5"],
  ],
  ["large-normal-tanh-digits", ["warning saturated 1-5", "warning chaotic_sensitivity 4-5"]],
  ["small-normal-sigmoid-digits", ["broken vanishing_gradients 1-3", "warning correlation_collapse 3-5"]],
  ["small-normal-tanh-digits", ["warning vanishing_activations 3-5", "warning vanishing_gradients 1-3"]],
  ["zeros-relu-digits", ["broken dead_units 1-6", "broken no_gradient 1-6"]],
  [
    "zeros-sigmoid-digits",
    [
      "broken symmetric_units 1-5",
      "broken dead_units 6",
      "broken no_gradient 1-5",
      "broken correlation_collapse 1-5",
    ],
  ],
  ["zeros-tanh-digits", ["broken dead_units 1-6", "broken no_gradient 1-6"]],
  [
    "constant-sigmoid-digits",
    [
      "broken symmetric_units 1-5",
      "broken no_gradient 1-4",
      "broken correlation_collapse 3-5",
      "warning saturated 1-5",
    ],
  ],
  ["constant-tanh-digits", ["broken symmetric_units 1-5", "broken no_gradient 1-5", "warning saturated 1-5"]],
  [
    "constant-relu-digits",
    ["broken symmetric_units 1-5", "broken exploding_activations 3-5", "broken exploding_gradients 1-3"],
  ],
  ["xavier-normal-sigmoid-digits", ["warning vanishing_gradients 1", "warning correlation_collapse 5"]],
  ["xavier-normal-tanh-digits", ["healthy 1-5"]],
  ["xavier-uniform-sigmoid-digits", ["warning vanishing_gradients 1", "warning correlation_collapse 5"]],
  ["xavier-uniform-tanh-digits", ["healthy 1-5"]],
  ["xavier-normal-relu-digits", ["healthy 1-5"]],
  ["xavier-uniform-relu-digits", ["healthy 1-5"]],
  ["he-normal-relu-digits", ["healthy 1-5"]],
  ["he-uniform-relu-digits", ["healthy 1-5"]],
  [
    "torch-default-digits",
    ["information dead_units 5", "information correlation_collapse 4-5", "healthy 1-5"],
  ],
  ["keras-default-digits", ["healthy 1-5"]],
  ["jax-default-digits", ["healthy 1-5"]],
  ["train-book-std", ["warning vanishing_activations 3-4", "warning vanishing_gradients 1-2"]],
  ["train-book-xavier", ["healthy 1-4"]],
  ["train-book-he", ["healthy 1-4"]],
  [
    "train-deep-xavier",
    [
      "warning vanishing_activations 15-30",
      "warning vanishing_gradients 1-18",
      "information dead_units 7-8,11-30",
    ],
  ],
  ["train-deep-he", ["information dead_units 7-8,11-30", "healthy 1-30"]],
  ["train-zeros", ["broken dead_units 1-5", "broken no_gradient 1-5"]],
  [
    "train-constant",
    ["broken symmetric_units 1-4", "warning saturated 3-4", "warning exploding_gradients 1"],
  ],
];

/** "1-3,5" */
function ranges(layers: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const layer of layers) {
    const last = runs.at(-1);
    if (last && last[1] === layer - 1) last[1] = layer;
    else runs.push([layer, layer]);
  }
  return runs.map(([a, b]) => (a === b ? `${a}` : `${a}-${b}`)).join(",");
}

const said = ({ severity, code, layers }: Finding) =>
  `${severity === code ? code : `${severity} ${code}`} ${ranges(layers)}`;

const host = openHost("fast");
/** Presets whose remedy was complete, by code. */
const mended = new Map<FindingCode, string[]>();

describe("the presets", () => {
  it("are all in the table", () => {
    expect(EXPECTED.map(([name]) => name).sort()).toEqual(PRESETS.map(({ name }) => name).sort());
  });

  it.each(EXPECTED)("%s", async (name, findings) => {
    const spec = parseExperiment(findPreset(name).spec);
    const { result: measured } = await execute(spec, host);
    expect(measured.diagnosis.map(said)).toEqual(findings);
    const result = await withRemedies(measured, host);
    // Remedies are added, and nothing else is changed.
    expect(result.diagnosis.map((found) => ({ ...found, remedy: null }))).toEqual(measured.diagnosis);
    expect(verdictOf(result).severity === "healthy").toBe(
      !result.diagnosis.some((found) => isAlarm(found) || found.code === "saturated"),
    );
    for (const { code, remedy, message, source, threshold } of result.diagnosis) {
      expect(message.length).toBeGreaterThan(40);
      expect(source.length).toBeGreaterThan(10);
      expect(Object.keys(threshold).length).toBeGreaterThan(0);
      if (remedy === null) continue;
      const changed = patched(result.spec, remedy.patch);
      expect(remedy.patch.length).toBeGreaterThan(0);
      const { result: after } = await execute(changed, host);
      const alarms = after.diagnosis.filter(isAlarm).map((found) => found.code);
      expect(
        after.diagnosis
          .map((found) => found.code)
          .filter((c) => c === code && isAlarm(after.diagnosis.find((f) => f.code === c)!)),
      ).toEqual([]);
      expect([...remedy.remains].sort()).toEqual([...alarms].sort());
      expect(remedy.complete).toBe(alarms.length === 0);
      if (remedy.complete) mended.set(code, [...(mended.get(code) ?? []), name]);
    }
  });

  it("give every code that can be mended at least one remedy that is complete", () => {
    const codes: FindingCode[] = [
      "symmetric_units",
      "no_gradient",
      "dead_units",
      "saturated",
      "vanishing_activations",
      "exploding_activations",
      "vanishing_gradients",
      "exploding_gradients",
      "correlation_collapse",
      "chaotic_sensitivity",
    ];
    expect(codes.filter((code) => !mended.has(code))).toEqual([]);
  });
});
