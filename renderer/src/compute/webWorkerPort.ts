// A Web Worker as the pool wants it.
import type { WorkerPort, WorkerReply } from "../../../core-as/runtime/port";

export function webWorkerPort(script: URL, module: WebAssembly.Module): WorkerPort {
  const worker = new Worker(script, { type: "module" });
  worker.postMessage({ module });
  return {
    post: (message, transfer) => worker.postMessage(message, transfer),
    onMessage: (receive) => {
      worker.onmessage = ({ data }: MessageEvent<WorkerReply>) => receive(data);
    },
    onExit: (notice) => {
      let told = false;
      worker.onerror = (event) => {
        // Else it would be the conductor's own error as well, and end all that it conducts.
        event.preventDefault();
        if (!told) notice(event.message || "the worker's script could not be loaded");
        told = true;
        worker.terminate();
      };
    },
    terminate: () => worker.terminate(),
  };
}
