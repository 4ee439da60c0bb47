// Experiments as a person might write them, at random: within bounds, every optional field now there, now not.
import fc from "fast-check";
import { ACTIVATION_NAMES, ACTIVATIONS } from "../../spec/activations";
import { type Bounds, BOUNDS } from "../../spec/bounds";
import { BIAS_SCHEMES, type SchemeParameter, SCHEMES } from "../../spec/schemes";
import { formulas, parametersOf } from "../formula/written";

type Fields = Record<string, fc.Arbitrary<unknown>>;

export function within({ min, max, integer = false }: Bounds): fc.Arbitrary<number> {
  const ends = fc.constantFrom(min, max);
  const inside = integer
    ? fc.maxSafeInteger().map((n) => min + (Math.abs(n) % (max - min + 1)))
    : fc.double({ min, max, noNaN: true });
  return fc.oneof({ weight: 1, arbitrary: ends }, { weight: 4, arbitrary: inside });
}

/** Required fields as they are, optional ones now and then. */
function fields(required: Fields, optional: Fields = {}): fc.Arbitrary<Record<string, unknown>> {
  return fc.record(
    { ...required, ...optional },
    { requiredKeys: Object.keys(required), noNullPrototype: true },
  );
}

const textOf = (maxLength: number) =>
  fc.string({ minLength: 1, maxLength, unit: "grapheme" }).filter((text) => [...text].length <= maxLength);
const parameter = within(BOUNDS.formulaParameter);
const sha = fc.string({ minLength: 64, maxLength: 64, unit: fc.constantFrom(..."0123456789abcdef") });

/** Formulas that are right; each with the parameters that it uses, and no others. */
const formula = fc.oneof(
  formulas.map((text) => {
    const parameters = parametersOf(text);
    return { formula: text, ...(Object.keys(parameters).length > 0 ? { parameters } : {}) };
  }),
  fields({ formula: fc.constant("x*sigmoid(b*x)+a"), parameters: fields({ b: parameter, a: parameter }) }),
  // Now and then one that the shapes let through and the rules do not.
  fields(
    { formula: fc.constantFrom("x*sigmod(x)", "(x", "x+b", " ") },
    { parameters: fields({}, { b: parameter }) },
  ),
);

const activation = fc.oneof(
  fc.constantFrom(...ACTIVATION_NAMES),
  fc.constantFrom(...ACTIVATION_NAMES).chain((name) => {
    const { parameter } = ACTIVATIONS[name];
    return fields(
      { name: fc.constant(name) },
      parameter === null ? {} : { [parameter.name]: within(parameter.bounds) },
    );
  }),
  formula,
);

function parameterOf(parameter: SchemeParameter): fc.Arbitrary<unknown> {
  switch (parameter.kind) {
    case "number":
      return within(parameter.bounds);
    case "choice":
      return fc.constantFrom(...parameter.choices);
    case "text":
      return parameter.default === null ? fc.option(textOf(20)) : textOf(20);
    case "digest":
      return sha;
    case "scheme":
      return base;
  }
}

function schemeOf(
  scheme: string,
  parameters: Readonly<Record<string, SchemeParameter>>,
): fc.Arbitrary<unknown> {
  const all = Object.entries(parameters).map(([key, parameter]) => [key, parameterOf(parameter)] as const);
  const must = all.filter(
    ([key]) => parameters[key]?.kind === "text" && parameters[key].default === undefined,
  );
  return fields(
    { scheme: fc.constant(scheme), ...Object.fromEntries(must) },
    Object.fromEntries(all.filter((entry) => !must.includes(entry))),
  );
}

const { lsuv, ...others } = SCHEMES;
const base = fc.oneof(...Object.entries(others).map(([name, row]) => schemeOf(name, row.parameters)));
const weights = fc.oneof(
  { weight: 8, arbitrary: base },
  { weight: 1, arbitrary: schemeOf("lsuv", lsuv.parameters) },
);
const bias = fc.oneof(...Object.entries(BIAS_SCHEMES).map(([name, row]) => schemeOf(name, row.parameters)));

