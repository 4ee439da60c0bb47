// chi_1 at the fixed point that q = 1 is drawn to, found by iterating the map with the test's own integral over the
// host's functions: nothing of core-as/theory.
import { activationFacts } from "../../spec/activations";
import type { ActivationSpec } from "../../spec/experiment";
import { function64 } from "../runtime/activations64";
import { integrate } from "../runtime/integral";

const STEPS = 400;

/** Null where q grows without bound. Scale-invariant activations have chi_1 at every q. */
export function fixedPointOf(
  activation: ActivationSpec,
  sigmaW: number,
  sigmaB: number,
): { readonly q: number; readonly chi1: number } | null {
  const { phi, dphi } = function64(activation);
  const { kinks } = activationFacts(activation);
  const mean = (f: (x: number) => number, q: number) => {
    const s = Math.sqrt(q);
    return integrate(
      (z) => f(s * z) ** 2,
      kinks.map((k) => k / s),
    );
  };
  let q = 1;
  for (let i = 0; i < STEPS; i++) {
    const next = sigmaW ** 2 * mean(phi, q) + sigmaB ** 2;
    if (!(next < 1e8)) return null;
    if (next < 1e-12) return { q: 0, chi1: sigmaW ** 2 * dphi(1e-9) ** 2 };
    if (Math.abs(next - q) < 1e-9 * q) break;
    q = next;
  }
  return { q, chi1: sigmaW ** 2 * mean(dphi, q) };
}
