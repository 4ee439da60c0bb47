// What `initlab code` and the Report screen give: source text that initialises the same network the same way.
// The frameworks and their file names; the text itself is written in a file a framework.

export const CODE_FRAMEWORKS = ["pytorch", "keras", "jax", "numpy"] as const;
export type CodeFramework = (typeof CODE_FRAMEWORKS)[number];

export interface CodeSource {
  readonly framework: CodeFramework;
  /** "init_pytorch.py" */
  readonly fileName: string;
  readonly text: string;
}
