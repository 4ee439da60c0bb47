// What single units do: all the same, silent, or stuck on the flat ends of their activation.
import type { Finding, LayerResult } from "../spec/result";
import { figure, layersText, percent } from "../spec/number";
import { change, finding, limit, sourceOf } from "./finding";
import type { Diagnosed, Reading } from "./reading";

/** Layers whose numbers overflowed are left to `non_finite`. */
export function unitFindings({ layers }: Diagnosed, reading: Reading): Finding[] {
  const sound = ({ preactivations, activations }: LayerResult) =>
    preactivations.nonFinite === 0 && activations.nonFinite === 0;
  const hidden = reading.hidden.filter(sound);
  // An output that is dead or saturated stops the gradient like any layer; that its units differ is the loss's business.
  const all = layers.filter(sound);
  return [...symmetric(hidden), ...dead(reading, all), ...saturated(reading, all)];
}

/** Units that are not dead, and how many different ones there are among them. */
function alive({ fanOut, activations }: LayerResult): { readonly units: number; readonly distinct: number } {
  const { deadUnits, distinctUnits } = activations;
  // All dead units together count as one distinct unit.
  return { units: fanOut - deadUnits, distinct: distinctUnits - (deadUnits > 0 ? 1 : 0) };
}

function symmetric(hidden: readonly LayerResult[]): Finding[] {
  const alike = hidden.filter((layer) => {
    const { units, distinct } = alive(layer);
    return units >= 2 && distinct <= limit("distinctShare") * units;
  });
  const worst = alike[0];
  if (!worst) return [];
  const { units, distinct } = alive(worst);
  return [
    finding(
      "symmetric_units",
      "broken",
      alike,
      { distinctUnits: distinct, units },
      { distinctUnits: Math.ceil(limit("distinctShare") * units) },
      sourceOf("distinctShare"),
      `Units are copies of each other: the ${units} active units of layer ${worst.index} are ${distinct === 1 ? "all the same one" : `copies of ${distinct}`}. They receive the same gradient, so training never tells them apart, and the layer does no more than ${distinct === 1 ? "one unit" : `${distinct} units`} would.`,
    ),
  ];
}

function dead({ hidden, samples }: Reading, layers: readonly LayerResult[]): Finding[] {
  const share = (layer: LayerResult) => layer.activations.deadUnits / layer.fanOut;
  const isOutput = ({ index }: LayerResult) => index > hidden.length;
  const wholly = layers.filter((layer) => share(layer) === 1);
  const enough = samples >= limit("deadSamples");
  const mostly = enough
    ? layers.filter((layer) => share(layer) >= limit(isOutput(layer) ? "wholeShare" : "deadShare"))
    : wholly;
  const some = enough
    ? layers.filter((layer) => !isOutput(layer) && share(layer) >= limit("deadShareWorthAWord"))
    : [];
  const found = mostly.length > 0 ? mostly : some;
  if (found.length === 0) return [];
  const worst = found.reduce((most, layer) => (share(layer) > share(most) ? layer : most));
  const severity = wholly.length > 0 ? "broken" : mostly.length > 0 ? "warning" : "information";
  const name = mostly.length > 0 ? "deadShare" : "deadShareWorthAWord";
  const said =
    severity === "broken"
      ? `Nothing passes ${layersText(wholly.map((l) => l.index))}: every unit gives zero on every sample. ${wholly.some((layer) => layer.residual) ? "Only the shortcut carries anything on." : "What comes after sees a constant, and no gradient comes back."}`
      : `In layer ${worst.index}, ${percent(share(worst))} of the units give zero on every one of the ${samples} samples. ${severity === "warning" ? "They pass no signal and get no gradient; the layer is narrower than it looks." : "The others carry the signal; where samples grow alike with depth, more units fall silent."}`;
  return [
    finding(
      "dead_units",
      severity,
      found,
      { deadShare: share(worst), layer: worst.index },
      { deadShare: limit(name) },
      sourceOf(name),
      said,
    ),
  ];
}

/** An alarm only where the gradient suffers: N(0, 1) with the sigmoid saturates at width 100 and yet passes it. */
function saturated({ hidden, gradient }: Reading, layers: readonly LayerResult[]): Finding[] {
  const share = (layer: LayerResult) => layer.activations.saturatedFraction ?? 0;
  const stuck = layers.filter((layer) => share(layer) >= limit("saturatedShare"));
  if (stuck.length === 0) return [];
  const worst = stuck.reduce((most, layer) => (share(layer) > share(most) ? layer : most));
  // No gradient at all is not one that holds.
  const moved = gradient === null ? null : gradient.last === 0 ? Infinity : change(gradient.ratio);
  // A flat output stops the gradient before it enters the hidden layers.
  const flatOutput = stuck.some(
    (layer) => layer.index > hidden.length && share(layer) >= limit("flatOutputShare"),
  );
  const holds = moved !== null && moved <= limit("flatRatio") && !flatOutput;
  const consequence =
    moved === null
      ? "No gradient was taken; where it passes a flat end it all but vanishes."
      : holds
        ? `The gradient holds all the same: in layer 1 it is ${figure(1 / gradient!.ratio)} times what it is in layer ${hidden.at(-1)!.index}.`
        : flatOutput
          ? "It is the output that is flat: little of any error comes back through it."
          : `The gradient ${gradient!.ratio > 1 ? "shrinks" : "grows"} ${figure(moved)} times from layer ${hidden.at(-1)!.index} to layer 1.`;
  return [
    finding(
      "saturated",
      holds ? "information" : "warning",
      stuck,
      {
        saturatedShare: share(worst),
        layer: worst.index,
        ...(moved === null ? {} : { gradientChange: moved }),
      },
      { saturatedShare: limit("saturatedShare"), gradientChange: limit("flatRatio") },
      sourceOf("saturatedShare"),
      `Up to ${percent(share(worst))} of the activations of ${layersText(stuck.map((l) => l.index))} sit on a flat end, where the slope is below 5 % of its greatest. ${consequence}`,
    ),
  ];
}
