// When charts are drawn: at most once a frame, only those that changed, only while they can be seen. One observer of
// sight and one of size serve them all. Draws nothing itself.

export interface Drawn {
  /** What is watched. */
  readonly element: HTMLElement;
  draw(): void;
  /** Size of the element in CSS pixels; called before the first draw, and whenever it changes. */
  resize(width: number, height: number): void;
}

interface Kept {
  readonly drawn: Drawn;
  isDirty: boolean;
  isSeen: boolean;
  isResized: boolean;
  width: number;
  height: number;
}

/** Charts this far out of sight are drawn ahead, so that scrolling meets them ready. */
const AHEAD = "100px";

class FrameScheduler {
  readonly #kept = new Map<Element, Kept>();
  readonly #dirty = new Set<Kept>();
  #frame = 0;
  readonly #sight = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        const kept = this.#kept.get(target);
        if (!kept) continue;
        kept.isSeen = isIntersecting;
        if (isIntersecting && kept.isDirty) this.#ask(kept);
      }
    },
    { rootMargin: AHEAD },
  );
  readonly #size = new ResizeObserver((entries) => {
    for (const { target, contentRect } of entries) {
      const kept = this.#kept.get(target);
      if (!kept) continue;
      const width = Math.round(contentRect.width);
      const height = Math.round(contentRect.height);
      if (width === kept.width && height === kept.height) continue;
      kept.width = width;
      kept.height = height;
      kept.isResized = true;
      this.redraw(target);
    }
  });

  /** Returns what ends the keeping. Seen until the observer says otherwise, so that the first frame has it. */
  keep(drawn: Drawn): () => void {
    const { element } = drawn;
    const kept: Kept = { drawn, isDirty: true, isSeen: true, isResized: false, width: 0, height: 0 };
    this.#kept.set(element, kept);
    this.#sight.observe(element);
    this.#size.observe(element);
    return () => {
      this.#kept.delete(element);
      this.#dirty.delete(kept);
      this.#sight.unobserve(element);
      this.#size.unobserve(element);
    };
  }

  redraw(element: Element): void {
    const kept = this.#kept.get(element);
    if (!kept) return;
    kept.isDirty = true;
    if (kept.isSeen && kept.width > 0) this.#ask(kept);
  }

  /** At once, seen or not, in the sizes that they have now: for paper. */
  drawAll(): void {
    for (const kept of this.#kept.values()) {
      const { clientWidth: width, clientHeight: height } = kept.drawn.element;
      if (width === 0 || height === 0) continue;
      [kept.width, kept.height, kept.isDirty, kept.isResized] = [width, height, false, false];
      kept.drawn.resize(width, height);
      kept.drawn.draw();
    }
  }

  #ask(kept: Kept): void {
    this.#dirty.add(kept);
    if (this.#frame === 0) this.#frame = requestAnimationFrame(() => this.#flush());
  }

  #flush(): void {
    this.#frame = 0;
    const batch = [...this.#dirty];
    this.#dirty.clear();
    for (const kept of batch) {
      if (kept.width === 0 || kept.height === 0) continue;
      kept.isDirty = false;
      if (kept.isResized) kept.drawn.resize(kept.width, kept.height);
      kept.isResized = false;
      kept.drawn.draw();
    }
    // For whoever measures; the last one is kept.
    performance.clearMarks("lab:painted");
    performance.mark("lab:painted");
  }
}

/** One for the page. */
export const scheduler = new FrameScheduler();
