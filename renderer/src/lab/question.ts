// A question put to the person in a dialog; null is the answer of whoever closes it.

export interface Choice<Value extends string = string> {
  readonly value: Value;
  readonly label: string;
  /** The primary one stands last and is focused. */
  readonly look?: "primary" | "outline" | "danger";
}

export interface Question<Value extends string = string> {
  readonly title: string;
  readonly message: string;
  readonly choices: readonly Choice<Value>[];
}

export type Ask = <Value extends string>(question: Question<Value>) => Promise<Value | null>;
