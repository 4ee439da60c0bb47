type Env = Readonly<Record<string, string | undefined>>;

export declare function whyNoWindow(here: {
  readonly env: Env;
  readonly platform: string;
  readonly isRoot: boolean;
}): string | null;

export declare function electronBinary(
  folder: string,
  options: {
    readonly env: Env;
    readonly signal: AbortSignal;
    readonly log: (what: string) => void;
    readonly patienceMillis?: number;
  },
): Promise<string | null>;

export declare function runDesktop(
  binary: string,
  args: readonly string[],
  options: { readonly env: Env; readonly signal: AbortSignal },
): Promise<{ readonly code: number | null; readonly signal: string | null; readonly millis: number }>;
