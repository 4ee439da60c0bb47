// The typed façade of the core's kernels: matrices in, matrices out. Shapes are checked here, once;
// past this file nobody sees a pointer. Scratch memory is taken from the arena and given back at once.
import type { Program } from "../formula/program";
import { FORMULA_WORDS } from "../shared/formula";
import type { Doubles, Matrix, StreamKey, Words } from "./core";
import { CoreMemory } from "./core";

/** A formula's program in memory. */
export interface LaidProgram {
  readonly code: Words;
  readonly constants: Doubles;
  readonly registers: number;
  /** What every kernel that runs it is given first. */
  readonly args: readonly number[];
}

export class Core extends CoreMemory {
  /** Key of the stream `name` under `seed`. */
  streamKey(name: string, seed: number): StreamKey {
    return this.scoped(() => {
      const text = this.text(name);
      const hash = this.words(2);
      this.call["hashName"]!(text.ptr, text.bytes, hash.ptr);
      const [keyLow, keyHigh] = this.readWords(hash);
      return {
        keyLow: keyLow!,
        keyHigh: keyHigh!,
        seedLow: seed >>> 0,
        seedHigh: Math.floor(seed / 2 ** 32),
      };
    });
  }

  /** Runs `work` and frees what it reserved. */
  scoped<T>(work: () => T): T {
    const mark = this.mark();
    try {
      return work();
    } finally {
      this.release(mark);
    }
  }

  // --- draws ------------------------------------------------------------------------------------

  fillConstant(out: Matrix, value: number): void {
    this.call["fillConstant"]!(out.ptr, out.rows * out.ld, value);
  }

  /** Elements of the stream from `firstBlock` on, N(mean, std^2). */
  drawNormal(out: Matrix, firstBlock: number, key: StreamKey, mean: number, std: number): void {
    this.call["drawNormal"]!(out.ptr, firstBlock, out.rows * out.ld, ...keyWords(key), mean, std);
  }

  /** U[low, high). */
  drawUniform(out: Matrix, firstBlock: number, key: StreamKey, low: number, high: number): void {
    this.call["drawUniform"]!(out.ptr, firstBlock, out.rows * out.ld, ...keyWords(key), low, high);
  }

  /** N(mean, std^2) cut at [low, high]. */
  drawTruncatedNormal(
    out: Matrix,
    firstBlock: number,
    key: StreamKey,
    mean: number,
    std: number,
    low: number,
    high: number,
  ): void {
    this.call["drawTruncatedNormal"]!(
      out.ptr,
      firstBlock,
      out.rows * out.ld,
      ...keyWords(key),
      mean,
      std,
      low,
      high,
    );
  }

  /** A random order of 0 .. n-1. */
  drawPermutation(out: Words, key: StreamKey): void {
    this.call["drawPermutation"]!(out.ptr, out.length, ...keyWords(key));
  }

  fillIdentity(out: Matrix, gain: number): void {
    this.call["fillIdentity"]!(out.ptr, out.rows, out.cols, gain);
  }

  /** Identity where rows <= cols, else the corner of scale times a Hadamard matrix. */
  fillZeroHadamard(out: Matrix, scale: number): void {
    this.call["fillZeroHadamard"]!(out.ptr, out.rows, out.cols, scale);
  }

  /** N(0, std^2) with a share of every column set to zero. */
  drawSparse(out: Matrix, key: StreamKey, mask: StreamKey, zerosPerColumn: number, std: number): void {
    const { keyLow, keyHigh, seedLow, seedHigh } = key;
    const keys = [keyLow, keyHigh, mask.keyLow, mask.keyHigh, seedLow, seedHigh];
    this.call["drawSparse"]!(out.ptr, out.rows, out.cols, ...keys, zerosPerColumn, std);
  }

  // --- generated data -------------------------------------------------------------------------------

  /** Turns independent N(0, 1) columns into N(mean, std^2) with one correlation between all pairs. */
  correlateFeatures(x: Matrix, mean: number, std: number, correlation: number): void {
    this.call["correlateFeatures"]!(x.ptr, x.rows, x.cols, x.ld, mean, std, correlation);
  }

  drawTwoMoons(x: Matrix, labels: Words, key: StreamKey, noise: number): void {
    this.call["drawTwoMoons"]!(x.ptr, labels.ptr, x.rows, x.ld, ...keyWords(key), noise);
  }

