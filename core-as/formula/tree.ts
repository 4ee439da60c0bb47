// A formula as it was written: what the parser gives. Nothing here is simplified.
import type { FunctionName } from "./names";
import type { Comparison } from "./lexer";

export type Arithmetic = "+" | "-" | "*" | "/" | "^";

/** `column` is where the node's own sign or name stands, from 1, in code points. */
export type Tree =
  | { readonly kind: "number"; readonly column: number; readonly value: number }
  | { readonly kind: "variable"; readonly column: number }
  /** A constant or a parameter, with its value. */
  | { readonly kind: "constant"; readonly column: number; readonly name: string; readonly value: number }
  | { readonly kind: "negation"; readonly column: number; readonly of: Tree }
  | {
      readonly kind: "arithmetic";
      readonly column: number;
      readonly sign: Arithmetic;
      readonly left: Tree;
      readonly right: Tree;
    }
  | {
      readonly kind: "comparison";
      readonly column: number;
      readonly sign: Comparison;
      readonly left: Tree;
      readonly right: Tree;
    }
  | {
      readonly kind: "call";
      readonly column: number;
      readonly name: FunctionName;
      readonly given: readonly Tree[];
    };
