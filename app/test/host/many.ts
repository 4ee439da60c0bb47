// A library of many experiments, written as files, without the host: for tests and measurements of size.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { WrittenWeights } from "../../../core-as/spec/written";
import { digestOf, sampleResult, sampleSpec } from "./samples";

const ACTIVATIONS = ["relu", "tanh", "sigmoid", "gelu", "silu"] as const;
const SCHEMES = ["he_normal", "xavier_normal", "lecun_normal", "orthogonal"] as const;
const AT_ONCE = 50;

/** Of number `i`: layers 5 to 24, five activations, four schemes, tags `thesis` and `t0` to `t49`. */
export async function writeMany(folder: string, count: number): Promise<void> {
  const write = async (i: number) => {
    const at = join(folder, "experiments", idOf(i));
    await mkdir(at, { recursive: true });
    const date = new Date(1.7e12 + i * 1e6).toISOString();
    const saved = {
      format: "initlab.saved/1",
      name: `Experiment ${i} of depth`,
      notes: "Some notes about what was seen. ".repeat(5),
      tags: ["thesis", `t${i % 50}`],
      created: date,
      modified: date,
      digest: digestOf(String(i)),
      verdict: "Healthy: the signal and the gradient hold",
      severity: "healthy",
      files: [],
      spec: sampleSpec({
        seed: i,
        activation: ACTIVATIONS[i % 5]!,
        weights: { scheme: SCHEMES[i % 4]! } as WrittenWeights,
        layers: 5 + (i % 20),
      }),
    };
    await writeFile(join(at, "experiment.json"), JSON.stringify(saved, null, 2));
    await writeFile(join(at, "result.json"), sampleResult(String(i)));
  };
  for (let i = 0; i < count; i += AT_ONCE)
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, count - i) }, (_, k) => write(i + k)));
}

export function idOf(i: number): string {
  return `2026-01-01-x${i}`;
}
