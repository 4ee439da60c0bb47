// How a person may write where the inputs come from.
import { BOUNDS, DIGITS, TEXT_LENGTHS } from "../bounds";
import {
  boolean,
  digest,
  either,
  literal,
  nullable,
  number,
  object,
  optional,
  recordOf,
  type Shape,
  tagged,
  text,
  titled,
} from "./shape";

const standardize = titled(optional(boolean(), false), "Standardize each feature");
const samples = titled(optional(number(BOUNDS.samples), 1000), "Samples");
const features = titled(optional(number(BOUNDS.features), 100), "Features");
const noise = titled(optional(number(BOUNDS.noise), 0.1), "Noise");

const source = (name: string): Shape => literal(name, "");

const plane = { features: "this source has 2 features: leave the field out" };

const column = number(BOUNDS.labelColumn);
const columnName = text("the name of a column", 1, TEXT_LENGTHS.field);

export const data = tagged("source", "source", {
  gaussian: object("gaussian inputs", {
    source: source("gaussian"),
    samples,
    features,
    mean: titled(optional(number(BOUNDS.value), 0), "Mean"),
    std: titled(optional(number(BOUNDS.std), 1), "Standard deviation"),
    correlation: titled(optional(number(BOUNDS.correlation), 0), "Correlation of any two features"),
    standardize,
  }),
  uniform: object("uniform inputs", {
    source: source("uniform"),
    samples,
    features,
    low: titled(optional(number(BOUNDS.value), -1), "Low"),
    high: titled(optional(number(BOUNDS.value), 1), "High"),
    standardize,
  }),
  digits: object(
    "the bundled digits",
    {
      source: source("digits"),
      samples: titled(
        optional(number({ min: 1, max: DIGITS.samples, integer: true }), DIGITS.samples),
        "Samples",
      ),
      standardize,
    },
    { features: `the digits have ${DIGITS.features} features: leave the field out` },
  ),
  two_moons: object("two moons", { source: source("two_moons"), samples, noise, standardize }, plane),
  spirals: object(
    "spirals",
    {
      source: source("spirals"),
      samples,
      noise,
      classes: titled(optional(number(BOUNDS.classes), 2), "Arms, a class each"),
      turns: titled(optional(number(BOUNDS.turns), 1), "Turns of an arm"),
      standardize,
    },
    plane,
  ),
  xor: object("xor", { source: source("xor"), samples, noise, standardize }, plane),
  file: object(
    "a file",
    {
      source: source("file"),
      samples: titled(optional(nullable(number(BOUNDS.samples), "every row"), null), "Samples"),
      path: titled(optional(text("the path of a .csv, .npy or .npz", 1, TEXT_LENGTHS.path)), "File"),
      label: titled(
        optional(
          either("the label column, by name or index", [columnName, column], (value) =>
            typeof value === "number" ? column : columnName,
          ),
        ),
        "CSV: the label column",
      ),
      images: titled(optional(text("the path of the IDX images", 1, TEXT_LENGTHS.path)), "IDX: images"),
      labels: titled(
        optional(text("the path of the IDX labels, or an array of the NPZ", 1, TEXT_LENGTHS.path)),
        "IDX: file of labels; NPZ: array of labels",
      ),
      inputs: titled(optional(text("the name of an array", 1, TEXT_LENGTHS.field)), "NPZ: array of inputs"),
      sha256: titled(optional(recordOf(digest(), "{ path: sha256 }")), "sha256 of the files, by path"),
      standardize,
    },
    { features: "a file has the features it has: leave the field out" },
  ),
});
