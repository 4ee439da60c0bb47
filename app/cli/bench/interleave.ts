// Times several things side by side: A B C A B C ..., so that a machine that slows down slows all of them.

/** Runs once and returns its own seconds. */
export type Timed = () => number | Promise<number>;

export interface Spread {
  readonly median: number;
  /** First and third quartile. */
  readonly low: number;
  readonly high: number;
  readonly repeats: number;
}

const WARM_MILLIS = 250;

/** Seconds of `run`. */
export function seconds(run: () => void): number {
  const start = performance.now();
  run();
  return (performance.now() - start) / 1000;
}

export async function secondsOf(run: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await run();
  return (performance.now() - start) / 1000;
}

/** Medians and quartiles by name; each is warmed up first, long enough for the compiler's last tier. */
export async function interleave<N extends string>(
  things: Readonly<Record<N, Timed>>,
  repeats: number,
  signal: AbortSignal,
): Promise<Record<N, Spread>> {
  const names = Object.keys(things) as N[];
  for (const name of names) {
    const until = performance.now() + WARM_MILLIS;
    for (let i = 0; i < 3 || performance.now() < until; i++) await things[name]();
  }
  const times = new Map<N, number[]>(names.map((name) => [name, []]));
  for (let i = 0; i < repeats; i++)
    for (const name of names) {
      signal.throwIfAborted();
      times.get(name)!.push(await things[name]());
      // Lets signals in.
      await new Promise((resolve) => setImmediate(resolve));
    }
  return Object.fromEntries(names.map((name) => [name, spreadOf(times.get(name)!)])) as Record<N, Spread>;
}

function spreadOf(values: number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (p: number) => sorted[Math.round(p * (sorted.length - 1))]!;
  return { median: at(0.5), low: at(0.25), high: at(0.75), repeats: sorted.length };
}
