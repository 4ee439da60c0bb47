// What is measured for the chapter on the screen: the figures of its text first, then what its question reveals, its
// claims and statements when they come into view. Ends what is under way when the chapter is left.
import { CLAIMS_SEED } from "../../../../core-as/claims/experiments";
import type { ClaimVerdict, MeasuredClaim } from "../../../../core-as/claims/claim";
import { type Compute, ComputeError } from "../../compute/compute";
import type { Chapter, Revealed } from "./chapter";
import type { EvidenceRoom } from "./evidence";

/** What is under way, or came to an end without what was asked for. */
export type Asked<T> =
  | { readonly status: "waiting" }
  | { readonly status: "measuring"; readonly fraction: number; readonly what: string }
  | { readonly status: "known"; readonly value: T }
  | { readonly status: "stopped" }
  | { readonly status: "failed"; readonly reason: string };

export interface JudgedStatement {
  readonly id: string;
  readonly measured: string;
  readonly verdict: ClaimVerdict;
  readonly because: string;
}

const WAITING = { status: "waiting" } as const;

/** Between two measurements with other seeds: claims and statements use a few seeds from theirs on. */
const SEED_STEP = 1000;

export class ChapterEvidence {
  readonly chapter: Chapter;
  fills: Asked<Readonly<Record<string, string>>> = $state.raw(WAITING);
  revealed: Asked<Revealed> = $state.raw(WAITING);
  judging: Asked<null> = $state.raw(WAITING);
  claims: ReadonlyMap<string, MeasuredClaim> = $state.raw(new Map());
  statements: ReadonlyMap<string, JudgedStatement> = $state.raw(new Map());
  /** Seed of what is judged. */
  seed = $state(CLAIMS_SEED);

  readonly #compute: Pick<Compute, "claims">;
  readonly #room: EvidenceRoom;
  #abort: AbortController | null = null;
  #judgeAbort: AbortController | null = null;
  /** The chapter is on the screen. */
  isShown = $state(false);

  constructor(chapter: Chapter, compute: Pick<Compute, "claims">, room: EvidenceRoom) {
    this.chapter = chapter;
    this.#compute = compute;
    this.#room = room;
  }

  /** The chapter is on the screen: what is not known yet is measured. */
  enter(): void {
    this.isShown = true;
    void this.#measureText();
  }

  /** It is left: what is under way ends, what is known stays. */
  leave(): void {
    this.isShown = false;
    this.#abort?.abort();
    this.#judgeAbort?.abort();
    this.#abort = this.#judgeAbort = null;
    if (this.fills.status === "measuring") this.fills = WAITING;
    if (this.revealed.status === "measuring") this.revealed = WAITING;
    if (this.judging.status === "measuring") this.judging = WAITING;
  }

  retry(): void {
    void this.#measureText();
  }

  /** Nothing of the chapter is being measured, or about to be. */
  get isAtRest(): boolean {
    return [this.fills, this.revealed, this.judging].every(
      ({ status }) => status !== "measuring" && status !== "waiting",
    );
  }

  /** The table is seen. */
  judge(): void {
    if (this.judging.status === "waiting" && this.isShown) void this.#judge();
  }

  stop(): void {
    this.#judgeAbort?.abort();
  }

  /** With draws that were not used before, or the same where it was stopped before it was whole. */
  judgeAgain(): void {
    if (this.judging.status === "measuring") return;
    if (this.judging.status === "known") this.seed += SEED_STEP;
    this.claims = new Map();
    this.statements = new Map();
    void this.#judge();
  }

  async #measureText(): Promise<void> {
    this.#abort?.abort();
    const abort = (this.#abort = new AbortController());
    const { fill, question } = this.chapter;
    if (this.fills.status !== "known")
      await this.#ask<Readonly<Record<string, string>>>(
        abort.signal,
        (state) => (this.fills = state),
        "Measuring the figures of the text",
        async (onProgress) => fill.texts(await this.#room.measure(fill.needs, abort.signal, { onProgress })),
      );
    if (this.revealed.status !== "known" && !abort.signal.aborted)
      await this.#ask<Revealed>(
        abort.signal,
        (state) => (this.revealed = state),
        "Measuring the answer",
        async (onProgress) =>
          question.reveal(await this.#room.measure(question.needs, abort.signal, { onProgress })),
      );
  }

  async #judge(): Promise<void> {
    const abort = (this.#judgeAbort = new AbortController());
    const { signal } = abort;
    const { claims, statements } = this.chapter;
    const seedShift = this.seed - CLAIMS_SEED;
    await this.#ask<null>(
      signal,
      (state) => (this.judging = state),
      "Measuring the claims",
      async (onProgress) => {
        const parts = (claims ? 1 : 0) + (statements.length > 0 ? 1 : 0);
        for (const [i, { id, needs, judge }] of statements.entries()) {
          const evidence = await this.#room.measure(needs, signal, {
            seedShift,
            onProgress: (share) => onProgress((i + share) / statements.length / parts),
          });
          this.statements = new Map([...this.statements, [id, { id, ...judge(evidence) }]]);
        }
        if (claims)
          await this.#compute.claims(claims, this.seed, signal, {
            onClaim: (claim) => (this.claims = new Map([...this.claims, [claim.id, claim]])),
            onClaimsProgress: ({ fraction }) => onProgress((parts - 1 + fraction) / parts),
          });
        return null;
      },
    );
  }

  async #ask<T>(
    signal: AbortSignal,
    show: (state: Asked<T>) => void,
    what: string,
    work: (onProgress: (fraction: number) => void) => Promise<T>,
  ): Promise<void> {
    show({ status: "measuring", fraction: 0, what });
    try {
      const value = await work(
        (fraction) => !signal.aborted && show({ status: "measuring", fraction, what }),
      );
      if (this.#isCurrent(signal)) show({ status: "known", value });
    } catch (thrown) {
      if (!(thrown instanceof Error)) throw thrown;
      // One that was left is measured when the chapter is opened again.
      if (!this.#isCurrent(signal)) return;
      const isCancelled = signal.aborted || (thrown instanceof ComputeError && thrown.isCancelled);
      show(isCancelled ? { status: "stopped" } : { status: "failed", reason: thrown.message });
    }
  }

  #isCurrent(signal: AbortSignal): boolean {
    return signal === this.#abort?.signal || signal === this.#judgeAbort?.signal;
  }
}
