// Results for figures: real runs, made once, and layers changed by hand.
import type { Figure } from "../../figures/figure";
import type { LayerFace } from "../../figures/layerColumns";
import type { RunResult, Statistics } from "../../spec/result";
import { findPreset } from "../../spec/presets";
import { parseExperiment } from "../../spec/parse";
import type { Experiment } from "../../spec/experiment";
import { runOn } from "../runtime/host";

/** A preset on fewer samples and narrower layers, so that a test is quick. */
export async function smallRun(preset: string, more: Partial<Experiment> = {}): Promise<RunResult> {
  const spec = parseExperiment(findPreset(preset).spec);
  const data = { ...spec.data, samples: 200 } as Experiment["data"];
  return (await runOn("fast", { ...spec, data, ...more })).result;
}

export function facesOf(result: RunResult): readonly LayerFace[] {
  return result.layers.map((layer, i) => ({
    layer,
    weights: result.spec.network.layers[i]?.weights ?? result.spec.network.output?.weights ?? null,
    sizes: result.gradientSizes?.[i] ?? null,
    curve: { z: Float64Array.of(-50, 0, 50), phi: Float64Array.of(0, 0.5, 1) },
  }));
}

export function statistics(change: Partial<Statistics>): Statistics {
  return {
    count: 100,
    mean: 0,
    std: 1,
    rms: 1,
    min: -2,
    max: 2,
    skewness: 0,
    kurtosis: 0,
    quantiles: { "0.25": -0.6, "0.5": 0, "0.75": 0.6 },
    zeroFraction: 0,
    nonFinite: 0,
    histogram: { edges: [-2, -1, 0, 1, 2], counts: [10, 40, 40, 10], zeros: 0, atLow: 0, atHigh: 0 },
    ...change,
  };
}

/** A figure in a few lines, numbers in three digits: what a snapshot can be read by. */
export function inWords(figure: Figure | null): unknown {
  if (!figure) return null;
  const brief = (values: ArrayLike<number>) => {
    const all = Array.from(values, short);
    return all.length <= 8
      ? all.join(" ")
      : [...all.slice(0, 4), `(${all.length})`, ...all.slice(-3)].join(" ");
  };
  return {
    ...figure,
    x: { ...figure.x, domain: brief(figure.x.domain) },
    y: { ...figure.y, domain: brief(figure.y.domain) },
    ...(figure.right ? { right: { ...figure.right, domain: brief(figure.right.domain) } } : {}),
    columns: brief(figure.columns),
    series: figure.series.map((one) => ({
      ...one,
      ...("values" in one ? { values: brief(one.values) } : { low: brief(one.low), high: brief(one.high) }),
      ...("at" in one && one.at ? { at: brief(one.at) } : {}),
      ...("dots" in one && one.dots ? { dots: one.dots.length } : {}),
      ...("atoms" in one
        ? { atoms: one.atoms.map(({ at, share, height }) => [at, share, height].map(short).join(" ")) }
        : {}),
    })),
    beyond: figure.beyond.map(({ side, share }) => `${side} ${short(share)}`),
    zones: figure.zones.map(({ from, to, label }) => `${short(from)} ${short(to)} ${label}`),
    rules: figure.rules.map(({ axis, at, label, style }) => `${style} ${axis} ${short(at)} ${label}`),
  };
}

const short = (value: number): string => String(Number(value.toPrecision(3)));
