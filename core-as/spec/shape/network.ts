// How a person may write the network.
import { ACTIVATIONS, ACTIVATION_NAMES } from "../activations";
import { BOUNDS, TEXT_LENGTHS } from "../bounds";
import { shown } from "../errors";
import { BIAS_SCHEMES, SCHEMES, type SchemeParameter } from "../schemes";
import {
  choice,
  digest,
  either,
  type Entries,
  list,
  literal,
  nullable,
  number,
  object,
  optional,
  type Shape,
  tagged,
  text,
  titled,
  wholeRecordOf,
} from "./shape";

const activationObject = tagged(
  "name",
  "activation",
  Object.fromEntries(
    ACTIVATION_NAMES.map((name) => {
      const { parameter } = ACTIVATIONS[name];
      const entries: Entries =
        parameter === null
          ? {}
          : {
              [parameter.name]: titled(
                optional(number(parameter.bounds), parameter.default),
                parameter.title,
              ),
            };
      return [name, object(`the activation ${name}`, { name: literal(name, ""), ...entries })];
    }),
  ),
);
const activationName = choice("activation", ACTIVATION_NAMES);

const activationFormula = object('{ "formula": ... }', {
  formula: titled(
    text("a formula of x, such as x * sigmoid(1.702 * x)", 1, TEXT_LENGTHS.formula),
    "Formula of x, differentiated symbolically",
  ),
  parameters: titled(
    optional(wholeRecordOf(number(BOUNDS.formulaParameter), "an object of names and numbers")),
    "Values of the names in the formula",
  ),
});

export const activation = either(
  'the name of an activation, { "name": ..., its parameter }, or { "formula": ... }',
  [activationName, activationObject, activationFormula],
  (value) => {
    if (Array.isArray(value) || typeof value !== "object" || value === null)
      return Array.isArray(value) ? activationObject : activationName;
    if (Object.hasOwn(value, "name")) return activationObject;
    if (Object.hasOwn(value, "formula")) return activationFormula;
    return `${shown(value)} with neither "name" nor "formula" stands here; write { "name": "relu" } or { "formula": "max(x, 0)" }`;
  },
);

function parameterShape(parameter: SchemeParameter): Shape {
  switch (parameter.kind) {
    case "number":
      return titled(optional(number(parameter.bounds), parameter.default), parameter.title);
    case "choice":
      return titled(
        optional(choice(parameter.title.toLowerCase(), parameter.choices), parameter.default),
        parameter.title,
      );
    case "text": {
      const shape = text(`the ${parameter.title.toLowerCase()}`, 1, TEXT_LENGTHS.path);
      const whole = parameter.default === null ? optional(nullable(shape, "the only one"), null) : shape;
      return titled(whole, parameter.title);
    }
    case "digest":
      return titled(optional(digest()), parameter.title);
    case "scheme":
      return titled(optional(baseWeights, parameter.default), parameter.title);
  }
}

function schemeShape(name: string, parameters: Readonly<Record<string, SchemeParameter>>): [string, Shape] {
  const fields = Object.entries(parameters).map(
    ([key, parameter]) => [key, parameterShape(parameter)] as const,
  );
  return [name, object(`the scheme ${name}`, { scheme: literal(name, ""), ...Object.fromEntries(fields) })];
}

const { lsuv, ...baseSchemes } = SCHEMES;

/** Every scheme but lsuv, by name. */
export const baseOptions: Entries = Object.fromEntries(
  Object.entries(baseSchemes).map(([name, row]) => schemeShape(name, row.parameters)),
);
export const baseWeights: Shape = tagged("scheme", "scheme that lsuv can start from", baseOptions);

export const weights = tagged("scheme", "scheme", {
  ...baseOptions,
  ...Object.fromEntries([schemeShape("lsuv", lsuv.parameters)]),
});

export const bias = tagged(
  "scheme",
  "bias scheme",
  Object.fromEntries(Object.entries(BIAS_SCHEMES).map(([name, row]) => schemeShape(name, row.parameters))),
);

const layerEntries: Entries = {
  units: titled(number(BOUNDS.units), "Units"),
  activation,
  weights,
  bias: titled(optional(bias), "Biases; left out: those of the weights scheme"),
  normalization: titled(
    optional(choice("normalization", ["none", "layer", "batch", "rms"]), "none"),
    "Normalization of the preactivations",
  ),
};

export const layer = object("a layer { units, activation, weights }", layerEntries, {
  layers: '"layers" stands in "hidden" alone; each entry of the list is one layer',
  residual: '"residual" stands beside "layers", or in "hidden"',
});

export const residual = object("{ every, scale }", {
  every: titled(number(BOUNDS.layers), "Hidden layers in a block"),
  scale: titled(optional(number(BOUNDS.residualScale), 1), "Scale of the block's output"),
});

const hidden = object("{ layers, units, activation, weights }", {
  layers: titled(number(BOUNDS.layers), "Hidden layers"),
  ...layerEntries,
  residual: titled(optional(residual), "Shortcuts"),
});

/** `hidden` or `layers`, not both: a rule of rules.ts, and of the JSON Schema by hand. */
export const network = object(
  '{ "hidden": ... } or { "layers": [...] }',
  {
    hidden: titled(optional(hidden), "Hidden layers, all alike"),
    layers: titled(
      optional(list("a list of layers", layer, 1, BOUNDS.layers.max)),
      "Hidden layers, one by one",
    ),
    residual: titled(optional(residual), "Shortcuts, beside layers"),
    output: titled(optional(layer), "Output layer"),
  },
  Object.fromEntries(
    Object.keys(layerEntries).map((name) => [name, `"${name}" stands in "hidden", or in each of "layers"`]),
  ),
);
