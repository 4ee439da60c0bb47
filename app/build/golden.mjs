// npm run golden: makes the golden digests anew with the built command line, and lists what changed and by how
// many units in the last place (float32). Digests belong to a core version: where a digest of the same version
// would change, it writes only with --force, and the version ought to be raised instead.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildIfStale, ROOT } from "./build.mjs";

const FILE = join(ROOT, "core-as/test/golden/digests.json");

await buildIfStale((what) => console.log(`golden: ${what}`));
const lab = (...args) =>
  JSON.parse(
    execFileSync(process.execPath, [join(ROOT, "dist/cli/main.mjs"), ...args, "--json"], {
      maxBuffer: 2 ** 28,
    }),
  );

let before;
try {
  before = JSON.parse(readFileSync(FILE, "utf8"));
} catch {
  before = { coreVersion: null, presets: {} };
}

/** Figures that say what a changed digest is about. */
function headline(result) {
  return result.layers.map((layer) => ({
    weightsStd: layer.weights.std,
    preactivationsRms: layer.preactivations.rms,
    activationsStd: layer.activations.std,
    acrossSampleStd: layer.activations.acrossSampleStd,
    gradientRms: layer.gradients?.preactivations.rms ?? null,
  }));
}

function ulps(a, b) {
  const words = new Int32Array(new Float32Array([a, b]).buffer);
  const order = (word) => (word < 0 ? -2147483648 - word : word);
  return Math.abs(order(words[0]) - order(words[1]));
}

/** Trainings are recorded over their first steps, by every optimizer. */
const TRAINED_STEPS = 50;
const OPTIMIZERS = ["sgd", "momentum", "nesterov", "adam", "adamw", "rmsprop"];

/** Digest of the first steps of a preset's training; `optimizer` null: its own. */
function training(preset, optimizer) {
  const own = preset.spec.train;
  const train = {
    ...(optimizer === null ? own : { optimizer, batchSize: own.batchSize }),
    steps: TRAINED_STEPS,
  };
  const out = execFileSync(process.execPath, [join(ROOT, "dist/cli/main.mjs"), "train", "-", "--json"], {
    input: JSON.stringify({ ...preset.spec, train }),
    maxBuffer: 2 ** 28,
    encoding: "utf8",
  });
  return JSON.parse(out.trimEnd().split("\n").at(-1)).result.digest;
}

const now = { coreVersion: null, presets: {}, trainings: {} };
const changed = [];
const presets = lab("presets");
for (const { name } of presets) {
  const result = lab("run", `preset:${name}`);
  now.coreVersion = result.core.version;
  now.presets[name] = { digest: result.digest, layers: headline(result) };
  const old = before.presets[name];
  if (!old) console.log(`${name}: new`);
  else if (old.digest !== result.digest) {
    changed.push(name);
    console.log(`${name}: changed`);
    now.presets[name].layers.forEach((layer, i) => {
      for (const [figure, value] of Object.entries(layer)) {
        const was = old.layers[i]?.[figure];
        if (was !== value)
          console.log(
            `  layer ${i + 1} ${figure}: ${was} -> ${value}` +
              (typeof was === "number" && typeof value === "number" ? ` (${ulps(was, value)} ULP)` : ""),
          );
      }
    });
  }
}
const trained = presets.filter(({ spec }) => spec.train);
for (const [name, preset, optimizer] of [
  ...trained.map((preset) => [preset.name, preset, null]),
  ...OPTIMIZERS.map((optimizer) => [`${trained.at(0).name}, ${optimizer}`, trained.at(0), optimizer]),
]) {
  now.trainings[name] = training(preset, optimizer);
  const old = before.trainings?.[name];
  if (!old) console.log(`training ${name}: new`);
  else if (old !== now.trainings[name]) {
    changed.push(name);
    console.log(`training ${name}: changed`);
  }
}
for (const name of Object.keys(before.presets)) if (!(name in now.presets)) console.log(`${name}: gone`);

if (changed.length > 0 && before.coreVersion === now.coreVersion && !process.argv.includes("--force")) {
  console.error(
    `golden: ${changed.length} digests of core ${now.coreVersion} would change; raise CORE_VERSION in core-as/runtime/version.ts, or --force before a release`,
  );
  process.exit(1);
}
writeFileSync(FILE, `${JSON.stringify(now, null, 1)}\n`);
console.log(
  `golden: ${Object.keys(now.presets).length + Object.keys(now.trainings).length} digests of core ${now.coreVersion}, ${changed.length} changed`,
);
