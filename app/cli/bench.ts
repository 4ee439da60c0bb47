export function benchCommand(_options: object, _signal: AbortSignal): Promise<void> {
  return Promise.resolve();
}
