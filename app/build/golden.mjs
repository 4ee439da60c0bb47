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

const now = { coreVersion: null, presets: {} };
const changed = [];
for (const { name } of lab("presets")) {
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
for (const name of Object.keys(before.presets)) if (!(name in now.presets)) console.log(`${name}: gone`);

if (changed.length > 0 && before.coreVersion === now.coreVersion && !process.argv.includes("--force")) {
  console.error(
    `golden: ${changed.length} digests of core ${now.coreVersion} would change; raise CORE_VERSION in core-as/runtime/version.ts, or --force before a release`,
  );
  process.exit(1);
}
writeFileSync(FILE, `${JSON.stringify(now, null, 1)}\n`);
console.log(
  `golden: ${Object.keys(now.presets).length} digests of core ${now.coreVersion}, ${changed.length} changed`,
);
