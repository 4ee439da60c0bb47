// The notes' two ways to write a law, "N(0, s)" and "N(-a, a)", held against what is drawn under its name.
import { figure } from "../spec/number";
import type { Judgement } from "./claim";
import type { LayerResult } from "../spec/result";
import { judgeCases } from "./judgement";

/** 10 000 entries: the std of their std is 0.7 %, that of their variance 1.4 %. */
const CLOSE = 0.05;
/** Of a uniform law: excess kurtosis −6/5. */
const UNIFORM_KURTOSIS = -1.2;
const KURTOSIS_CLOSE = 0.15;

/** `second` is what the notes write as the second argument of N. */
export function judgeNormalLaw({ weights: { mean, std, kurtosis } }: LayerResult, second: number): Judgement {
  const centred = Math.abs(mean) < CLOSE * std && Math.abs(kurtosis) < 3 * KURTOSIS_CLOSE;
  return judgeCases(
    [
      {
        label: "the second argument of N is the standard deviation",
        holds: centred && Math.abs(std / second - 1) < CLOSE,
      },
      { label: "it is the variance", holds: centred && Math.abs(std ** 2 / second - 1) < CLOSE },
    ],
    `The root is ${figure(second)} here; what is drawn has std ${figure(std)} and variance ${figure(std ** 2)}.`,
    { "the notes' root": second, "std drawn": std, "variance drawn": std ** 2, "mean drawn": mean },
  );
}

/** `bound` is a in the notes' N(−a, a). */
export function judgeUniformLaw(
  { weights: { mean, min, max, std, kurtosis } }: LayerResult,
  bound: number,
): Judgement {
  const within = min >= -bound && max <= bound && max > (1 - CLOSE) * bound && min < -(1 - CLOSE) * bound;
  const flat = Math.abs(kurtosis - UNIFORM_KURTOSIS) < KURTOSIS_CLOSE;
  return judgeCases(
    [
      { label: "N is read as U, every value from −a to a as likely as any other", holds: within && flat },
      {
        label: "it is the normal law of mean −a",
        holds: Math.abs(mean + bound) < CLOSE * bound && !flat,
      },
    ],
    `a is ${figure(bound)} here; what is drawn has mean ${figure(mean)}, lies from ${figure(min)} to ${figure(max)} and has excess kurtosis ${figure(kurtosis)} (uniform −1.20, normal 0).`,
    {
      a: bound,
      "least drawn": min,
      "greatest drawn": max,
      "mean drawn": mean,
      "std drawn": std,
      "excess kurtosis drawn": kurtosis,
    },
  );
}
