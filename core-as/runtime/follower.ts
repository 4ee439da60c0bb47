// A signal that is aborted with another, or alone. Refuses nothing: with no other it only waits to be aborted.

export class Follower {
  readonly #own = new AbortController();
  readonly #followed: AbortSignal | undefined;
  readonly #follow = () => this.abort(this.#followed?.reason);

  constructor(followed: AbortSignal | undefined) {
    this.#followed = followed;
    if (followed?.aborted) this.#follow();
    else followed?.addEventListener("abort", this.#follow, { once: true });
  }

  get signal(): AbortSignal {
    return this.#own.signal;
  }

  abort(reason: unknown): void {
    this.#own.abort(reason);
  }

  /** Follows no longer. To be called when the work is over: the other signal may live much longer. */
  release(): void {
    this.#followed?.removeEventListener("abort", this.#follow);
  }
}
