// A worker thread that answers the pool's tasks. Node's side of core-as/runtime/service.
import { parentPort, workerData } from "node:worker_threads";
import type { WorkerRequest } from "../../core-as/runtime/port";
import { serve } from "../../core-as/runtime/service";

const port = parentPort;
if (!port) throw new Error("worker.ts runs in a worker thread");
serve(
  {
    post: (message, transfer) => port.postMessage(message, transfer),
    onMessage: (receive) => port.on("message", (message: WorkerRequest) => receive(message)),
  },
  (workerData as { module: WebAssembly.Module }).module,
);
