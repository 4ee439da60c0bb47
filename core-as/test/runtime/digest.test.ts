// The digest, computed once more from a result file by the rule that digest.ts states, in code of its own.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { digestOf } from "../../runtime/digest";
import type { Measured } from "../../runtime/digest";
import { experiment, runOn } from "./host";

const LAB = join(import.meta.dirname, "../../../app/cli/bin.mjs");

function* encoded(value: unknown): Generator<Buffer> {
  if (value === "NaN" || value === "Infinity" || value === "-Infinity" || typeof value === "number") {
    const number = Number(value);
    const bytes = Buffer.alloc(9);
    bytes.write("d");
    if (Number.isNaN(number)) bytes.writeBigUInt64LE(0x7ff8000000000000n, 1);
    else bytes.writeDoubleLE(number === 0 ? 0 : number, 1);
    yield bytes;
  } else if (typeof value === "string") {
    const text = Buffer.from(value, "utf8");
    yield headed("s", text.length);
    yield text;
  } else if (value === null) yield Buffer.from("n");
  else if (typeof value === "boolean") yield Buffer.from(value ? "t" : "f");
  else if (Array.isArray(value)) {
    yield headed("a", value.length);
    for (const item of value) yield* encoded(item);
  } else {
    const fields = value as Record<string, unknown>;
    const keys = Object.keys(fields).sort();
    yield headed("o", keys.length);
    for (const key of keys) {
      yield* encoded(key);
      yield* encoded(fields[key]);
    }
  }
}

function headed(tag: string, count: number): Buffer {
  const bytes = Buffer.alloc(5);
  bytes.write(tag);
  bytes.writeUInt32LE(count, 1);
  return bytes;
}

interface ResultFile {
  readonly digest: string;
  readonly layers: readonly Record<string, unknown>[];
  readonly network: Readonly<Record<string, Record<string, unknown> | number>>;
}

/** Of the network only what is measured, predictions as null. */
function measuredNetwork({ loss, accuracy, jacobian, correlation }: ResultFile["network"]): object {
  const parts: Record<string, unknown> = { loss, accuracy };
  if (typeof jacobian === "object") {
    const { sample, singularValues, meanSquare, conditionNumber } = jacobian;
    parts["jacobian"] = { sample, singularValues, meanSquare, conditionNumber, predictedMeanSquare: null };
  }
  if (typeof correlation === "object") parts["correlation"] = { ...correlation, predicted: null };
  return Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined));
}

/** Of a file of one seed. */
function digestOfFile({ layers, network }: ResultFile): string {
  const measured = layers.map((layer) => ({ ...layer }));
  for (const layer of measured) {
    delete layer["theory"];
    delete layer["theoryAbsent"];
  }
  return createHash("sha256")
    .update(Buffer.concat([...encoded([{ layers: measured, network: measuredNetwork(network) }])]))
    .digest("hex");
}

const text = (value: unknown) =>
  JSON.stringify(value, (_key, v: unknown) => (typeof v === "number" && !Number.isFinite(v) ? String(v) : v));

const measured = (network: object, layers: object[] = []) => [{ layers, network }] as unknown as Measured[];

describe("the digest", () => {
  it("can be computed again from the command line's JSON", () => {
    // Zeros have no skewness: their result holds NaN.
    const json = execFileSync(process.execPath, [LAB, "run", "preset:zeros-relu-digits", "--json"], {
      encoding: "utf8",
      maxBuffer: 2 ** 28,
    });
    const file = JSON.parse(json) as ResultFile;
    expect(json).toContain('"NaN"');
    expect(digestOfFile(file)).toBe(file.digest);
  });

  it("can be computed again where numbers overflow and with all that is measured on request", async () => {
    const spec = experiment({
      data: { source: "gaussian", samples: 40, features: 8 },
      network: {
        hidden: { layers: 8, units: 8, activation: "relu", weights: { scheme: "normal", std: 1e6 } },
      },
      backward: { kind: "probe" },
      measure: { jacobian: true, correlation: true, spectra: true },
    });
    const { result } = await runOn("fast", spec);
    const file = JSON.parse(text(result)) as ResultFile;
    expect(digestOfFile(file)).toBe(result.digest);
    expect(digestOf([JSON.parse(text({ layers: result.layers, network: result.network })) as Measured])).toBe(
      result.digest,
    );
  });

  it("knows one NaN, one zero, and no undefined", () => {
    const odd = new Float64Array(new BigUint64Array([0xfff8000000000123n]).buffer)[0]!;
    const plain = digestOf(measured({ loss: NaN }));
    expect(digestOf(measured({ loss: odd }))).toBe(plain);
    expect(digestOf(measured({ loss: "NaN" }))).toBe(plain);
    expect(digestOf(measured({ loss: -0 }))).toBe(digestOf(measured({ loss: 0 })));
    expect(digestOf(measured({ loss: Infinity }))).toBe(digestOf(measured({ loss: "Infinity" })));
    expect(digestOf(measured({ loss: Infinity }))).not.toBe(digestOf(measured({ loss: -Infinity })));
    expect(digestOf(measured({ loss: 1, accuracy: undefined }))).toBe(digestOf(measured({ loss: 1 })));
  });

  it("does not hang on the order of keys, nor on theory, and on everything else it does", () => {
    const layer = { index: 1, weights: { a: 1, b: [1, 2] }, theory: null, theoryAbsent: "x" };
    const digest = digestOf(measured({}, [layer]));
    expect(digestOf(measured({}, [{ ...layer, theory: { q: 1 }, theoryAbsent: undefined }]))).toBe(digest);
    expect(digestOf(measured({}, [{ weights: { b: [1, 2], a: 1 }, index: 1 }]))).toBe(digest);
    for (const other of [
      { ...layer, index: 2 },
      { ...layer, weights: { a: 1, b: [2, 1] } },
      { ...layer, weights: { a: 1 + 2 ** -52, b: [1, 2] } },
    ])
      expect(digestOf(measured({}, [other]))).not.toBe(digest);
    const predicted = { loss: 2, depthScales: { q: 1, c: 1, gradient: 1 }, bornDead: { low: 0, high: 0 } };
    expect(digestOf(measured(predicted, [layer]))).toBe(digestOf(measured({ loss: 2 }, [layer])));
    expect(digestOf([...measured({}, [layer]), ...measured({}, [layer])])).not.toBe(digest);
  });
});
