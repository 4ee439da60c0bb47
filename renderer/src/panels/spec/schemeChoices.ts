// The schemes as a list to choose from: grouped by what they look at, each with its paper.
import type { SchemeName } from "../../../../core-as/spec/experiment";
import { BIAS_SCHEME_NAMES, BIAS_SCHEMES, SCHEME_NAMES, SCHEMES } from "../../../../core-as/spec/schemes";
import type { Choice } from "../../controls/choice";

const GROUPS: Readonly<Record<SchemeName, string>> = {
  zeros: "All alike",
  ones: "All alike",
  constant: "All alike",
  normal: "Size given",
  uniform: "Size given",
  truncated_normal: "Size given",
  sparse: "Size given",
  xavier_normal: "Scaled by the widths",
  xavier_uniform: "Scaled by the widths",
  he_normal: "Scaled by the widths",
  he_uniform: "Scaled by the widths",
  lecun_normal: "Scaled by the widths",
  lecun_uniform: "Scaled by the widths",
  variance_scaling: "Scaled by the widths",
  orthogonal: "Structured",
  identity: "Structured",
  eye: "Structured",
  zero_hadamard: "Structured",
  lsuv: "By data or theory",
  critical: "By data or theory",
  torch_linear_default: "Defaults of frameworks",
  keras_dense_default: "Defaults of frameworks",
  file: "Your own",
};
const ORDER = [...new Set(Object.values(GROUPS))];

export function schemeChoices(isWanted: (scheme: SchemeName) => boolean = () => true): Choice[] {
  return SCHEME_NAMES.filter(isWanted)
    .map((value) => ({
      value,
      label: value === "file" ? "From a file…" : SCHEMES[value].title,
      description: SCHEMES[value].source,
      group: GROUPS[value],
    }))
    .sort((a, b) => ORDER.indexOf(a.group) - ORDER.indexOf(b.group));
}

export function biasChoices(): Choice[] {
  return BIAS_SCHEME_NAMES.map((value) => ({ value, label: BIAS_SCHEMES[value].title }));
}
