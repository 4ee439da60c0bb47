// The three products against their naive twins, bit for bit, and against float64.
import { describe, expect, it } from "vitest";
import { BUILDS, TestCore } from "../harness";
import { numbers } from "./numbers";

const FORMS = ["NT", "NN", "TN"] as const;
type Form = (typeof FORMS)[number];

// m, n, k: every tile and edge, both sides of each block border (128 rows, 512 columns, 256 terms), and the sizes the lab runs.
const SHAPES: readonly (readonly [number, number, number])[] = [
  [1, 1, 1],
  [1, 2, 3],
  [2, 1, 5],
  [3, 3, 3],
  [4, 4, 4],
  [4, 8, 2],
  [5, 9, 7],
  [6, 12, 1],
  [7, 13, 11],
  [8, 5, 257],
  [13, 10, 100],
  [1, 100, 100],
  [1, 37, 300],
  [1, 31, 259],
  [1, 16, 6],
  [2, 6, 64],
  [3, 515, 9],
  [6, 4, 5],
  [5, 3, 6],
  [11, 4, 9],
  [129, 11, 33],
  [131, 3, 17],
  [1, 1, 1025],
  [9, 17, 513],
  [135, 520, 258],
  [100, 10, 100],
];

interface Case {
  readonly form: Form;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly lda: number;
  readonly ldb: number;
  readonly ldo: number;
  readonly a: Float32Array;
  readonly b: Float32Array;
  readonly before: Float32Array;
}

function makeCase(form: Form, m: number, n: number, k: number, slack: number): Case {
  const [aRows, aColumns] = form === "TN" ? [k, m] : [m, k];
  const [bRows, bColumns] = form === "NT" ? [n, k] : [k, n];
  const lda = aColumns + slack;
  const ldb = bColumns + 2 * slack;
  const ldo = n + 3 * slack;
  return {
    ...{ form, m, n, k, lda, ldb, ldo },
    // Exactly as long as the matrix, so that what lies past the last element belongs to someone else.
    a: numbers(1, (aRows - 1) * lda + aColumns),
    b: numbers(2, (bRows - 1) * ldb + bColumns),
    before: numbers(3, m * ldo + 5),
  };
}

function multiply(core: TestCore, c: Case, suffix: "" | "Naive", accumulate: boolean): Float32Array {
  core.reset();
  const [a, b, out] = [core.f32(c.a), core.f32(c.b), core.f32(c.before)];
  const bytes = core.call["matmulScratchBytes"]!(c.m, c.n, c.k);
  // Stale scratch must not matter: NaN everywhere, and a guard after the end.
  const scratch = core.f32(new Float32Array(bytes / 4 + 4).fill(NaN));
  const size = [c.m, c.n, c.k, c.ldo, c.lda, c.ldb];
  const last = c.form === "TN" ? [accumulate ? 1 : 0] : [];
  core.call[`matmul${c.form}${suffix}`]!(out.ptr, a.ptr, b.ptr, ...size, scratch.ptr, ...last);
  expect(scratch.values().subarray(bytes / 4)).toEqual(new Float32Array(4).fill(NaN));
  return out.values();
}

const bits = (values: Float32Array): Uint32Array =>
  new Uint32Array(values.buffer, values.byteOffset, values.length);

// Element (i, j) in float64, with the sum of absolute products that scales its error.
function reference(c: Case, i: number, j: number): { value: number; size: number } {
  let value = 0;
  let size = 0;
  for (let p = 0; p < c.k; p++) {
    const left = c.a[c.form === "TN" ? p * c.lda + i : i * c.lda + p]!;
    const right = c.b[c.form === "NT" ? j * c.ldb + p : p * c.ldb + j]!;
    value += left * right;
    size += Math.abs(left * right);
  }
  return { value, size };
}

describe.each(BUILDS)("matmul (%s)", (build) => {
  const core = new TestCore(build);

  describe.each(FORMS)("%s", (form) => {
    it.each(SHAPES)("%i x %i x %i has the bits of its naive twin and writes nothing else", (m, n, k) => {
      for (const slack of [0, 3]) {
        const c = makeCase(form, m, n, k, slack);
        for (const accumulate of form === "TN" ? [false, true] : [false]) {
          const fast = multiply(core, c, "", accumulate);
          expect(bits(fast)).toEqual(bits(multiply(core, c, "Naive", accumulate)));
          for (let at = 0; at < fast.length; at++) {
            const inside = at % c.ldo < n && at < m * c.ldo;
            if (!inside && fast[at] !== c.before[at])
              expect.fail(`element ${at} outside the result was written`);
          }
        }
      }
    });

    // Blocks of 256 terms and at most ceil(k / 256) blocks: |error| <= (256 + blocks) u sum |a b|, u = 2^-24.
    it.each(SHAPES)("%i x %i x %i is right to the bound of its summation", (m, n, k) => {
      const c = makeCase(form, m, n, k, 1);
      const accumulate = form === "TN";
      const out = multiply(core, c, "", accumulate);
      const terms = Math.min(256, k) + Math.ceil(k / 256) + 1;
      for (let i = 0; i < m; i += m > 20 ? 43 : 1) {
        for (let j = 0; j < n; j += n > 20 ? 7 : 1) {
          const { value, size } = reference(c, i, j);
          const start = accumulate ? c.before[i * c.ldo + j]! : 0;
          const error = Math.abs(out[i * c.ldo + j]! - (start + value));
          expect(error).toBeLessThanOrEqual(terms * 2 ** -24 * (size + Math.abs(start)));
        }
      }
    });

    it("keeps NaN and infinity to the outputs they belong to", () => {
      const c = makeCase(form, 6, 11, 9, 2);
      const [row, column, term] = [4, 9, 8];
      c.a[form === "TN" ? term * c.lda + row : row * c.lda + term] = Infinity;
      c.b[form === "NT" ? column * c.ldb + term : term * c.ldb + column] = NaN;
      const out = multiply(core, c, "", false);
      for (let i = 0; i < 6; i++) {
        for (let j = 0; j < 11; j++) {
          const value = out[i * c.ldo + j]!;
          if (j === column) expect(value).toBeNaN();
          else expect(Math.abs(value) === Infinity).toBe(i === row);
        }
      }
    });
  });

  it("adds to what is there only when told to", () => {
    const c = makeCase("TN", 3, 5, 2, 0);
    const fresh = multiply(core, c, "", false);
    const added = multiply(core, c, "", true);
    for (let at = 0; at < 15; at++) expect(added[at]).toBe(Math.fround(c.before[at]! + fresh[at]!));
  });

  it("runs the peak loops to a finite figure that grows with the iterations", () => {
    for (const accumulators of [8, 10, 12, 14]) {
      const once = core.call["peakMulAdd"]!(accumulators, 1);
      const pairs = accumulators / 2;
      expect(once).toBe(pairs * (pairs + 1));
      expect(core.call["peakMulAdd"]!(accumulators, 10)).toBe(10 * once);
    }
  });
});

it("asserts on a leading dimension that is too short, in the checked build", () => {
  const core = new TestCore("checked");
  const region = core.f32(4096);
  const { ptr } = region;
  expect(() => core.call["matmulNT"]!(ptr, ptr, ptr, 2, 2, 8, 2, 7, 8, ptr)).toThrow("leading dimension");
});
