// Typed activations in Python: random formulas as each framework computes them, against dual intervals of the tree as
// written, the same that the core's own kernels are held against; and, in every framework, all built-in activations against
// the core's float64.
import { describe, expect, it, test } from "vitest";
import fc from "fast-check";
import { CODE_FRAMEWORKS, type CodeFramework } from "../../code/source";
import { parseFormula } from "../../formula/parser";
import { activationFunctions } from "../../runtime/functions";
import { ACTIVATION_NAMES } from "../../spec/activations";
import type { ActivationSpec } from "../../spec/experiment";
import { FLOAT32, FLOAT64, type Interval, middle, type Precision } from "../formula/interval";
import { evaluate } from "../formula/reference";
import { formulas, parametersOf } from "../formula/written";
import { pythonOf, runPython } from "./python";
import { core, hidden, textOf } from "./sources";

const POINTS = [0, 1, -1, 0.5, -2, 3, -0.3, 7.25, -11, 1.7, -0.001, 40].map(Math.fround);
const COUNTS: Readonly<Record<CodeFramework, number>> = { numpy: 1500, pytorch: 1500, jax: 300, keras: 300 };
/** How often rounding may be larger than a single one of each operation. */
const ALLOWED = 8;

/** phi of the points, by the last function that the source defines for its layers. */
const SCRIPT = `
import json, math, sys, warnings
import numpy as np
warnings.simplefilter("ignore")

framework, texts, points = json.load(sys.stdin)

def batch():
    if framework == "numpy":
        return np.array(points, np.float64)
    if framework == "pytorch":
        import torch
        return torch.tensor(points, dtype=torch.float32)
    if framework == "jax":
        import jax.numpy as jnp
        return jnp.array(points, jnp.float32)
    from keras import ops
    return ops.convert_to_tensor(np.array(points, np.float32))

answers = []
for text in texts:
    names = {"__name__": "source"}
    exec(compile(text, "source", "exec"), names)
    phi = names["LAYERS"][0].activation
    if framework == "keras":
        # As in the model: through a tensor that has no values yet.
        import keras
        symbol = keras.Input((), batch_size=len(points))
        value = keras.Model(symbol, phi(symbol))(batch())
    else:
        value = phi(batch())
    value = np.asarray(value, np.float64)
    assert value.shape == (len(points),), (value.shape, text)
    answers.append([float(x) if math.isfinite(x) else str(x) for x in value])
print(json.dumps(answers))
`;

function computed(
  python: string,
  framework: CodeFramework,
  activations: readonly ActivationSpec[],
): number[][] {
  const texts = activations.map((activation) => textOf(hidden({ activation }), framework));
  const answers = runPython(python, SCRIPT, [framework, texts, POINTS]) as (number | string)[][];
  const named = new Map([
    ["nan", NaN],
    ["inf", Infinity],
    ["-inf", -Infinity],
  ]);
  return answers.map((row) => row.map((x) => (typeof x === "number" ? x : named.get(x)!)));
}

function isWithin(got: number, { low, high }: Interval, p: Precision): boolean {
  const centre = middle({ low, high });
  if (!(high - low < Infinity)) return true;
  const half = 0.5 * ALLOWED * (high - low) + 8 * p.arithmetic * Math.abs(centre) + p.absolute + p.smallest;
  return Math.abs(got - centre) <= half;
}

