// What "Open in Train" opens from a chapter: the trainings whose figures the chapter tells, so that they can be met
// there; with settings that the reader moved, their network, trained as the chapter trains. Train holds starts side by
// side, not optimizers: those that a chapter tells of by another optimizer are opened apart.
import type { Experiment, OptimizerName } from "../../../../core-as/spec/experiment";
import { parseExperiment } from "../../../../core-as/spec/parse";
import { fromLab, type Started } from "../trainStart";
import type { Chapter, Values } from "./chapter";

/**
 * By which optimizers a chapter tells of trainings, the first first; none where it has its own trainings to try, or
 * tells of none.
 */
export function optimizersTold(chapter: Chapter): readonly OptimizerName[] {
  if (chapter.trial.chart.kind === "training") return [];
  return [...new Set(allTold(chapter).map(({ train }) => train!.optimizer))];
}

/**
 * Throws a SpecError where the network cannot be trained. `spec`: the trial's, at these values; `by`: one of those told,
 * the first unless named.
 */
export function chapterTrain(
  chapter: Chapter,
  values: Values,
  spec: Experiment,
  by: OptimizerName | undefined = optimizersTold(chapter)[0],
): Started {
  const { chart, controls } = chapter.trial;
  const name = chapter.short;
  if (chart.kind === "training") {
    const specs = chart.specs(values).map((one) => ({ ...parseExperiment(one.spec), name: one.name }));
    return { name, specs, notes: [] };
  }
  const told = startsTold(chapter, by);
  const [first] = told;
  const isMoved = controls.some(({ id, initial }) => values[id] !== initial);
  if (first && !isMoved) return { name, specs: told, notes: [] };
  return fromLab({ ...spec, name, ...(first?.train ? { train: first.train } : {}) });
}

/** Those of the question before those of the text. */
function allTold({ question, fill }: Chapter): readonly Experiment[] {
  const written = { ...question.needs.trainings, ...fill.needs.trainings };
  return Object.values(written).map((one) => parseExperiment(one));
}

/** Of those by this optimizer all that differ from the first in nothing but their weights. */
function startsTold(chapter: Chapter, by: OptimizerName | undefined): readonly Experiment[] {
  const all = allTold(chapter).filter(({ train }) => train!.optimizer === by);
  return all.filter((one) => withoutStart(one) === withoutStart(all[0]!));
}

function withoutStart({ name: _name, network, ...same }: Experiment): string {
  const layers = network.layers.map(({ weights: _weights, ...layer }) => layer);
  const { weights: _weights, ...output } = network.output ?? {};
  return JSON.stringify({ ...same, layers, output });
}
