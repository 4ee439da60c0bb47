// A formula on a bare core: its programs laid out, each kernel a call.
import { compileFormula, type WrittenFormula } from "../../formula/formula";
import type { Program } from "../../formula/program";
import { FORMULA_WORDS } from "../../shared/formula";
import type { TestCore } from "../harness";

export type Float32 = Float32Array<ArrayBufferLike>;

export class FormulaKernel {
  readonly #core: TestCore;
  readonly #value: readonly number[];
  readonly #slope: readonly number[];
  readonly #value64: readonly number[];
  readonly #slope64: readonly number[];

  constructor(core: TestCore, written: WrittenFormula | string) {
    const { value, slope } = compileFormula(typeof written === "string" ? { formula: written } : written);
    this.#core = core;
    const laid = (program: Program) => {
      const { code, constants, registers } = program;
      const args = [
        core.i32(code).ptr,
        code.length / FORMULA_WORDS,
        core.f64(constants).ptr,
        constants.length,
      ];
      const scratch = core.alloc(core.call["formulaScratchBytes"]!(constants.length, registers));
      const scratch64 = core.alloc(core.call["formula64ScratchBytes"]!(registers));
      return { args: [...args, scratch], args64: [...args, scratch64] };
    };
    const [v, s] = [laid(value), laid(slope)];
    [this.#value, this.#slope, this.#value64, this.#slope64] = [v.args, s.args, v.args64, s.args64];
  }

  forward(z: Float32, name = "formulaForward"): Float32 {
    const region = this.#core.f32(z);
    const out = this.#core.f32(z.length);
    this.#core.call[name]!(...this.#value, out.ptr, region.ptr, z.length);
    return out.values();
  }

  backward(dh: Float32, z: Float32, name = "formulaBackward"): Float32 {
    const [dhRegion, zRegion] = [this.#core.f32(dh), this.#core.f32(z)];
    const out = this.#core.f32(z.length);
    this.#core.call[name]!(...this.#slope, out.ptr, dhRegion.ptr, zRegion.ptr, z.length);
    return out.values();
  }

  forwardInPlace(z: Float32): Float32 {
    const region = this.#core.f32(z);
    this.#core.call["formulaForward"]!(...this.#value, region.ptr, region.ptr, z.length);
    return region.values();
  }

  /** dz over dh. */
  backwardInPlace(dh: Float32, z: Float32): Float32 {
    const [dhRegion, zRegion] = [this.#core.f32(dh), this.#core.f32(z)];
    this.#core.call["formulaBackward"]!(...this.#slope, dhRegion.ptr, dhRegion.ptr, zRegion.ptr, z.length);
    return dhRegion.values();
  }

  /** phi'(z). */
  slope(z: Float32): Float32 {
    return this.backward(new Float32Array(z.length).fill(1), z);
  }

  value64(x: ArrayLike<number>): Float64Array {
    return this.#bulk(this.#value64, x);
  }

  slope64(x: ArrayLike<number>): Float64Array {
    return this.#bulk(this.#slope64, x);
  }

  #bulk(program: readonly number[], x: ArrayLike<number>): Float64Array {
    const region = this.#core.f64(x);
    this.#core.call["formulaBulk64"]!(...program, region.ptr, region.ptr, x.length);
    return region.values();
  }
}
