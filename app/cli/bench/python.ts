// numpy and torch in one Python process that stays open and answers line by line, each line timed in Python,
// so that both sides can take turns.
import type { ChildProcess } from "node:child_process";
import { spawn, spawnSync } from "node:child_process";
import { createInterface } from "node:readline";

const PYTHONS = ["python3", "/usr/bin/python3", "python"];

const SCRIPT = String.raw`
import json, sys, time
module, threads = sys.argv[1], int(sys.argv[2])
def blas():
    """Files of the BLAS that this process has loaded: the same package is fast or slow by them."""
    try:
        with open("/proc/self/maps") as maps: names = {line.split()[-1].split("/")[-1] for line in maps if "/" in line}
    except OSError: return "BLAS unknown"
    return "BLAS " + (", ".join(sorted(n for n in names if "blas" in n.lower() or "libmkl" in n)) or "unknown")
if module == "torch":
    import torch
    torch.set_num_threads(threads)
    buffer = torch.empty(1 << 20)
    def normal(): buffer.normal_()
    def uniform(): buffer.uniform_()
    def seed():
        h = torch.empty(1000, 100).normal_()
        for _ in range(5):
            w = torch.empty(100, 100).normal_()
            z = h @ w.t()
            h = torch.sigmoid(z)
            for t in (w, z, h):
                t.mean().item(); t.std().item(); torch.histc(t, 30)
    x = torch.empty(1000, 100).normal_(); w = torch.empty(100, 100).normal_()
    def matmul(): x @ w.t()
    net = torch.nn.Sequential(torch.nn.Linear(784, 256), torch.nn.ReLU(), torch.nn.Linear(256, 256), torch.nn.ReLU(), torch.nn.Linear(256, 10))
    optimizer = torch.optim.SGD(net.parameters(), lr=0.01)
    loss = torch.nn.CrossEntropyLoss()
    inputs = torch.randn(64, 784); labels = torch.arange(64) % 10
    def steps():
        for _ in range(20):
            optimizer.zero_grad(); loss(net(inputs), labels).backward(); optimizer.step()
    about = torch.__version__ + ", " + blas()
else:
    import numpy as np
    rng = np.random.default_rng(0)
    out = np.empty(1 << 20, np.float32)
    def normal(): rng.standard_normal(out=out, dtype=np.float32)
    def uniform(): rng.random(out=out, dtype=np.float32)
    def seed():
        h = rng.standard_normal((1000, 100), dtype=np.float32)
        for _ in range(5):
            w = rng.standard_normal((100, 100), dtype=np.float32)
            z = h @ w.T
            h = 1 / (1 + np.exp(-z))
            for t in (w, z, h):
                t.mean(); t.std(); np.histogram(t, 30)
    x = rng.standard_normal((1000, 100), dtype=np.float32); w = rng.standard_normal((100, 100), dtype=np.float32)
    def matmul(): x @ w.T
    about = np.__version__ + ", " + blas()
print(json.dumps({"about": about}), flush=True)
for line in sys.stdin:
    work = globals()[line.strip()]
    start = time.perf_counter(); work(); print(json.dumps(time.perf_counter() - start), flush=True)
`;

export interface Python {
  readonly about: string;
  /**
   * Seconds of one "normal", "uniform" (2^20 elements), "matmul" (1000 x 100 x 100), "seed" (the whole run) or
   * "steps" (20 of training, torch only).
   */
  time(what: "normal" | "uniform" | "matmul" | "seed" | "steps"): Promise<number>;
  close(): void;
}

/** A reason where no Python here has the module. */
export async function openPython(
  module: "torch" | "numpy",
  threads: number,
): Promise<Python | { because: string }> {
  const python = PYTHONS.find(
    (name) => spawnSync(name, ["-c", `import ${module}`], { stdio: "ignore" }).status === 0,
  );
  if (!python) return { because: `no python3 here has ${module}` };
  const env = { ...process.env, OMP_NUM_THREADS: String(threads), OPENBLAS_NUM_THREADS: String(threads) };
  const child: ChildProcess = spawn(python, ["-c", SCRIPT, module, String(threads)], {
    stdio: ["pipe", "pipe", "ignore"],
    env,
  });
  const waiting: { resolve: (text: string) => void; reject: (error: Error) => void }[] = [];
  createInterface({ input: child.stdout! }).on("line", (line) => waiting.shift()?.resolve(line));
  child.on("exit", () => waiting.splice(0).forEach(({ reject }) => reject(new Error(`${module} ended`))));
  const answer = () => new Promise<string>((resolve, reject) => waiting.push({ resolve, reject }));
  const { about } = JSON.parse(await answer()) as { about: string };
  return {
    about: `${module} ${about}, ${threads} thread${threads > 1 ? "s" : ""}`,
    time: async (what) => {
      child.stdin!.write(`${what}\n`);
      return JSON.parse(await answer()) as number;
    },
    close: () => child.kill(),
  };
}
