// initlab presets: the built-in experiments.
import { PRESETS } from "../../core-as/spec/presets";
import { toJson } from "./json";

export function presetsCommand(options: { readonly json?: boolean }): void {
  if (options.json) {
    process.stdout.write(`${toJson(PRESETS)}\n`);
    return;
  }
  const width = Math.max(...PRESETS.map((preset) => preset.name.length));
  for (const { name, title } of PRESETS) process.stdout.write(`${name.padEnd(width)}  ${title}\n`);
}