  drawSpirals(x: Matrix, labels: Words, key: StreamKey, classes: number, turns: number, noise: number): void {
    this.call["drawSpirals"]!(x.ptr, labels.ptr, x.rows, x.ld, classes, turns, ...keyWords(key), noise);
  }

  drawXor(x: Matrix, labels: Words, key: StreamKey, noise: number): void {
    this.call["drawXor"]!(x.ptr, labels.ptr, x.rows, x.ld, ...keyWords(key), noise);
  }

  /** Singular values, falling. */
  singularValues(a: Matrix): Float64Array<ArrayBuffer> {
    return this.scoped(() => {
      const out = this.doubles(Math.min(a.rows, a.cols));
      const scratch = this.block(this.call["singularValuesScratchBytes"]!(a.rows, a.cols));
      const failed = this.call["singularValues"]!(out.ptr, a.ptr, a.rows, a.cols, a.ld, scratch.ptr);
      return failed ? new Float64Array(out.length).fill(NaN) : this.readDoubles(out);
    });
  }

  /** Semi-orthogonal [rows, cols] times gain, from Gaussian entries of the same shape. */
  orthogonalFromGaussian(out: Matrix, gaussian: Matrix, gain: number): void {
    this.scoped(() => {
      const scratch = this.block(this.call["orthogonalScratchBytes"]!(out.rows, out.cols));
      this.call["orthogonalFromGaussian"]!(out.ptr, gaussian.ptr, out.rows, out.cols, gain, scratch.ptr);
    });
  }

  // --- float64 functions ----------------------------------------------------------------------------

  activation64(code: number, x: number, parameter: number): number {
    return this.call["activation64"]!(code, x, parameter);
  }

  activationDerivative64(code: number, x: number, parameter: number): number {
    return this.call["activationDerivative64"]!(code, x, parameter);
  }

