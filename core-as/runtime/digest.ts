// The digest of a run: sha256 of its measurements in a written order, so that anyone can compute it again
// from a result file. It covers `layers` (without theory) and what is measured of `network` (loss, accuracy, jacobian,
// correlation; predictions count as null), of every replicate, first seed first.
//
// The order: a value is written as one tag byte and its content. Numbers: "d" and 8 bytes, little-endian
// float64, NaN as 7ff8000000000000, -0 as 0; the strings "NaN", "Infinity", "-Infinity" count as numbers.
// Strings: "s", length in bytes (uint32, little-endian), UTF-8. true "t", false "f", null "n". Arrays: "a",
// length, items. Objects: "o", number of keys, then each key (as a string) and value, keys in the order of
// their UTF-16 code units; keys with the value undefined do not exist.
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import type { LayerResult, NetworkResult } from "../spec/result";

export interface Measured {
  readonly layers: readonly LayerResult[];
  readonly network: NetworkResult;
}

/** Keys of a layer that are not measured. */
const NOT_MEASURED = new Set(["theory", "theoryAbsent"]);

export function digestOf(replicates: readonly Measured[]): string {
  const sink = new Sink();
  sink.open("a", replicates.length);
  for (const { layers, network } of replicates)
    sink.value({
      layers: layers.map((layer) =>
        Object.fromEntries(Object.entries(layer).filter(([key]) => !NOT_MEASURED.has(key))),
      ),
      network: measuredOf(network),
    });
  return bytesToHex(sha256(sink.bytes()));
}

/** What was measured of a network: no prediction, nothing that follows from the rest. */
function measuredOf({ loss, accuracy, jacobian, correlation }: NetworkResult): object {
  return {
    loss,
    accuracy,
    jacobian: jacobian && {
      sample: jacobian.sample,
      singularValues: jacobian.singularValues,
      meanSquare: jacobian.meanSquare,
      conditionNumber: jacobian.conditionNumber,
      predictedMeanSquare: null,
    },
    correlation: correlation && {
      angles: correlation.angles,
      measured: correlation.measured,
      predicted: null,
    },
  };
}

/** sha256 of any plain value, in the same order of writing. */
export function digestOfValue(value: unknown): string {
  const sink = new Sink();
  sink.value(value);
  return bytesToHex(sha256(sink.bytes()));
}

export function sha256Hex(bytes: Uint8Array): string {
  return bytesToHex(sha256(bytes));
}

class Sink {
  #buffer = new Uint8Array(1 << 16);
  #view = new DataView(this.#buffer.buffer);
  #length = 0;
  readonly #encoder = new TextEncoder();
  readonly #keys = new Map<string, Uint8Array>();

  bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }

  open(tag: string, count: number): void {
    this.#room(5);
    this.#buffer[this.#length] = tag.charCodeAt(0);
    this.#view.setUint32(this.#length + 1, count, true);
    this.#length += 5;
  }

  value(value: unknown): void {
    if (typeof value === "number") this.#number(value);
    else if (value === "NaN" || value === "Infinity" || value === "-Infinity") this.#number(Number(value));
    else if (typeof value === "string") this.#text(value);
    else if (value === null) this.#tag("n");
    else if (typeof value === "boolean") this.#tag(value ? "t" : "f");
    else if (Array.isArray(value)) {
      this.open("a", value.length);
      for (const item of value) this.value(item);
    } else if (typeof value === "object") {
      const entries = Object.entries(value as Record<string, unknown>).filter(([, v]) => v !== undefined);
      entries.sort(([a], [b]) => (a < b ? -1 : 1));
      this.open("o", entries.length);
      for (const [key, v] of entries) {
        this.#key(key);
        this.value(v);
      }
    } else throw new TypeError(`a ${typeof value} has no place in a result`);
  }

  #number(value: number): void {
    this.#room(9);
    this.#buffer[this.#length] = 100;
    if (Number.isNaN(value)) this.#view.setBigUint64(this.#length + 1, 0x7ff8000000000000n, true);
    else this.#view.setFloat64(this.#length + 1, value + 0, true);
    this.#length += 9;
  }

  #text(text: string): void {
    this.#bytes(this.#encoder.encode(text));
  }

  /** The same few keys come again and again. */
  #key(key: string): void {
    let bytes = this.#keys.get(key);
    if (!bytes) this.#keys.set(key, (bytes = this.#encoder.encode(key)));
    this.#bytes(bytes);
  }

  #bytes(bytes: Uint8Array): void {
    this.open("s", bytes.length);
    this.#room(bytes.length);
    this.#buffer.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  #tag(tag: string): void {
    this.#room(1);
    this.#buffer[this.#length++] = tag.charCodeAt(0);
  }

  #room(bytes: number): void {
    if (this.#length + bytes <= this.#buffer.length) return;
    const larger = new Uint8Array(Math.max(this.#buffer.length * 2, this.#length + bytes));
    larger.set(this.#buffer);
    this.#buffer = larger;
    this.#view = new DataView(larger.buffer);
  }
}
