// TensorFlow.js on WebAssembly, a dev dependency: the other neural-network kernels in a browser. One thread.
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { pathToFileURL } from "node:url";

export interface Tensor {
  readonly dispose: () => void;
}
/** The little of tfjs that is compared. */
export interface Tfjs {
  readonly tensor2d: (values: Float32Array, shape: [number, number]) => Tensor;
  readonly matMul: (a: Tensor, b: Tensor, transposeA?: boolean, transposeB?: boolean) => Tensor;
  readonly randomNormal: (shape: number[], mean?: number, std?: number) => Tensor;
  readonly randomUniform: (shape: number[]) => Tensor;
  readonly zeros: (shape: number[]) => Tensor;
  readonly add: (a: Tensor, b: Tensor) => Tensor;
  readonly sub: (a: Tensor, b: Tensor) => Tensor;
  readonly mul: (a: Tensor, b: Tensor | number) => Tensor;
  readonly sum: (a: Tensor, axis: number) => Tensor;
  readonly relu: (a: Tensor) => Tensor;
  /** 1 where a > 0, else 0. */
  readonly step: (a: Tensor) => Tensor;
  readonly softmax: (a: Tensor) => Tensor;
  /** Disposes of all but what is returned. */
  readonly tidy: (work: () => Tensor[]) => Tensor[];
}

/** Null with the reason where it is not installed (an installed app) or will not start. */
export async function openTfjs(root: URL): Promise<{ tf: Tfjs; version: string } | { because: string }> {
  try {
    const require = createRequire(new URL("package.json", root));
    const load = async (name: string) => {
      const module = (await import(pathToFileURL(require.resolve(name)).href)) as Record<string, unknown>;
      return { ...module, ...(module["default"] as object | undefined) };
    };
    const tf = (await load("@tensorflow/tfjs-core")) as unknown as Tfjs & {
      setBackend(name: string): Promise<boolean>;
      env(): { set(flag: string, value: unknown): void };
    };
    const wasm = (await load("@tensorflow/tfjs-backend-wasm")) as unknown as {
      setWasmPaths(folder: string): void;
      setThreadsCount(count: number): void;
      version_wasm: string;
    };
    wasm.setWasmPaths(`${dirname(require.resolve("@tensorflow/tfjs-backend-wasm"))}/`);
    wasm.setThreadsCount(1);
    if (!(await tf.setBackend("wasm"))) return { because: "tfjs would not start its WebAssembly backend" };
    return { tf, version: wasm.version_wasm };
  } catch (error) {
    return {
      because: `@tensorflow/tfjs-backend-wasm cannot be loaded (${(error as Error).message.split("\n")[0]})`,
    };
  }
}
