// One slab of rows: passes its chunks through the network and back, and keeps a tally of every tensor.
// What it returns is a sum over its rows in a fixed order, whichever worker it ran on.
import { activationFacts, saturationOf } from "../spec/activations";
import type { Doubles, Matrix, Words } from "./core";
import type { Network } from "./network";
import type { Pilot, Tallied } from "./pilot";
import { talliedColumns, talliedIn } from "./pilot";
import type { LayerPlan, Slab } from "./plan";
import { CHUNK_ROWS, HEAD_ROWS } from "./plan";
import { GradientSums } from "./gradients";
import type { BarrierAnswer, Cotangent, Observer } from "./rows";
import { RowsPass } from "./rows";
import type { Tally, TallyOptions } from "./tally";

/** What a slab of rows is given. */
export interface SlabInput {
  readonly slab: Slab;
  readonly inputs: Float32Array;
  readonly labels: Int32Array | null;
  /** [rows, outputs], where the way back begins with a probe. */
  readonly cotangent: Float32Array | null;
}

/** A layer's weight and bias gradients of one slab, sent as soon as they are summed. */
export interface GradientPart {
  readonly slab: number;
  readonly layer: number;
  readonly weights: Float32Array<ArrayBuffer>;
  readonly bias: Float64Array<ArrayBuffer>;
}

export interface SlabResult {
  readonly slab: number;
  /** By layer - 1. */
  readonly tallies: readonly Readonly<Partial<Record<Tallied, Uint8Array<ArrayBuffer>>>>[];
  /** phi of the rows below HEAD_ROWS, by layer - 1. */
  readonly heads: readonly Float32Array<ArrayBuffer>[];
  /** Sums of loss and of right answers. */
  readonly totals: readonly [number, number];
  /** Whole tensors of the slab, by name, where they are kept. */
  readonly kept: Readonly<Record<string, Float32Array<ArrayBuffer>>> | null;
}

/** Told while a slab is on its way. */
export interface SlabListener {
  part(part: GradientPart): void;
  /** Share of the slab's way, 0 to 1. */
  passed(share: number): void;
}

/** Where a slab waits: sums of its rows, [2 units]. */
export interface SlabBarrier {
  readonly layer: number;
  readonly direction: "forward" | "backward";
  readonly sums: Float64Array<ArrayBuffer>;
  /** Row 0 of the batch before normalization: what the forward sums are about. */
  readonly shift: Float32Array<ArrayBuffer>;
}

/** What the tally of a tensor looks at besides its moments. */
export function tallyOptions(layer: LayerPlan, tensor: Tallied): TallyOptions {
  const none = { low: NaN, high: NaN, saturatedLow: -Infinity, saturatedHigh: Infinity, hash: false };
  if (tensor === "preactivation") {
    const { low, high } = saturationOf(layer.activation) ?? { low: null, high: null };
    return { ...none, saturatedLow: low ?? -Infinity, saturatedHigh: high ?? Infinity };
  }
  if (tensor === "phi") {
    const { low, high } = activationFacts(layer.activation);
    return { ...none, low: low ?? NaN, high: high ?? NaN, hash: true };
  }
  return none;
}

/** Names of the tensors file. */
const KEPT_AS: Readonly<Record<Tallied, string>> = {
  preactivation: "preactivation",
  phi: "activation",
  output: "activation",
  gradPreactivation: "grad_preactivation",
  gradInput: "grad_input",
};

interface ChunkPass {
  readonly pass: RowsPass;
  readonly firstRow: number;
  readonly rows: number;
  readonly observer: ChunkObserver;
}

export class SlabPass {
  readonly #net: Network;
  readonly #pilot: Pilot;
  readonly #given: SlabInput;
  readonly #tell: SlabListener;
  readonly #tallies: Map<Tallied, Tally>[] = [];
  readonly #heads: Float32Array<ArrayBuffer>[][] = [];
  readonly #kept: Map<string, Float32Array<ArrayBuffer>[]> | null;
  readonly #gradients: GradientSums | null;
  readonly #totals: Doubles;
  readonly #labels: Words | null;
  readonly #cotangentRows: Matrix | null;
  readonly steps: Generator<SlabBarrier, SlabResult, BarrierAnswer>;
  #rowsPassed = 0;

