// What is needed to get the same again: spec, seed, versions, digest, the one command; how to read the files that a
// report comes as, and how to cite.
import { whole } from "../../../core-as/spec/number";
import type { RunResult } from "../../../core-as/spec/result";
import type { TrainResult } from "../../../core-as/spec/training";
import { withShortForm } from "../shortSpec";
import type { Block } from "../document";
import type { Reported, ReportedOne } from "../reported";
import { perRun } from "./perRun";
import { startsOf } from "./starts";

export function appendix(reported: Reported): readonly Block[] {
  const { claims, runs } = reported;
  const version = versionOf(reported);
  return [
    ...perRun("appendix", reported, (run) => runBlocks(run)),
    ...(runs.length > 1 ? together(reported) : []),
    ...(claims
      ? [
          heading("again-claims", "The claims again"),
          { kind: "code", language: "sh", text: `initlab claims --seed ${claims.seed}` } as const,
        ]
      : []),
    heading("python", "Read in Python"),
    {
      kind: "paragraph",
      text: "The numbers of this report, exact, are in its JSON and CSV; every tensor is in the file that --tensors writes.",
    },
    { kind: "code", language: "python", text: PYTHON },
    heading("cite", "Cite"),
    {
      kind: "paragraph",
      text: `Init Lab${version}, a laboratory for the initial weights of neural networks.${digestsText(reported)}`,
    },
    { kind: "code", language: "text", text: bibtex(version) },
  ];
}

const heading = (id: string, text: string): Block => ({ kind: "heading", id, text });

const PYTHON = `import json
import numpy as np
import pandas as pd

report = json.load(open("report.json"))
stds = [layer["activations"]["std"] for layer in report["runs"][0]["result"]["layers"]]

frame = pd.read_csv("report.csv")
signal = frame[(frame.run == 1) & (frame.table == "layers-forward")]
signal = signal.pivot(index="row", columns="column", values="value")

tensors = np.load("tensors.npz")
print(tensors["layer1.activation"].std())`;

/** A run's own spec; each start that was trained beside others has a spec of its own. */
function runBlocks(run: ReportedOne): Block[] {
  const { number, result, trainings } = run;
  const starts = startsOf(run);
  if (starts.length < 2) return specBlocks(`spec-${number}.json`, result, trainings);
  const left = starts.length - MOST_STARTS;
  return [
    ...(result ? specBlocks(`spec-${number}.json`, result, []) : []),
    ...starts
      .slice(0, MOST_STARTS)
      .flatMap((start, i) => specBlocks(`spec-${number}-${i + 1}.json`, null, start.trainings)),
    ...(left > 0
      ? [{ kind: "paragraph", text: `${whole(left)} more starts are in the JSON of this report.` } as const]
      : []),
  ];
}

function specBlocks(name: string, result: RunResult | null, trainings: readonly TrainResult[]): Block[] {
  const [first] = trainings;
  const spec = result?.spec ?? first?.spec;
  const core = result?.core ?? first?.core;
  if (!spec || !core) return [];
  const files = spec.data.source === "file" ? Object.keys(spec.data.sha256 ?? {}) : [];
  const seeds = trainings.map(({ seed }) => seed);
  const commands = [
    ...(result ? [`initlab run ${name}`] : []),
    ...(first ? [`initlab train ${name} --seed ${Math.min(...seeds)} --seeds ${new Set(seeds).size}`] : []),
  ];
  return [
    {
      kind: "terms",
      terms: [
        { term: "Seed", text: String(spec.seed) },
        { term: "Core", text: core.version },
        { term: "sha256 of the core", text: core.sha256 },
        ...(result ? [{ term: "Digest of the run", text: result.digest }] : []),
        ...trainings.slice(0, MOST_DIGESTS).map(({ seed, digest, outcome, steps }) => ({
          term: `Digest, seed ${seed}`,
          text: outcome === "stopped" ? `${digest}, stopped at step ${whole(steps)}` : digest,
        })),
        ...(trainings.length > MOST_DIGESTS
          ? [{ term: "Digests of the other trainings", text: "in the JSON of this report" }]
          : []),
      ],
    },
    {
      kind: "paragraph",
      text: `Save the spec below as ${name}${files.length > 0 ? `, with ${files.join(" and ")} beside it,` : ""} and run this; ${digestText(trainings)}`,
    },
    { kind: "code", language: "sh", text: commands.join("\n") },
    { kind: "code", language: "json", text: withShortForm(spec) },
  ];
}

/** A command cannot stop where a person did. */
function digestText(trainings: readonly TrainResult[]): string {
  const stopped = trainings.filter(({ outcome }) => outcome === "stopped");
  if (stopped.length === 0) return "the digest it prints is the one above, on every machine.";
  const them = stopped.length === 1 ? "it" : "them";
  const digest =
    stopped.length === trainings.length
      ? "its digest is then another"
      : "the digest it prints is the one above where the training was not stopped";
  return `it trains to the end, with the same records up to where a person stopped ${them}; ${digest}.`;
}

const MOST_DIGESTS = 16;
const MOST_STARTS = 8;

/** Where the runs were held side by side. */
function together({ runs, comparison }: Reported): Block[] {
  const measured = runs.filter(({ result }) => result);
  if (measured.length < 2) return [];
  const names = measured.map(({ number }) => `spec-${number}.json`).join(" ");
  const count = comparison?.replicates.count ?? 1;
  const flags = [
    ...(comparison && !comparison.paired ? ["--unpaired"] : []),
    ...(count > 1 ? [`--seeds ${count}`] : []),
  ];
  const isOneSeed = new Set(measured.map(({ result }) => result!.spec.seed)).size === 1;
  const unpaired = !comparison && !isOneSeed ? ["--unpaired"] : [];
  return [
    heading("again-together", "All of them side by side"),
    { kind: "code", language: "sh", text: ["initlab compare", names, ...flags, ...unpaired].join(" ") },
  ];
}

function versionOf({ runs }: Reported): string {
  const versions = new Set(
    runs.flatMap(({ result, trainings }) => [
      result?.core.version,
      ...trainings.map(({ core }) => core.version),
    ]),
  );
  const known = [...versions].filter((version) => version !== undefined);
  return known.length === 0 ? "" : `, core ${known.join(" and ")}`;
}

function digestsText({ runs }: Reported): string {
  const starts = runs.flatMap(({ result }) => (result ? [result.digest.slice(0, 16)] : []));
  const [only] = starts;
  if (only === undefined) return "";
  return starts.length === 1
    ? ` The result whose digest begins with ${only}.`
    : ` The results whose digests begin with ${starts.slice(0, -1).join(", ")} and ${starts.at(-1)}.`;
}

const bibtex = (version: string): string => `@software{initlab,
  title = {Init Lab: a laboratory for the initial weights of neural networks},
  author = {{The Init Lab authors}},
  note = {${version === "" ? "Founding claims" : version.replace(/^, c/, "C")}}
}`;
