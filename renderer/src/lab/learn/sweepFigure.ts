// A sweep as a figure: what was measured at each place, what is predicted there, and where the settings stand.
import type { Figure, Series } from "../../../../core-as/figures/figure";
import { figure as written, percent } from "../../../../core-as/spec/number";
import type { Swept, TrialChart, Values } from "./chapter";

type Sweep = Extract<TrialChart, { kind: "sweep" }>;

export function sweepFigure(
  id: string,
  chart: Sweep,
  values: Values,
  swept: ReadonlyMap<number, Swept>,
): Figure {
  const { title, caption, x, y, rules } = chart;
  const places = chart.places(values);
  const columns = Float64Array.from(places);
  const of = (read: (one: Swept) => number | null | undefined) =>
    Float64Array.from(places, (place) => {
      const one = swept.get(place);
      return (one ? read(one) : null) ?? NaN;
    });
  const measured = of((one) => one.measured);
  const predicted = of((one) => one.predicted);
  const [low, high] = [of((one) => one.low), of((one) => one.high)];
  const series: Series[] = [];
  if (low.some(isNumber)) series.push({ kind: "band", name: "of the seeds", paint: "ink", low, high });
  series.push({
    kind: "line",
    name: "measured",
    paint: "ink",
    values: measured,
    style: "measured",
    dots: places.map(() => "ink"),
    ...ended(measured, (value) => (y.unit === "share" ? percent(value) : written(value))),
  });
  if (predicted.some(isNumber))
    series.push({
      kind: "line",
      name: "predicted",
      paint: "ink2",
      values: predicted,
      style: "predicted",
      ...ended(predicted, () => "predicted"),
    });
  const at = chart.at(values);
  return {
    name: `learn-${id}-sweep`,
    title,
    caption,
    x,
    y,
    columns,
    series,
    rules: [
      ...rules.map((rule) => ({ axis: "y" as const, style: "threshold" as const, ...rule })),
      ...(at === null || at < x.domain[0] || at > x.domain[1]
        ? []
        : [{ axis: "x" as const, at, label: "", style: "mark" as const }]),
    ],
    zones: [],
    beyond: [],
  };
}

const isNumber = (value: number) => !Number.isNaN(value);

function ended(values: Float64Array, text: (value: number) => string): { readonly endLabel?: string } {
  const last = values.at(-1);
  return last === undefined || Number.isNaN(last) ? {} : { endLabel: text(last) };
}