  constructor(net: Network, pilot: Pilot, given: SlabInput, tell: SlabListener) {
    const { core, plan } = net;
    this.#net = net;
    this.#pilot = pilot;
    this.#given = given;
    this.#tell = tell;
    const backward = plan.backward !== "none";
    for (const layer of plan.layers) {
      const tallies = new Map<Tallied, Tally>();
      for (const tensor of talliedIn(layer, backward))
        tallies.set(tensor, core.newTally(talliedColumns(layer, tensor), tallyOptions(layer, tensor)));
      this.#tallies.push(tallies);
      this.#heads.push([]);
    }
    const chunkRows = Math.min(CHUNK_ROWS, given.slab.rows);
    const outputs = plan.layers.at(-1)!.fanOut;
    this.#totals = core.doubles(2);
    core.clearDoubles(this.#totals);
    this.#labels = given.labels ? core.words(chunkRows) : null;
    this.#cotangentRows = given.cotangent ? core.matrix(chunkRows, outputs) : null;
    this.#kept = plan.keepTensors ? new Map() : null;
    const chunks = Math.ceil(given.slab.rows / CHUNK_ROWS);
    this.#gradients = backward ? new GradientSums(net, chunks === 1) : null;
    this.steps = this.#run(chunks);
  }

  *#run(chunks: number): Generator<SlabBarrier, SlabResult, BarrierAnswer> {
    if (this.#net.plan.barriers) {
      const all = Array.from({ length: chunks }, (_, i) => this.#open(i, this.#layOut()));
      yield* this.#passTogether(all);
    } else {
      const buffers = this.#layOut();
      for (let i = 0; i < chunks; i++) yield* this.#passTogether([this.#open(i, buffers)]);
    }
    if (this.#gradients) for (const layer of this.#net.plan.layers) this.#sendGradients(layer);
    return this.#result();
  }

  #layOut(): { pass: RowsPass; observer: ChunkObserver } {
    const observer = new ChunkObserver(this.#observe, this.#gradWeights, (d) =>
      this.#keep("output_cotangent", d),
    );
    const rows = Math.min(CHUNK_ROWS, this.#given.slab.rows);
    return { observer, pass: new RowsPass(this.#net, rows, this.#gradients !== null, observer) };
  }

  #open(chunk: number, { pass, observer }: { pass: RowsPass; observer: ChunkObserver }): ChunkPass {
    const { core, plan } = this.#net;
    const { slab, inputs } = this.#given;
    const start = chunk * CHUNK_ROWS;
    const rows = Math.min(CHUNK_ROWS, slab.rows - start);
    core.write(
      core.rows(pass.input, 0, rows),
      inputs.subarray(start * plan.features, (start + rows) * plan.features),
    );
    observer.firstRow = slab.firstRow + start;
    return { pass, observer, firstRow: slab.firstRow + start, rows };
  }

  /** Brings several chunks from barrier to barrier side by side; one chunk, where nothing waits. */
  *#passTogether(chunks: readonly ChunkPass[]): Generator<SlabBarrier, void, BarrierAnswer> {
    yield* this.#inStep(chunks.map((chunk) => chunk.pass.forward(chunk.rows)));
    if (!this.#gradients) return;
    // A generator begins when it is first asked: each chunk's cotangent is set just before.
    yield* this.#inStep(chunks.map((chunk) => this.#backward(chunk)));
  }

  *#backward(chunk: ChunkPass): ReturnType<RowsPass["backward"]> {
    yield* chunk.pass.backward(chunk.rows, this.#cotangent(chunk));
  }

  *#inStep(gens: ReturnType<RowsPass["forward"]>[]): Generator<SlabBarrier, void, BarrierAnswer> {
    const { core } = this.#net;
    let states = gens.map((gen) => gen.next());
    for (;;) {
      const first = states[0]!;
      if (first.done) return;
      const { layer, direction } = first.value;
      if (direction === "rescale") throw new Error("weights are rescaled before slabs pass");
      const shift = this.#pilot.shift(layer);
      const sums = core.scoped(() => {
        const target = core.doubles(2 * this.#net.layer(layer).fanOut);
        states.forEach((state, i) => !state.done && state.value.addSums(target, shift, i > 0));
        return core.readDoubles(target);
      });
      const answer = yield { layer, direction, sums, shift: core.read(shift) };
      states = gens.map((gen) => gen.next(answer));
    }
  }

  #cotangent({ firstRow, rows }: ChunkPass): Cotangent {
    const { core, plan } = this.#net;
    const { slab, labels, cotangent } = this.#given;
    const start = firstRow - slab.firstRow;
    if (cotangent) {
      const outputs = plan.layers.at(-1)!.fanOut;
      const values = core.rows(this.#cotangentRows!, 0, rows);
      core.write(values, cotangent.subarray(start * outputs, (start + rows) * outputs));
      return { kind: "given", values };
    }
    const here = { ...this.#labels!, length: rows };
    core.writeWords(here, labels!.subarray(start, start + rows));
    return { kind: "cross_entropy", labels: here, gradScale: 1 / plan.samples, totals: this.#totals };
  }

  readonly #keep = (name: string, m: Matrix): void => {
    if (!this.#kept) return;
    const pieces = this.#kept.get(name) ?? [];
    pieces.push(this.#net.core.read(m));
    this.#kept.set(name, pieces);
  };

  readonly #observe = (tensor: Tallied, layer: LayerPlan, m: Matrix, firstRow: number): void => {
    const { core } = this.#net;
    const { calibration, first } = this.#pilot.reference(layer.index, tensor);
    if (tensor === "phi" || tensor === "gradInput") this.#passed(m.rows);
    core.addToTally(this.#tallies[layer.index - 1]!.get(tensor)!, calibration, first, m, firstRow);
    if (tensor === "phi" && firstRow < HEAD_ROWS)
      this.#heads[layer.index - 1]!.push(core.read(core.rows(m, 0, Math.min(m.rows, HEAD_ROWS - firstRow))));
    if (tensor !== "phi" || layer.shortcutFrom === null)
      this.#keep(`layer${layer.index}.${KEPT_AS[tensor]}`, m);
  };

  /** Counts rows times layers, both ways. */
  #passed(rows: number): void {
    this.#rowsPassed += rows;
    const ways = this.#gradients ? 2 : 1;
    this.#tell.passed(this.#rowsPassed / (this.#given.slab.rows * this.#net.depth * ways));
  }

  readonly #gradWeights = (layer: LayerPlan, dz: Matrix, input: Matrix): void => {
    this.#gradients!.add(layer, dz, input);
    if (this.#gradients!.oneChunk) this.#sendGradients(layer);
  };

  #sendGradients(layer: LayerPlan): void {
    const part = this.#gradients!.take(layer);
    if (part) this.#tell.part({ slab: this.#given.slab.index, layer: layer.index, ...part });
  }

  #result(): SlabResult {
    const { core } = this.#net;
    const [loss, right] = core.readDoubles(this.#totals);
    return {
      slab: this.#given.slab.index,
      tallies: this.#tallies.map((layer) =>
        Object.fromEntries([...layer].map(([tensor, tally]) => [tensor, core.readBlock(tally.block)])),
      ),
      heads: this.#heads.map(concatenate),
      totals: [loss!, right!],
      kept:
        this.#kept &&
        Object.fromEntries([...this.#kept].map(([name, pieces]) => [name, concatenate(pieces)])),
    };
  }
}

type Observe = (tensor: Tallied, layer: LayerPlan, m: Matrix, firstRow: number) => void;

/** Tells a slab what passes, and at which row of the batch the chunk begins. */
class ChunkObserver implements Observer {
  firstRow = 0;
  readonly #tell: Observe;
  readonly gradWeights: NonNullable<Observer["gradWeights"]>;

  readonly cotangent: NonNullable<Observer["cotangent"]>;

  constructor(
    tell: Observe,
    gradWeights: NonNullable<Observer["gradWeights"]>,
    cotangent: NonNullable<Observer["cotangent"]>,
  ) {
    this.#tell = tell;
    this.gradWeights = gradWeights;
    this.cotangent = cotangent;
  }

  preactivation(layer: LayerPlan, z: Matrix): void {
    this.#tell("preactivation", layer, z, this.firstRow);
  }
  phi(layer: LayerPlan, phi: Matrix): void {
    this.#tell("phi", layer, phi, this.firstRow);
  }
  output(layer: LayerPlan, h: Matrix): void {
    this.#tell("output", layer, h, this.firstRow);
  }
  gradPreactivation(layer: LayerPlan, dz: Matrix): void {
    this.#tell("gradPreactivation", layer, dz, this.firstRow);
  }
  gradInput(layer: LayerPlan, dx: Matrix): void {
    this.#tell("gradInput", layer, dx, this.firstRow);
  }
}

export function concatenate(pieces: readonly Float32Array<ArrayBuffer>[]): Float32Array<ArrayBuffer> {
  if (pieces.length === 1) return pieces[0]!;
  const whole = new Float32Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