  /** phi of every x. */
  activationBulk64(code: number, xs: Float64Array, parameter: number): Float64Array<ArrayBuffer> {
    return this.#inPlace(xs, (at) =>
      this.call["activationBulk64"]!(code, at.ptr, at.ptr, at.length, parameter),
    );
  }

  /** phi' of every x. */
  activationDerivativeBulk64(code: number, xs: Float64Array, parameter: number): Float64Array<ArrayBuffer> {
    return this.#inPlace(xs, (at) =>
      this.call["activationDerivativeBulk64"]!(code, at.ptr, at.ptr, at.length, parameter),
    );
  }

  /** A formula's program at every x, in float64. */
  formulaBulk64(program: Program, xs: Float64Array): Float64Array<ArrayBuffer> {
    return this.scoped(() => {
      const { code, constants, args } = this.#program(program);
      const scratch = this.block(this.call["formula64ScratchBytes"]!(program.registers));
      this.writeWords(code, program.code);
      this.writeDoubles(constants, program.constants);
      return this.#inPlace(xs, (at) =>
        this.call["formulaBulk64"]!(...args, scratch.ptr, at.ptr, at.ptr, at.length),
      );
    });
  }

  exp64(x: number): number {
    return this.call["exp64"]!(x);
  }

  /** 1 - erf(x). */
  erfc64(x: number): number {
    return this.call["erfc64"]!(x);
  }

  expBulk64(xs: Float64Array): Float64Array<ArrayBuffer> {
    return this.#inPlace(xs, (at) => this.call["expBulk64"]!(at.ptr, at.ptr, at.length));
  }

  log64(x: number): number {
    return this.call["log64"]!(x);
  }

  atan64(x: number): number {
    return this.call["atan64"]!(x);
  }

  sin64(x: number): number {
    return this.call["sin64"]!(x);
  }

  cos64(x: number): number {
    return this.call["cos64"]!(x);
  }

  /** Copies in, runs a kernel over the copy, copies out. */
  #inPlace(xs: Float64Array, kernel: (at: Doubles) => void): Float64Array<ArrayBuffer> {
    return this.scoped(() => {
      const at = this.doubles(xs.length);
      this.writeDoubles(at, xs);
      kernel(at);
      return this.readDoubles(at);
    });
  }

  // --- products -------------------------------------------------------------------------------

  /** out [m, n] = a [m, k] · b [n, k]^T. */
  matmulNT(out: Matrix, a: Matrix, b: Matrix): void {
    shape(out.rows === a.rows && out.cols === b.rows && a.cols === b.cols, "matmulNT");
    this.#matmul("matmulNT", out, a, b, out.rows, out.cols, a.cols);
  }

  /** out [m, n] = a [m, k] · b [k, n]. */
  matmulNN(out: Matrix, a: Matrix, b: Matrix): void {
    shape(out.rows === a.rows && out.cols === b.cols && a.cols === b.rows, "matmulNN");
    this.#matmul("matmulNN", out, a, b, out.rows, out.cols, a.cols);
  }

  /** out [m, n] (+)= a [k, m]^T · b [k, n]. */
  matmulTN(out: Matrix, a: Matrix, b: Matrix, accumulate: boolean): void {
    shape(out.rows === a.cols && out.cols === b.cols && a.rows === b.rows, "matmulTN");
    this.#matmul("matmulTN", out, a, b, out.rows, out.cols, a.rows, accumulate);
  }

  #matmul(
    name: string,
    out: Matrix,
    a: Matrix,
    b: Matrix,
    m: number,
    n: number,
    k: number,
    accumulate?: boolean,
  ): void {
    const mark = this.mark();
    const scratch = this.block(this.call["matmulScratchBytes"]!(m, n, k));
    const args = [out.ptr, a.ptr, b.ptr, m, n, k, out.ld, a.ld, b.ld, scratch.ptr];
    if (accumulate === undefined) this.call[name]!(...args);
    else this.call[name]!(...args, accumulate);
    this.release(mark);
  }

  // --- dense layers -----------------------------------------------------------------------------

  /** Adds bias [1, cols] to every row of z. */
  addBias(z: Matrix, bias: Matrix): void {
    shape(bias.cols === z.cols, "addBias");
    this.call["addBias"]!(z.ptr, bias.ptr, z.rows, z.cols, z.ld);
  }

  /** Adds (or sets) the column sums of dz to out [cols], rows in rising order, in float64. */
  columnSums(out: Doubles, dz: Matrix, accumulate: boolean): void {
    shape(out.length === dz.cols, "columnSums");
    this.call["columnSums"]!(out.ptr, dz.ptr, dz.rows, dz.cols, dz.ld, accumulate);
  }

  activationForward(code: number, h: Matrix, z: Matrix, parameter: number): void {
    shape(h.ld === z.ld && h.rows === z.rows, "activationForward");
    this.call["activationForward"]!(code, h.ptr, z.ptr, z.rows * z.ld, parameter);
  }

  /** dz = dh · phi'(z); dz may be dh. */
  activationBackward(code: number, dz: Matrix, dh: Matrix, z: Matrix, parameter: number): void {
    shape(dz.ld === z.ld && dh.ld === z.ld && dz.rows === z.rows, "activationBackward");
    this.call["activationBackward"]!(code, dz.ptr, dh.ptr, z.ptr, z.rows * z.ld, parameter);
  }

  /** A formula's program, laid out until the arena is released. */
  layProgram(program: Program): LaidProgram {
    const laid = this.#program(program);
    this.writeWords(laid.code, program.code);
    this.writeDoubles(laid.constants, program.constants);
    return laid;
  }

  #program(program: Program): LaidProgram {
    const code = this.words(program.code.length);
    const constants = this.doubles(program.constants.length);
    const args = [code.ptr, program.code.length / FORMULA_WORDS, constants.ptr, constants.length];
    return { code, constants, registers: program.registers, args };
  }

  /** h = phi(z); h may be z. */
  formulaForward(phi: LaidProgram, h: Matrix, z: Matrix): void {
    shape(h.ld === z.ld && h.rows === z.rows, "formulaForward");
    this.#formula("formulaForward", phi, [h.ptr, z.ptr, z.rows * z.ld]);
  }

  /** dz = dh · slope(z); dz may be dh. */
  formulaBackward(slope: LaidProgram, dz: Matrix, dh: Matrix, z: Matrix): void {
    shape(dz.ld === z.ld && dh.ld === z.ld && dz.rows === z.rows, "formulaBackward");
    this.#formula("formulaBackward", slope, [dz.ptr, dh.ptr, z.ptr, z.rows * z.ld]);
  }

  #formula(name: string, laid: LaidProgram, operands: readonly number[]): void {
    const mark = this.mark();
    const bytes = this.call["formulaScratchBytes"]!(laid.constants.length, laid.registers);
    this.call[name]!(...laid.args, this.block(bytes).ptr, ...operands);
    this.release(mark);
  }

  /** out = block + scale · phi. */
  residualForward(out: Matrix, block: Matrix, phi: Matrix, scale: number): void {
    shape(out.ld === block.ld && out.ld === phi.ld, "residualForward");
    this.call["residualForward"]!(out.ptr, block.ptr, phi.ptr, scale, out.rows, out.ld);
  }

  /** out += scale · a. */
  addScaled(out: Matrix, a: Matrix, scale: number): void {
    shape(out.ld === a.ld && out.rows === a.rows, "addScaled");
    this.call["addScaled"]!(out.ptr, a.ptr, scale, out.rows * out.ld);
  }

  /** out = scale · a. */
  scaleInto(out: Matrix, a: Matrix, scale: number): void {
    shape(out.ld === a.ld && out.rows === a.rows, "scaleInto");
    this.call["scaleInto"]!(out.ptr, a.ptr, scale, out.rows * out.ld);
  }

  // --- normalization ------------------------------------------------------------------------------

  /** z becomes zhat; invStd [rows]. */
  rowNormForward(kind: "layer" | "rms", z: Matrix, invStd: Matrix): void {
    this.call[`${kind}NormForward`]!(z.ptr, invStd.ptr, z.rows, z.cols, z.ld);
  }

  rowNormBackward(kind: "layer" | "rms", dz: Matrix, zhat: Matrix, invStd: Matrix): void {
    shape(dz.ld === zhat.ld, "rowNormBackward");
    this.call[`${kind}NormBackward`]!(dz.ptr, zhat.ptr, invStd.ptr, dz.rows, dz.cols, dz.ld);
  }

  /** sums [2 cols]: of d = z - shift and of d^2, a column each. */
  batchColumnSums(sums: Doubles, shift: Matrix, z: Matrix, accumulate: boolean): void {
    shape(sums.length === 2 * z.cols && shift.cols === z.cols, "batchColumnSums");
    this.call["batchColumnSums"]!(sums.ptr, shift.ptr, z.ptr, z.rows, z.cols, z.ld, accumulate);
  }

  batchNormApply(z: Matrix, mean: Doubles, invStd: Doubles): void {
    this.call["batchNormApply"]!(z.ptr, mean.ptr, invStd.ptr, z.rows, z.cols, z.ld);
  }

  /** sums [2 cols]: of dzhat and of dzhat · zhat. */
  batchNormBackwardSums(sums: Doubles, dz: Matrix, zhat: Matrix, accumulate: boolean): void {
    shape(sums.length === 2 * dz.cols && dz.ld === zhat.ld, "batchNormBackwardSums");
    this.call["batchNormBackwardSums"]!(sums.ptr, dz.ptr, zhat.ptr, dz.rows, dz.cols, dz.ld, accumulate);
  }

  batchNormBackwardApply(
    dz: Matrix,
    zhat: Matrix,
    invStd: Doubles,
    meanDz: Doubles,
    meanDzZhat: Doubles,
  ): void {
    shape(dz.ld === zhat.ld, "batchNormBackwardApply");
    this.call["batchNormBackwardApply"]!(
      dz.ptr,
      zhat.ptr,
      invStd.ptr,
      meanDz.ptr,
      meanDzZhat.ptr,
      dz.rows,
      dz.cols,
      dz.ld,
    );
  }

  // --- loss -----------------------------------------------------------------------------------------

  /** dlogits = (softmax - onehot) · gradScale; totals [2] += loss sum and count of right answers. */
  softmaxCrossEntropy(
    dlogits: Matrix,
    logits: Matrix,
    labels: Words,
    gradScale: number,
    totals: Doubles,
  ): void {
    shape(dlogits.ld === logits.ld && labels.length >= logits.rows, "softmaxCrossEntropy");
    this.call["softmaxCrossEntropy"]!(
      dlogits.ptr,
      logits.ptr,
      labels.ptr,
      logits.rows,
      logits.cols,
      logits.ld,
      gradScale,
      totals.ptr,
    );
  }
}

function shape(ok: boolean, kernel: string): void {
  if (!ok) throw new RangeError(`shapes do not fit in ${kernel}`);
}

function keyWords(key: StreamKey): [number, number, number, number] {
  return [key.keyLow, key.keyHigh, key.seedLow, key.seedHigh];
}
