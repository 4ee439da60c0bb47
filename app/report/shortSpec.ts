// A spec as JSON that a person can take in: hidden layers that are all alike in the short form, small objects on one
// line. Parses to the very spec it was made from.
import type { Experiment } from "../../core-as/spec/experiment";
import { parseExperiment } from "../../core-as/spec/parse";

export function withShortForm(spec: Experiment): string {
  const { layers, residual, output } = spec.network;
  const [first] = layers;
  const isAlike = layers.length > 1 && new Set(layers.map((layer) => JSON.stringify(layer))).size === 1;
  const short = {
    ...spec,
    network: {
      hidden: { layers: layers.length, ...first, ...(residual ? { residual } : {}) },
      ...(output ? { output } : {}),
    },
  };
  return lines(isAlike && isSame(short, spec) ? short : spec, "");
}

function isSame(short: unknown, spec: Experiment): boolean {
  try {
    return JSON.stringify(parseExperiment(short)) === JSON.stringify(parseExperiment(spec));
  } catch {
    return false;
  }
}

/** Characters of a line on a page. */
const WIDTH = 88;

function lines(value: unknown, indent: string): string {
  const flat = JSON.stringify(value, null, 1).replaceAll(/\n\s*/g, " ");
  if (typeof value !== "object" || value === null || indent.length + flat.length <= WIDTH) return flat;
  const inner = `${indent}  `;
  const parts = Array.isArray(value)
    ? value.map((item: unknown) => inner + lines(item, inner))
    : Object.entries(value).map(([key, item]) => `${inner}${JSON.stringify(key)}: ${lines(item, inner)}`);
  const [open, close] = Array.isArray(value) ? ["[", "]"] : ["{", "}"];
  return `${open}\n${parts.join(",\n")}\n${indent}${close}`;
}
