// What a built-in experiment is, and the few shapes that they share.
import type { ActivationName, ActivationSpec } from "../experiment";
import { EXPERIMENT_FORMAT } from "../experiment";
import type {
  WrittenBias,
  WrittenExperiment,
  WrittenLayer,
  WrittenNetwork,
  WrittenWeights,
} from "../written";

export interface Preset {
  /** [a-z0-9-]+ */
  readonly name: string;
  readonly title: string;
  /** What it is there to show, in a sentence or two. */
  readonly summary: string;
  readonly tags: readonly string[];
  /** As a person would write it. */
  readonly spec: WrittenExperiment;
}

/** One way to start a network: what stands in `hidden` beside the sizes. */
export interface Start {
  readonly activation: ActivationName | ActivationSpec;
  readonly weights: WrittenWeights;
  readonly bias?: WrittenBias;
}

type Hidden = Extract<WrittenNetwork, { hidden: unknown }>["hidden"];

const SEED = 42;

/** 1000 Gaussian inputs of 100 features, and a probe sent back. */
export function gaussian(title: string, hidden: Hidden): WrittenExperiment {
  return {
    format: EXPERIMENT_FORMAT,
    name: title,
    seed: SEED,
    data: { source: "gaussian", samples: 1000, features: 100 },
    network: { hidden },
    backward: { kind: "probe" },
  };
}

/** The bundled digits, standardized, ten linear outputs drawn like the hidden layers, and cross-entropy. */
export function digits(title: string, hidden: Hidden): WrittenExperiment {
  const { weights, bias } = hidden;
  const output: WrittenLayer = {
    units: 10,
    activation: "identity",
    weights,
    ...(bias === undefined ? {} : { bias }),
  };
  return {
    format: EXPERIMENT_FORMAT,
    name: title,
    seed: SEED,
    data: { source: "digits", standardize: true },
    network: { hidden, output },
    backward: { kind: "cross_entropy" },
  };
}

/** The founding notes' network: 5 hidden layers of 100 units. */
export const five = (start: Start): Hidden => ({ layers: 5, units: 100, ...start });

/** The same start on Gaussian inputs, and as NAME-digits on the digits. */
export function onBoth(
  name: string,
  title: string,
  summary: string,
  tags: readonly string[],
  start: Start,
): readonly [Preset, Preset] {
  const onDigits = `${title}, on the digits`;
  return [
    { name, title, summary, tags: [...tags, "gaussian"], spec: gaussian(title, five(start)) },
    {
      name: `${name}-digits`,
      title: onDigits,
      summary: `${summary} Here on the digits, with ten outputs and cross-entropy.`,
      tags: [...tags, "digits"],
      spec: digits(onDigits, five(start)),
    },
  ];
}
