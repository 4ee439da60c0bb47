// Random formulas, as text: every operator and function, constants, a parameter, blanks here and there.
import fc from "fast-check";
import { FUNCTIONS } from "../../formula/names";

export const PARAMETERS = { beta: 1.702, c_2: -0.3 };

const number = fc.oneof(
  fc.constantFrom("0", "1", "2", "3", "0.5", "1e-3", ".25", "4.", "10"),
  fc.integer({ min: 0, max: 200 }).map((n) => String(n / 16)),
  fc.float({ min: 2 ** -10, max: 30, noNaN: true }).map((n) => String(n)),
);
const leaf = fc.oneof(
  { weight: 6, arbitrary: fc.constant("x") },
  { weight: 3, arbitrary: number },
  { weight: 1, arbitrary: fc.constantFrom("pi", "e", "beta", "c_2") },
);
const blank = fc.constantFrom("", "", "", " ", "  ");
const sign = fc.constantFrom("+", "-", "*", "/");
const comparison = fc.constantFrom("<", "<=", ">", ">=", "==", "!=");
const exponent = fc.constantFrom("2", "3", "-1", "-2", "0", "1", "5", "0.5", "1.5", "-0.75", "beta");

const ofOne = [...FUNCTIONS].filter(([, { most }]) => most === 1).map(([name]) => name);

/** A tree as text, fully in parentheses; `depth` levels at most. */
const grown = (depth: number): fc.Arbitrary<string> => {
  if (depth === 0) return leaf;
  const inner = grown(depth - 1);
  return fc.oneof(
    { weight: 2, arbitrary: leaf },
    {
      weight: 4,
      arbitrary: fc.tuple(inner, sign, inner, blank).map(([a, s, b, _]) => `(${a}${_}${s}${_}${b})`),
    },
    { weight: 1, arbitrary: inner.map((a) => `(-${a})`) },
    { weight: 1, arbitrary: fc.tuple(inner, exponent).map(([a, n]) => `((${a})^${n})`) },
    { weight: 1, arbitrary: fc.tuple(inner, inner).map(([a, b]) => `exp(${a})^(${b})`) },
    { weight: 4, arbitrary: fc.tuple(fc.constantFrom(...ofOne), inner).map(([f, a]) => `${f}(${a})`) },
    { weight: 1, arbitrary: fc.tuple(inner, comparison, inner).map(([a, s, b]) => `(${a} ${s} ${b})`) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(inner, comparison, inner, inner, inner)
        .map(([a, s, b, yes, no]) => `where(${a} ${s} ${b}, ${yes}, ${no})`),
    },
    { weight: 1, arbitrary: fc.tuple(inner, inner, inner).map((three) => `where(${three.join(",")})`) },
    {
      weight: 2,
      arbitrary: fc
        .tuple(fc.constantFrom("min", "max"), fc.array(inner, { minLength: 2, maxLength: 3 }))
        .map(([f, all]) => `${f}(${all.join(", ")})`),
    },
    {
      weight: 2,
      // The forms that the graph knows by heart.
      arbitrary: fc
        .tuple(
          fc.constantFrom(
            (a: string) => `1/(1+exp(-${a}))`,
            (a: string) => `1/(exp(${a})+1)`,
            (a: string) => `log(1+exp(${a}))`,
            (a: string) => `log(1 + ${a})`,
            (a: string) => `(1+erf(${a}))`,
            (a: string) => `(1-erf(${a}))`,
            (a: string) => `(1-erfc(${a}))`,
            (a: string) => `(exp(${a})-1)`,
            (a: string) => `(1-exp(${a}))`,
            (a: string) => `(1+tanh(${a}))`,
            (a: string) => `(1-tanh(${a}))`,
            (a: string) => `(1-tanh(${a})^2)`,
            (a: string) => `(1-sigmoid(${a}))`,
            (a: string) => `sigmoid(${a})*(1-sigmoid(${a}))`,
          ),
          inner,
        )
        .map(([form, a]) => form(`(${a})`)),
    },
  );
};

/** Of three depths; all within the bounds of a formula's text. */
export const formulas: fc.Arbitrary<string> = fc
  .oneof(grown(1), grown(2), grown(3))
  .filter((text) => text.length <= 500);

/** The parameters that a text uses, for no other may be given. */
export function parametersOf(text: string): Record<string, number> {
  return Object.fromEntries(Object.entries(PARAMETERS).filter(([name]) => text.includes(name)));
}
