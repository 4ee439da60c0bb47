// phi of a layer and the way back through it, as it stands in one worker.
import { FORMULA_BLOCK } from "../shared/formula";
import type { Matrix } from "./core";
import type { Core } from "./kernels";
import type { PhiPlan } from "./plan";

export interface Phi {
  /** h = phi(z). */
  forward(h: Matrix, z: Matrix): void;
  /** dz = dh · phi'(z); dz may be dh. */
  backward(dz: Matrix, dh: Matrix, z: Matrix): void;
}

/** The programs of a formula stay in the arena until it is released below where it stood. */
export function layPhi(core: Core, plan: PhiPlan): Phi {
  if (plan.kind === "kernel") {
    const { code, parameter } = plan;
    return {
      forward: (h, z) => core.activationForward(code, h, z, parameter),
      backward: (dz, dh, z) => core.activationBackward(code, dz, dh, z, parameter),
    };
  }
  const value = core.layProgram(plan.value);
  const slope = core.layProgram(plan.slope);
  return {
    forward: (h, z) => core.formulaForward(value, h, z),
    backward: (dz, dh, z) => core.formulaBackward(slope, dz, dh, z),
  };
}

/** Bytes that one phi lays out, and what it takes while it runs. */
export function phiBytes(plan: PhiPlan): number {
  if (plan.kind === "kernel") return 0;
  const laid = [plan.value, plan.slope].map(({ code, constants }) => code.byteLength + 8 * constants.length);
  const running = [plan.value, plan.slope].map(
    ({ constants, registers }) => 64 * constants.length + 4 * FORMULA_BLOCK * (1 + registers),
  );
  // Four pieces, each rounded up to a border of 64 bytes.
  return laid.reduce((sum, bytes) => sum + bytes + 128, 0) + Math.max(...running);
}
