// Source text for a framework, from a resolved spec: what core-as/spec/parse gives, with or without the sha256 of its
// files. Nothing is drawn or computed here but the numbers of the laws. The same spec gives the same text.
import { knownShape } from "../spec/dimensions";
import type { Experiment } from "../spec/experiment";
import { computedGain } from "../spec/laws";
import { JAX_FILE, jaxSource } from "./jax";
import { KERAS_FILE, kerasSource } from "./keras";
import type { GainsOf } from "./layers";
import { type CodeModel, codeModel } from "./model";
import { NUMPY_FILE, numpySource } from "./numpy";
import { PYTORCH_FILE, pytorchSource } from "./pytorch";
import type { CodeFramework, CodeSource } from "./source";

export interface CodeGiven {
  /** CORE_VERSION of core-as/runtime. */
  readonly coreVersion: string;
  /** Left out where the spec alone tells the number; a file's features only the file does. */
  readonly features?: number;
  /** Left out where `asksForGains` says that none are needed. */
  readonly gainsOf?: GainsOf;
}

const WRITERS: Readonly<
  Record<CodeFramework, { readonly fileName: string; readonly write: (model: CodeModel) => string }>
> = {
  pytorch: { fileName: PYTORCH_FILE, write: pytorchSource },
  keras: { fileName: KERAS_FILE, write: kerasSource },
  jax: { fileName: JAX_FILE, write: jaxSource },
  numpy: { fileName: NUMPY_FILE, write: numpySource },
};

/** Throws NoGainError of core-as/theory where an activation has no such gain. */
export function sourceFor(spec: Experiment, framework: CodeFramework, given: CodeGiven): CodeSource {
  const features = given.features ?? knownShape(spec.data)?.features;
  if (features === undefined) throw new Error("the features of a file must be given");
  const model = codeModel(spec, features, given.coreVersion, given.gainsOf ?? (() => null));
  const { fileName, write } = WRITERS[framework];
  return { framework, fileName, text: write(model) };
}

/** Whether a law of the spec needs a gain that is computed for its activation. */
export function asksForGains({ network: { layers, output } }: Experiment): boolean {
  return [...layers, ...(output ? [output] : [])].some((layer) => computedGain(layer.weights) !== null);
}
