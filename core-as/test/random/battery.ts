// A quick battery on raw words. Every test gives a figure that is standard normal for a perfect generator;
// the caller holds the largest against a limit. After Marsaglia's DIEHARD and Knuth, volume 2.
import { chiSquareZ } from "./statistics";

export interface Figure {
  readonly test: string;
  readonly z: number;
}

/** Ones among all bits, and bit by bit place. */
function monobit(words: Uint32Array): Figure[] {
  const ones = new Float64Array(32);
  for (const word of words) for (let bit = 0; bit < 32; bit++) ones[bit]! += (word >>> bit) & 1;
  const z = (count: number, bits: number) => (2 * count - bits) / Math.sqrt(bits);
  const all = ones.reduce((a, b) => a + b, 0);
  return [
    { test: "ones", z: z(all, 32 * words.length) },
    ...Array.from(ones, (count, bit) => ({ test: `ones at bit ${bit}`, z: z(count, words.length) })),
  ];
}

/** Bytes at each of the four places, equally often. */
function bytes(words: Uint32Array): Figure[] {
  return [0, 8, 16, 24].map((shift) => {
    const counts = new Float64Array(256);
    for (const word of words) counts[(word >>> shift) & 255]!++;
    return { test: `bytes at ${shift}`, z: chiSquareZ(counts, () => words.length / 256) };
  });
}

/** Pairs of neighbouring words, by four bits of each: 256 equally likely cells. */
function pairs(words: Uint32Array): Figure[] {
  return [0, 14, 28].map((shift) => {
    const counts = new Float64Array(256);
    for (let i = 0; i + 1 < words.length; i += 2)
      counts[(((words[i]! >>> shift) & 15) << 4) | ((words[i + 1]! >>> shift) & 15)]!++;
    return { test: `pairs at ${shift}`, z: chiSquareZ(counts, () => Math.floor(words.length / 2) / 256) };
  });
}

/** Changes from bit to bit within the whole string of bits. */
function runs(words: Uint32Array): Figure[] {
  let changes = 0;
  for (const word of words) {
    let differing = (word ^ (word >>> 1)) & 0x7fffffff;
    for (; differing !== 0; differing &= differing - 1) changes++;
  }
  const bits = 31 * words.length;
  return [{ test: "runs of bits", z: (2 * changes - bits) / Math.sqrt(bits) }];
}

/** Gaps between words in the lowest eighth: geometric with p = 1/8, lengths from 32 on pooled. */
function gaps(words: Uint32Array): Figure[] {
  const counts = new Float64Array(33);
  let [gap, total] = [0, 0];
  for (const word of words) {
    if (word >>> 29 !== 0) gap++;
    else {
      counts[Math.min(gap, 32)]!++;
      total++;
      gap = 0;
    }
  }
  const chance = (k: number) => (k < 32 ? 0.875 ** k / 8 : 0.875 ** 32);
  return [{ test: "gaps", z: chiSquareZ(counts, (k) => total * chance(k)) }];
}

/** Correlation of words that stand `lag` apart. */
function serial(words: Uint32Array): Figure[] {
  return [1, 2, 3, 4, 8].map((lag) => {
    let sum = 0;
    for (let i = lag; i < words.length; i++)
      sum += (words[i]! / 2 ** 32 - 0.5) * (words[i - lag]! / 2 ** 32 - 0.5);
    return { test: `correlation at lag ${lag}`, z: (12 * sum) / Math.sqrt(words.length - lag) };
  });
}

/**
 * Birthday spacings: 512 birthdays in a year of 2^24 days. Repeated spacings are nearly Poisson; their mean n^3 / 4m = 2
 * is 1.9892 when the pairs among n spacings are counted exactly and threefold spacings taken as two repeats.
 */
function birthdays(words: Uint32Array): Figure[] {
  return [0, 8].map((shift) => {
    const years = Math.floor(words.length / 512);
    let repeats = 0;
    for (let year = 0; year < years; year++) {
      const days = words.slice(year * 512, (year + 1) * 512).map((word) => (word >>> shift) & 0xffffff);
      days.sort();
      const spacings = days.map((day, i) => (i === 0 ? day : day - days[i - 1]!)).sort();
      for (let i = 1; i < 512; i++) if (spacings[i] === spacings[i - 1]) repeats++;
    }
    return {
      test: `birthday spacings at ${shift}`,
      z: (repeats - 1.9892 * years) / Math.sqrt(1.9892 * years),
    };
  });
}

/** Ranks of 32 x 32 matrices of bits over GF(2). */
function ranks(words: Uint32Array): Figure[] {
  const chances = [0.1336357, 0.5775762, 0.2887881];
  const counts = [0, 0, 0];
  const matrices = Math.min(4000, Math.floor(words.length / 32));
  for (let k = 0; k < matrices; k++) {
    const rows = words.slice(k * 32, k * 32 + 32);
    let rank = 0;
    for (let bit = 0; bit < 32; bit++) {
      const pivot = rows.findIndex((row, i) => i >= rank && ((row >>> bit) & 1) === 1);
      if (pivot < 0) continue;
      const row = rows[pivot]!;
      rows[pivot] = rows[rank]!;
      rows[rank] = row;
      for (let i = rank + 1; i < 32; i++) if ((rows[i]! >>> bit) & 1) rows[i]! ^= row;
      rank++;
    }
    counts[Math.max(0, rank - 30)]!++;
  }
  return [{ test: "ranks of bit matrices", z: chiSquareZ(counts, (i) => matrices * chances[i]!) }];
}

/** Every figure of the battery; takes about a third of a second for 2^19 words. */
export function battery(words: Uint32Array): Figure[] {
  return [monobit, bytes, pairs, runs, gaps, serial, birthdays, ranks].flatMap((test) => test(words));
}

/** The figure that stands furthest out. */
export function worst(words: Uint32Array): Figure {
  return battery(words).reduce((a, b) => (Math.abs(b.z) > Math.abs(a.z) ? b : a));
}
