// The commands `initlab experiments ...`: their arguments and helps. What they do is loaded when one is called.
import { Command, InvalidArgumentError } from "commander";
import { MAX_WORKERS } from "../compute/threads";

const DATA = ["--data <dir>", "the data folder; else INITLAB_DATA, else that of the desktop app"] as const;
const JSON_OUT = ["--json", "print one JSON document"] as const;
const WORKERS = ["--workers <n>", "number of workers; the result does not depend on it"] as const;

const load = () => import("./experiments");

export function experimentsProgram(signal: AbortSignal): Command {
  const group = new Command("experiments").description("the saved experiments").addHelpText(
    "after",
    `
Examples:
  initlab experiments add preset:he-normal-relu --tag thesis
  initlab experiments search "relu layers:5"
  initlab experiments export --all --out all.initlab
  initlab experiments verify --all`,
  );
  const command = (name: string, description: string) => {
    const made = group.command(name).description(description);
    return made.option(...DATA).option(...JSON_OUT);
  };

  command("list", "list them, newest first")
    .option("--trash", "instead: what is in the trash")
    .action(async (options: object) => (await load()).listCommand(options));
  command("show", "print one: what is written about it, and what was measured")
    .argument("<id>", "as list prints it")
    .action(async (id: string, options: object) => (await load()).showCommand(id, options));
  command("add", "run an experiment and save it")
    .argument("<spec>", "a .json file, - for standard input, or preset:NAME")
    .option("--name <text>", "its name in the library; else the spec's")
    .option("--notes <text>", "notes, in Markdown")
    .option("--tag <tag...>", "tags")
    .option(...WORKERS, workers)
    .option("--progress", "print progress as lines")
    .action(async (spec: string, options: object) => (await load()).addCommand(spec, options, signal));
  command("search", "list those that have every word in name, notes, tags or spec; best first")
    .argument("<words...>", "as relu, he_normal, digits, layers:5")
    .action(async (words: string[], options: object) => (await load()).searchCommand(words, options));
  command("export", "write them into one .initlab file")
    .argument("[ids...]", "as list prints them")
    .option("--all", "all of them")
    .requiredOption("--out <file>", "the file to write")
    .action(async (ids: string[], options: { readonly out: string }) =>
      (await load()).exportCommand(ids, options),
    );
  command("import", "add the experiments of an .initlab file")
    .argument("<file>", "an .initlab file")
    .action(async (file: string, options: object) => (await load()).importCommand(file, options));
  command("verify", "run them again, and compare the digests")
    .argument("[ids...]", "as list prints them")
    .option("--all", "all of them")
    .option(...WORKERS, workers)
    .option("--progress", "print progress as lines")
    .action(async (ids: string[], options: object) => (await load()).verifyCommand(ids, options, signal));
  command("trash", "move them to the trash")
    .argument("<ids...>", "as list prints them")
    .action(async (ids: string[], options: object) => (await load()).trashCommand(ids, options));
  command("restore", "bring them back from the trash")
    .argument("<ids...>", "as list --trash prints them")
    .action(async (ids: string[], options: object) => (await load()).restoreCommand(ids, options));
  return group;
}

function workers(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || value > MAX_WORKERS)
    throw new InvalidArgumentError(`A whole number from 1 to ${MAX_WORKERS} would be right.`);
  return value;
}
