// Names for the figures of one document, counted through it, for what their drawings call by name; and, since drawing
// takes longer than all else, how many of them are begun.
import type { Block, ReportDocument } from "../document";

export class FigureNames {
  #count = 0;
  readonly #all: number;

  /** `tell`: the share of the figures that is drawn, 0 to 1. */
  constructor(
    { sections }: Pick<ReportDocument, "sections">,
    private readonly tell: (fraction: number) => void = () => {},
  ) {
    this.#all = sections.reduce(
      (sum, { blocks }) => sum + blocks.reduce((n, one) => n + figuresIn(one), 0),
      0,
    );
  }

  next(): string {
    this.tell(this.#count / this.#all);
    this.#count++;
    return `f${this.#count}`;
  }
}

function figuresIn(block: Block): number {
  if (block.kind === "figure") return 1;
  return block.kind === "figures" ? block.figures.filter((one) => "figure" in one).length : 0;
}
