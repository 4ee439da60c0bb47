// One of several things to choose from, as SelectField shows it.

export interface Choice {
  readonly value: string;
  readonly label: string;
  /** In small below the label. */
  readonly description?: string | undefined;
  /** Choices of one group stand together under its name. */
  readonly group?: string | undefined;
  readonly isDisabled?: boolean;
}
