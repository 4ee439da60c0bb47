export interface Served {
  /** With the token. */
  readonly address: string;
  readonly origin: string;
  readonly port: number;
  kill(): Promise<void>;
  /** Exit code; null where it had to be killed. */
  stop(): Promise<number | null>;
}

export function startServed(
  dataFolder: string,
  port?: number,
  env?: Readonly<Record<string, string>>,
): Promise<Served>;
