// Which figures of a run stand beside its golden digest, and how two sets of them differ. Pure: the test and
// `npm run golden` share it.

/** As much of a result as is looked at; numbers that are not finite may be strings. */
export interface Measured {
  readonly digest: string;
  readonly layers: readonly {
    readonly index: number;
    readonly weights: { readonly std: unknown };
    readonly preactivations: { readonly rms: unknown };
    readonly activations: { readonly std: unknown; readonly acrossSampleStd: unknown };
    readonly gradients: { readonly weights: { readonly rms: unknown } } | null;
  }[];
  readonly network: { readonly loss?: unknown };
}

export interface GoldenPreset {
  readonly digest: string;
  readonly figures: Readonly<Record<string, number | string>>;
}

export interface Golden {
  readonly coreVersion: string;
  readonly presets: Readonly<Record<string, GoldenPreset>>;
}

/** A few figures of the first, the middle and the last layer: enough to say how large a difference is. */
export function goldenOf({ digest, layers, network }: Measured): GoldenPreset {
  const figures: Record<string, number | string> = {};
  const note = (name: string, value: unknown) => {
    figures[name] = typeof value === "number" && Number.isFinite(value) ? value : String(value);
  };
  for (const at of new Set([0, layers.length >> 1, layers.length - 1])) {
    const layer = layers[at]!;
    const name = `layer ${layer.index}`;
    note(`${name} weights.std`, layer.weights.std);
    note(`${name} preactivations.rms`, layer.preactivations.rms);
    note(`${name} activations.std`, layer.activations.std);
    note(`${name} activations.acrossSampleStd`, layer.activations.acrossSampleStd);
    if (layer.gradients) note(`${name} gradients.weights.rms`, layer.gradients.weights.rms);
  }
  if (network.loss !== undefined) note("loss", network.loss);
  return { digest, figures };
}

/** How many float64 numbers lie between two, the far one counted; NaN where one of them is no number. */
export function ulpsBetween(a: number | string | undefined, b: number | string | undefined): number {
  if (a === b) return 0;
  if (typeof a !== "number" || typeof b !== "number") return NaN;
  const distance = placeOf(a) - placeOf(b);
  return Number(distance < 0n ? -distance : distance);
}

/** Of a float64 in the order of all of them. */
function placeOf(x: number): bigint {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, x);
  const bits = view.getBigInt64(0);
  return bits < 0n ? -(bits & 0x7fffffffffffffffn) : bits;
}

/** What differs, a line each; nothing where the digests agree. */
export function differences(before: GoldenPreset, now: GoldenPreset): string[] {
  if (before.digest === now.digest) return [];
  const names = new Set([...Object.keys(before.figures), ...Object.keys(now.figures)]);
  const lines = [...names].flatMap((name) => {
    const [a, b] = [before.figures[name], now.figures[name]];
    const ulps = ulpsBetween(a, b);
    return ulps === 0 ? [] : [`${name}: ${a} -> ${b}${Number.isNaN(ulps) ? "" : ` (${ulps} ULP)`}`];
  });
  return [
    `digest ${before.digest.slice(0, 12)} -> ${now.digest.slice(0, 12)}`,
    ...(lines.length > 0 ? lines : ["the figures noted here are the same; something else has changed"]),
  ];
}
