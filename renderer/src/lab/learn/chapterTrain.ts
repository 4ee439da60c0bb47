// What "Open in Train" opens from a chapter: the trainings whose figures the chapter tells, so that they can be met
// there; with settings that the reader moved, their network, trained as the chapter trains.
import type { Experiment } from "../../../../core-as/spec/experiment";
import { parseExperiment } from "../../../../core-as/spec/parse";
import { fromLab, type Started } from "../trainStart";
import type { Chapter, Values } from "./chapter";

/** Throws a SpecError where the network cannot be trained. `spec`: the trial's, at these values. */
export function chapterTrain(chapter: Chapter, values: Values, spec: Experiment): Started {
  const { chart, controls } = chapter.trial;
  const name = chapter.short;
  if (chart.kind === "training") {
    const specs = chart.specs(values).map((one) => ({ ...parseExperiment(one.spec), name: one.name }));
    return { name, specs, notes: [] };
  }
  const told = trainingsTold(chapter);
  const [first] = told;
  const isMoved = controls.some(({ id, initial }) => values[id] !== initial);
  if (first && !isMoved) return { name, specs: told, notes: [] };
  return fromLab({ ...spec, name, ...(first?.train ? { train: first.train } : {}) });
}

/**
 * Those of the question before those of the text, and of them all that differ from the first in nothing but their
 * weights: Train holds starts side by side, not optimizers.
 */
function trainingsTold({ question, fill }: Chapter): readonly Experiment[] {
  const written = { ...question.needs.trainings, ...fill.needs.trainings };
  const all = Object.values(written).map((one) => parseExperiment(one));
  return all.filter((one) => withoutStart(one) === withoutStart(all[0]!));
}

function withoutStart({ name: _name, network, ...same }: Experiment): string {
  const layers = network.layers.map(({ weights: _weights, ...layer }) => layer);
  const { weights: _weights, ...output } = network.output ?? {};
  return JSON.stringify({ ...same, layers, output });
}
