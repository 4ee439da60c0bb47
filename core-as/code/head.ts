// The file around a source's body: the comment at its top, the imports that the body asks for, the seed.
import type { CodeModel } from "./model";
import { comment, quotedText } from "./python";

export interface Import {
  readonly line: string;
  /** How a body names what is imported; left out where every body does. */
  readonly by?: RegExp;
}

export interface Head {
  readonly framework: string;
  readonly fileName: string;
  /** Why the random numbers are others than the lab's. */
  readonly stream: string;
  /** Beside Python's own, in the order of the file. */
  readonly imports: readonly Import[];
  /** Below the imports, what may be missing. */
  readonly attempts?: readonly string[];
}

const PYTHON_IMPORTS: readonly Import[] = [
  { line: "import hashlib", by: /\bhashlib\./ },
  { line: "import json" },
  { line: "import math", by: /\bmath\./ },
  { line: "import sys" },
  { line: "from collections.abc import Callable" },
  { line: "from typing import NamedTuple" },
];

/** Top-level blocks, two empty lines apart. */
export function sourceText(model: CodeModel, head: Head, body: readonly (readonly string[])[]): string {
  const code = body.flat().filter((line) => !/^\s*#/.test(line));
  const imported = (imports: readonly Import[]) =>
    imports.filter(({ by }) => !by || code.some((line) => by.test(line))).map(({ line }) => line);
  const top = [
    ...aboutLines(model, head),
    "",
    ...imported(PYTHON_IMPORTS),
    "",
    ...imported(head.imports),
    "",
    ...(head.attempts ? [...head.attempts, ""] : []),
    `SEED = ${model.spec.seed}`,
  ];
  return `${[top, ...body].map((block) => block.join("\n")).join("\n\n\n")}\n`;
}

/** The experiment's name stands below the second line, where none of its words can name an encoding. */
function aboutLines(model: CodeModel, { framework, fileName, stream }: Head): string[] {
  const { spec, features, coreVersion } = model;
  const depth = model.layers.at(-1)!.last;
  return [
    ...comment(`Written by Init Lab, core ${coreVersion}, for ${framework}.`),
    "#",
    ...comment(`Experiment: ${spec.name === "" ? "without a name" : quotedText(spec.name)}`),
    ...comment(
      `Seed ${spec.seed}; ${features} features (${spec.data.source}); ${depth} layer${depth === 1 ? "" : "s"}.`,
    ),
    "#",
    ...comment(
      `The laws of the weights are the lab's; the random numbers are not: ${stream}, so that the same seed ` +
        "draws other weights here. The lab's own weights, bit for bit, come from a file that the lab writes:",
    ),
    "#",
    "#     initlab run SPEC --tensors tensors.safetensors",
    `#     python ${fileName} tensors.safetensors`,
    "#",
    ...comment(
      "The second line puts them into this network and says how far its activations are from the lab's. Without " +
        "a file it draws the weights and prints their figures.",
    ),
    '"""A network of Init Lab: its layers, their initial weights, and the way through it."""',
  ];
}