const layerFields = { units: within(BOUNDS.units), activation, weights };
const layerOptions = { bias, normalization: fc.constantFrom("none", "layer", "batch", "rms") };
const layer = fields(layerFields, layerOptions);
const residual = fields(
  { every: within({ min: 1, max: 4, integer: true }) },
  { scale: within(BOUNDS.residualScale) },
);

const network = fc.oneof(
  fields(
    {
      hidden: fields(
        { layers: within({ min: 1, max: 20, integer: true }), ...layerFields },
        { ...layerOptions, residual },
      ),
    },
    { output: layer },
  ),
  fields({ layers: fc.array(layer, { minLength: 1, maxLength: 4 }) }, { residual, output: layer }),
);

const shared = { standardize: fc.boolean() };
const samples = within(BOUNDS.samples);
const noise = within(BOUNDS.noise);
const value = within(BOUNDS.value);
const source = (name: string) => ({ source: fc.constant(name) });
const fileOptions = {
  samples: fc.option(samples),
  sha256: fc.dictionary(textOf(10), sha, { noNullPrototype: true }),
  ...shared,
};

const data = fc.oneof(
  fields(source("gaussian"), {
    samples,
    features: within(BOUNDS.features),
    mean: value,
    std: within(BOUNDS.std),
    correlation: within(BOUNDS.correlation),
    ...shared,
  }),
  fields(source("uniform"), {
    samples,
    features: within(BOUNDS.features),
    low: value,
    high: value,
    ...shared,
  }),
  fields(source("digits"), { samples: within({ min: 1, max: 1797, integer: true }), ...shared }),
  fields(source("two_moons"), { samples, noise, ...shared }),
  fields(source("xor"), { samples, noise, ...shared }),
  fields(source("spirals"), {
    samples,
    noise,
    classes: within(BOUNDS.classes),
    turns: within(BOUNDS.turns),
    ...shared,
  }),
  fields(
    { ...source("file"), path: fc.constantFrom("a.csv", "b.txt") },
    { label: fc.oneof(textOf(10), within(BOUNDS.labelColumn)), ...fileOptions },
  ),
  fields(
    { ...source("file"), path: fc.constant("a.npz") },
    { inputs: textOf(10), labels: textOf(10), ...fileOptions },
  ),
  fields({ ...source("file"), images: textOf(10) }, { labels: textOf(10), ...fileOptions }),
);

const schedule = fields(
  {},
  {
    kind: fc.constantFrom("constant", "step", "cosine"),
    warmupSteps: within({ min: 0, max: 10, integer: true }),
    stepEvery: within(BOUNDS.steps),
    factor: within(BOUNDS.factor),
    finalFraction: within(BOUNDS.finalFraction),
  },
);

const train = fields(
  {},
  {
    optimizer: fc.constantFrom("sgd", "momentum", "nesterov", "adam", "adamw", "rmsprop"),
    learningRate: within(BOUNDS.learningRate),
    momentum: within(BOUNDS.momentum),
    beta1: within(BOUNDS.beta),
    beta2: within(BOUNDS.beta),
    epsilon: within(BOUNDS.epsilon),
    weightDecay: within(BOUNDS.weightDecay),
    clipNorm: within(BOUNDS.clipNorm),
    schedule,
    loss: fc.constantFrom("cross_entropy", "mean_squared_error"),
    batchSize: within(BOUNDS.batchSize),
    steps: within(BOUNDS.steps),
    recordEvery: within(BOUNDS.steps),
    validationShare: within(BOUNDS.validationShare),
  },
);

/** Every field within its own bounds; rules between fields may be broken. */
export const written = fields(
  { format: fc.constant("initlab.experiment/1"), data, network },
  {
    name: textOf(30),
    seed: within(BOUNDS.seed),
    backward: fields({ kind: fc.constantFrom("none", "probe", "cross_entropy") }),
    measure: fields({}, { jacobian: fc.boolean(), correlation: fc.boolean(), spectra: fc.boolean() }),
    replicates: within(BOUNDS.replicates),
    train: fc.option(train, { nil: undefined, freq: 1 }),
  },
).map((spec) => JSON.parse(JSON.stringify(spec)) as Record<string, unknown>);
