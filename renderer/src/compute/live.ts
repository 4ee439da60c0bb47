// The Lab's run, in stages, so that something true is on the screen at once: the first layers of a long run, the
// first seed, all seeds, the remedies. Each stage is the run it says it is; none is an estimate.
import { execute, type ExecuteHost } from "../../../core-as/runtime/execute";
import type { OnProgress } from "../../../core-as/runtime/progress";
import { withRemedies } from "../../../core-as/runtime/remedy";
import { knownShape } from "../../../core-as/spec/dimensions";
import type { Experiment } from "../../../core-as/spec/experiment";
import type { LiveStage } from "./messages";

/** The hosts of the two kinds of work: what a person waits for, and what may be thrown away at any time. */
export interface LiveHosts {
  readonly front: ExecuteHost;
  readonly back: ExecuteHost;
}

export interface LiveListener {
  readonly stage: (stage: LiveStage) => void;
  readonly progress: OnProgress;
  readonly trial: (title: string, made: number) => void;
}

/** Multiplications of a forward pass above which the first layers are shown ahead. */
const LONG_RUN = 2e9;
/** Of one such preview. */
const PREVIEW = 4e8;
/** Nothing runs in the background until nothing has changed for so long. */
const QUIET_MILLIS = 160;

export async function liveRun(
  spec: Experiment,
  hosts: LiveHosts,
  signal: AbortSignal,
  listener: LiveListener,
): Promise<void> {
  const { progress: onProgress } = listener;
  const previews = previewDepths(spec);
  // A long run's workers are large, and starting others costs nothing beside it.
  const back = previews.length > 0 ? hosts.front : hosts.back;
  for (const depth of previews) {
    const { result } = await execute(firstLayers(spec, depth), hosts.front, { signal });
    listener.stage({ stage: "layers", layers: result.layers, of: depthOf(spec) });
  }
  const isWhole = spec.replicates === 1;
  const first = await execute({ ...spec, replicates: 1 }, hosts.front, { signal, onProgress });
  listener.stage({ stage: "first", result: { ...first.result, spec }, isWhole });

  await quiet(signal);
  let { result } = first;
  if (!isWhole) {
    ({ result } = await execute(spec, back, { signal, onProgress }));
    listener.stage({ stage: "seeds", result });
  }
  const remedied = await withRemedies(result, back, { signal, onTrial: listener.trial });
  listener.stage({ stage: "remedied", result: remedied });
}

function depthOf({ network }: Experiment): number {
  return network.layers.length + (network.output ? 1 : 0);
}

/** How many layers to show ahead, and then again; none for a run that is quick. */
function previewDepths(spec: Experiment): number[] {
  const { layers } = spec.network;
  const samples = spec.data.samples ?? knownShape(spec.data)?.samples ?? 0;
  const features = knownShape(spec.data)?.features ?? layers[0]!.units;
  const costs = layers.map(({ units }, i) => samples * units * (layers[i - 1]?.units ?? features));
  const total = costs.reduce((sum, cost) => sum + cost, 0);
  if (total < LONG_RUN) return [];
  const depths: number[] = [];
  for (let budget = PREVIEW; budget < total / 3; budget *= 6) {
    let depth = 0;
    for (let spent = 0; depth < costs.length; depth++) {
      spent += costs[depth]!;
      if (spent > budget && depth > 0) break;
    }
    if (depth < layers.length && depth > (depths.at(-1) ?? 0)) depths.push(depth);
  }
  return depths;
}

/** Streams are named by layer, so these are the very weights of the whole network. */
function firstLayers(spec: Experiment, depth: number): Experiment {
  const { output: _output, ...network } = spec.network;
  return {
    ...spec,
    network: { ...network, layers: network.layers.slice(0, depth) },
    backward: { kind: "none" },
    measure: { jacobian: false, correlation: false, spectra: false },
    replicates: 1,
  };
}

function quiet(signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", ended);
      resolve();
    }, QUIET_MILLIS);
    const ended = () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    if (signal.aborted) ended();
    else signal.addEventListener("abort", ended, { once: true });
  });
}
