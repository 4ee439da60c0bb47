// Compiles the AssemblyScript core to WebAssembly: `fast` is what the lab runs,
// `checked` carries asserts on every pointer and length and runs the same tests.
// Refuses nothing but a failing compile; asc prints its own diagnostics.
import { spawn } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

const ENTRY = "core-as/assembly/index.ts";
const COMMON = ["--runtime", "stub", "--enable", "simd", "--initialMemory", "4", "--maximumMemory", "65536"];
export const CORE_BUILDS = {
  fast: [...COMMON, "-O3", "--noAssert", "--use", "CHECKED=0"],
  checked: [...COMMON, "-O1", "--use", "CHECKED=1"],
};

/** Compiles `entry` (a path below `root`) into `outFile` with the named build's flags. */
export async function compileCore(root, entry, outFile, build) {
  await mkdir(dirname(outFile), { recursive: true });
  const wat = process.env["INITLAB_WAT"] ? ["--textFile", outFile.replace(/\.wasm$/, ".wat")] : [];
  const { error, stderr } = await asc.main(
    [join(root, entry), "--outFile", outFile, ...CORE_BUILDS[build], ...wat],
    {},
  );
  const text = stderr.toString().trim();
  if (text) process.stderr.write(text + "\n");
  if (error) throw new Error(`asc failed on ${entry} (${build})`);
}

/** Both builds below `outFolder`, a process each: they take as long as each other, and longer than all else together. */
export async function compileCores(root, outFolder) {
  const script = fileURLToPath(import.meta.url);
  await Promise.all(
    Object.keys(CORE_BUILDS).map(
      (build) =>
        new Promise((resolve, reject) => {
          const compiling = spawn(process.execPath, [script, ENTRY, outFolder, build], {
            cwd: root,
            stdio: ["ignore", "inherit", "inherit"],
          });
          compiling.on("error", reject);
          compiling.on("close", (code) =>
            code === 0 ? resolve() : reject(new Error(`the ${build} build of the core failed`)),
          );
        }),
    ),
  );
}

if (process.argv[1] && import.meta.url.endsWith("core.mjs") && process.argv[1].endsWith("core.mjs")) {
  // node app/build/core.mjs [ENTRY OUT BUILD]: one entry alone, for work on a single kernel.
  const [entry = ENTRY, out = "dist/core", ...builds] = process.argv.slice(2);
  for (const build of builds.length ? builds : Object.keys(CORE_BUILDS))
    await compileCore(process.cwd(), entry, join(out, `core.${build}.wasm`), build);
}
