// A Web Worker that answers the pool's tasks. The page's side of core-as/runtime/service.
import type { WorkerRequest } from "../../../core-as/runtime/port";
import { serve } from "../../../core-as/runtime/service";
import { ownScope } from "./scope";

const scope = ownScope<WorkerRequest | { readonly module: WebAssembly.Module }>();

// The first message brings the compiled core.
scope.onmessage = ({ data }) => {
  if (!("module" in data)) throw new Error("a task came before the core");
  serve(
    {
      post: (message, transfer) => scope.postMessage(message, transfer),
      onMessage: (receive) => {
        scope.onmessage = (event) => receive(event.data as WorkerRequest);
      },
    },
    data.module,
  );
};