/** Written by hand: precedence, numbers alone, comparisons as numbers, what Python would refuse or turn complex. */
const WRITTEN = [
  "-x^2",
  "(-x)^2",
  "2^-x",
  "2^3^x",
  "(x^2)^3",
  "x^-2",
  "--x",
  "1 - (2 - x)",
  "1 - -x",
  "x / (2 / x)",
  "x - (x - 1) * 2",
  "(x < 0) - (x > 0)",
  "-(x < 0)",
  "(x < 1) * (x > -1)",
  "(x < 1) + 1",
  "where(x, 2, 3)",
  "where(1 < 2, x, 3)",
  "where(2 < 1, 4, tanh(where(1 == 1, 2, x)))",
  "1 < 2",
  "3",
  "(-8)^(1/3) + where(x < 0, 1, 2)",
  "min(1/0, x)",
  "max(-1/0, x, 1, 2, x, 0.5)",
  "x * sqrt(2 / pi)",
  "0.5 * x * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x^3)))",
  "x * sigmoid(1) + softplus(2) + relu(-1) + relu(2) + erf(0.5) + erfc(0.5) + sign(-3) + abs(-2) + log(2) + exp(1)",
  "x * max(1, 2, 3) * min(4, 5) * cos(1) * sin(1) * tanh(1) * expm1(1) * log1p(1) * where(1, 2, 3)",
  "erfc(x / sqrt(2)) * x",
  "e^x",
  "x^0.5",
  "abs(x)^1.5",
  "x^2^0.5",
  "sign(x) * log1p(abs(x))",
  `max(${Array.from({ length: 150 }, (_, i) => (i % 2 ? "x" : "1")).join(",")})`,
  Array.from({ length: 200 }, () => "x").join("+"),
  `${"(".repeat(45)}x${")".repeat(45)}`,
  `${"tanh(".repeat(45)}x${")".repeat(45)}`,
  `${"-".repeat(45)}x`,
];

describe.each(CODE_FRAMEWORKS)("%s", (framework) => {
  const python = pythonOf(framework, "so what its source computes is not looked at");

  it.skipIf(python === null)(
    "computes formulas",
    () => {
      const count = COUNTS[framework];
      const texts = [...WRITTEN, ...fc.sample(formulas, { seed: 23, numRuns: count })];
      const specs = texts.map((formula) => ({ formula, parameters: parametersOf(formula) }));
      const p = framework === "numpy" ? FLOAT64 : FLOAT32;
      const answers = computed(python!, framework, specs);
      let told = 0;
      for (const [i, { formula, parameters }] of specs.entries()) {
        const tree = parseFormula(formula, parameters);
        for (const [j, x] of POINTS.entries()) {
          const { value } = evaluate(tree, x, p);
          if (value.high - value.low < 1e-3 * (1 + Math.abs(value.low))) told++;
          if (!isWithin(answers[i]![j]!, value, p))
            expect.fail(`${formula} at ${x}: ${answers[i]![j]}, not in ${value.low} .. ${value.high}`);
        }
      }
      expect(told / (texts.length * POINTS.length)).toBeGreaterThan(0.6);
    },
    300_000,
  );

  const activations: readonly ActivationSpec[] = [
    ...ACTIVATION_NAMES.map((name) => ({ name })),
    { name: "leaky_relu", negative_slope: -0.5 },
    { name: "leaky_relu", negative_slope: 1.5 },
    { name: "prelu", negative_slope: 0 },
    { name: "elu", alpha: 0 },
    { name: "elu", alpha: 2.5 },
    { name: "celu", alpha: 0.05 },
    { name: "sin", omega: 30 },
  ];
  test.skipIf(python === null)(
    "computes every activation",
    () => {
      const answers = computed(python!, framework, activations);
      for (const [i, activation] of activations.entries()) {
        const { phi } = activationFunctions(core, activation);
        for (const [j, x] of POINTS.entries()) {
          const exact = phi(x);
          // sin(30 x) takes the rounding of its argument with it.
          const scale = "omega" in activation ? 1 + Math.abs(30 * x) : 1;
          expect(
            Math.abs(answers[i]![j]! - exact),
            `${JSON.stringify(activation)} at ${x}: ${answers[i]![j]} for ${exact}`,
          ).toBeLessThanOrEqual(1e-6 * scale * Math.max(1, Math.abs(exact)));
        }
      }
    },
    300_000,
  );
});
