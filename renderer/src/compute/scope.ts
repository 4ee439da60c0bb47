// The global scope inside a worker. The DOM's type library and the workers' cannot be had together.

export interface WorkerScope<Incoming> {
  onmessage: ((event: { readonly data: Incoming }) => void) | null;
  postMessage(message: unknown, transfer?: readonly ArrayBuffer[]): void;
}

export function ownScope<Incoming>(): WorkerScope<Incoming> {
  return self as unknown as WorkerScope<Incoming>;
}
