// The command `initlab`: arguments in, exit code out. One file a command; each is loaded when it is called for.
import { Command, CommanderError, InvalidArgumentError } from "commander";
import { type Bounds, BOUNDS, MAX_SEED } from "../../core-as/spec/bounds";
import { CORE_VERSION } from "../../core-as/runtime/version";
import { MAX_WORKERS } from "../compute/threads";
import { experimentsProgram } from "./experimentsProgram";
import { CliError, endingOf } from "./failure";

interface TheoryArguments {
  readonly activation?: string;
  readonly frameworks?: boolean;
  readonly fanIn?: number;
  readonly fanOut?: number;
  readonly json?: boolean;
}

const cancel = new AbortController();
/** One Ctrl-C comes twice under npm: from the terminal, and passed on. A second one of the person's ends at once. */
const SAME_INTERRUPT_MILLIS = 500;

const program = new Command("initlab")
  .description("A laboratory for the initial weights of neural networks.")
  .version(CORE_VERSION, "--version", "print the version")
  .option("--debug", "print the stack of an error")
  .helpOption("-h, --help", "print this help")
  .helpCommand("help [command]", "print help for a command")
  .showSuggestionAfterError(true)
  .addHelpText(
    "after",
    `
Examples:
  initlab presets                            list the built-in experiments
  initlab run preset:large-normal-sigmoid    run one, and print a row a layer
  initlab run spec.json --json > result.json`,
  );

program
  .command("run")
  .description("sample the weights, pass the data forward and back, and measure every layer")
  .argument("<spec>", "a .json file, - for standard input, or preset:NAME")
  .option("--json", "print the result as one JSON document")
  .option("--out <dir>", "write spec.json and result.json into this folder")
  .option("--report <file>", "write a report, as .html, .pdf, .md, .csv or .json")
  .option("--tensors <file>", "write every tensor, as .npz or .safetensors")
  .option("--workers <n>", "number of workers; the result does not depend on it", integer(1, MAX_WORKERS))
  .option("--seed <s>", "take this seed, not the spec's", integer(0, MAX_SEED))
  .option("--save", "keep it among the saved experiments")
  .option("--data <dir>", "with --save: the data folder; else INITLAB_DATA, else that of the desktop app")
  .option("--no-remedies", "do not try remedies for what is found")
  .option("--progress", "print progress as lines")
  .addHelpText(
    "after",
    `
Examples:
  initlab run preset:he-normal-relu
  initlab run spec.json --seed 7 --out results/seed-7
  initlab run preset:xavier-normal-tanh --tensors tensors.npz
  initlab run preset:deep-relu-xavier --report report.html
  initlab run - --json < spec.json

Exit codes: 0 done; 1 the run, or writing its output, failed; 2 something given is wrong.`,
  )
  .action(async (spec: string, options: object) => {
    const { runCommand } = await import("./run");
    await runCommand(spec, options, cancel.signal);
  });

program
  .command("advise")
  .description("which weights to choose for this network, tried over several seeds")
  .argument("<spec>", "a .json file, - for standard input, or preset:NAME")
  .option("--json", "print the advice as one JSON document")
  .option("--workers <n>", "number of workers; the advice does not depend on it", integer(1, MAX_WORKERS))
  .option("--progress", "say what is being run")
  .addHelpText(
    "after",
    `
Examples:
  initlab advise preset:xavier-normal-sigmoid
  initlab advise spec.json --json > advice.json

The patch in the JSON (RFC 6902) is of the resolved spec, which run --out writes as spec.json.`,
  )
  .action(async (spec: string, options: object) => {
    const { adviseCommand } = await import("./advise");
    await adviseCommand(spec, options, cancel.signal);
  });

program
  .command("compare")
  .description("run several experiments on the same draws, and show their figures beside the first one's")
  .argument("<specs...>", "2 to 8 of: a .json file, - for standard input, or preset:NAME")
  .option("--json", "print the comparison as one JSON document")
  .option("--report <file>", "write a report, as .html, .pdf, .md, .csv or .json")
  .option("--seed <s>", "one seed for all; else the first spec's", integer(0, MAX_SEED))
  .option(
    "--seeds <n>",
    "seeds of each, compared seed by seed; else as many as the first spec's replicates",
    integer(BOUNDS.replicates.min, BOUNDS.replicates.max),
  )
  .option("--unpaired", "leave each spec its own seed")
  .option("--workers <n>", "number of workers; the result does not depend on it", integer(1, MAX_WORKERS))
  .option("--progress", "print progress as lines")
  .addHelpText(
    "after",
    `
Examples:
  initlab compare preset:xavier-normal-sigmoid preset:large-normal-sigmoid
  initlab compare preset:deep-relu-he preset:deep-relu-xavier --seeds 20
  initlab compare before.json after.json --json > comparison.json

All run with one seed, so that tensors of the same name and shape come from the same draws and only what the
specs say is different. --unpaired leaves each its own.`,
  )
  .action(async (specs: string[], options: object) => {
    const { compareCommand } = await import("./compare");
    await compareCommand(specs, options, cancel.signal);
  });

program
  .command("train")
  .description("train networks from several starts side by side, and watch what moves")
  .argument(
    "<specs...>",
    "1 to 8 of: a .json file, - for standard input, or preset:NAME, each with a train part",
  )
  .option("--json", "print JSON lines: a line a record, then a line a run")
  .option("--steps <n>", "steps of each, not the specs'", integer(BOUNDS.steps.min, BOUNDS.steps.max))
  .option("--seed <s>", "the first seed of all; else the first spec's", integer(0, MAX_SEED))
  .option(
    "--seeds <n>",
    "seeds of each; else as many as the first spec's replicates",
    integer(BOUNDS.replicates.min, BOUNDS.replicates.max),
  )
  .option("--out <dir>", "write each run's result into this folder: run-0.json, run-1.json, ...")
  .option("--report <file>", "write a report, as .html, .pdf, .md, .csv or .json")
  .option("--save", "keep the first spec among the saved experiments, with the trainings of all")
  .option("--data <dir>", "with --save: the data folder; else INITLAB_DATA, else that of the desktop app")
  .option("--workers <n>", "number of workers; the result does not depend on it", integer(1, MAX_WORKERS))
  .option("--progress", "print progress as lines")
  .addHelpText(
    "after",
    `
Examples:
  initlab train preset:train-book-std preset:train-book-xavier preset:train-book-he
  initlab train preset:train-deep-xavier preset:train-deep-he --seeds 3
  initlab train spec.json --steps 500 --json > training.jsonl

Runs count spec by spec, seed by seed, from 0. Runs of one seed start from the same draws and see the same batches.`,
  )
  .action(async (specs: string[], options: object) => {
    const { trainCommand } = await import("./train");
    await trainCommand(specs, options, cancel.signal);
  });

program
  .command("claims")
  .description("measure every claim of the founding notes on this machine, and say which hold")
  .option("--json", "print them as one JSON document")
  .option("--report <file>", "write a report, as .html, .pdf, .md, .csv or .json")
  .option("--seed <s>", "seed of every run and training; left out, that of the presets", integer(0, MAX_SEED))
  .option("--workers <n>", "number of workers; the figures do not depend on it", integer(1, MAX_WORKERS))
  .option("--progress", "print progress as lines")
  .addHelpText(
    "after",
    `
Examples:
  initlab claims
  initlab claims --seed 7 --json > claims.json

Each claim is printed with the notes' own words, what was measured, and a verdict: holds, holds only if, does not
hold. Verdicts are computed from the measurements.`,
  )
  .action(async (options: object) => {
    const { claimsCommand } = await import("./claims");
    await claimsCommand(options, cancel.signal);
  });

program
  .command("code")
  .description("source text that initialises the same network the same way, for a framework")
  .argument("<spec>", "a .json file, - for standard input, or preset:NAME")
  .option("--framework <name>", "pytorch, keras, jax or numpy")
  .addHelpText(
    "after",
    `
Examples:
  initlab code preset:he-normal-relu --framework pytorch > init_pytorch.py
  initlab code spec.json --framework jax

The source also loads the lab's own weights, from the file that run --tensors writes, and compares.`,
  )
  .action(async (spec: string, options: object) => {
    const { codeCommand } = await import("./code");
    await codeCommand(spec, options, cancel.signal);
  });

program.addCommand(experimentsProgram(cancel.signal));

program
  .command("presets")
  .description("list the built-in experiments")
  .option("--json", "print them whole, as one JSON document")
  .addHelpText("after", "\nExample:\n  initlab presets --json > presets.json")
  .action(async (options: object) => {
    const { presetsCommand } = await import("./presets");
    presetsCommand(options);
  });

program
  .command("schema")
  .description("print the JSON Schema of an experiment")
  .addHelpText("after", "\nExample:\n  initlab schema > experiment.schema.json")
  .action(async () => {
    const { schemaCommand } = await import("./schema");
    schemaCommand();
  });

program
  .command("theory")
  .description("mean-field theory of an activation: gains, fixed points, phase, depth scales, layers")
  .option("--activation <name>", "a name, with its parameter where it has one (leaky_relu:0.2), or a formula")
  .option("--sigma-w <x>", "sqrt(fan_in Var W); left out, the critical one", real(BOUNDS.sigmaW))
  .option("--sigma-b <y>", "standard deviation of the biases; left out, 0", real(BOUNDS.sigmaB))
  .option("--depth <l>", "layers of the table; left out, 10", integer(1, BOUNDS.layers.max))
  .option("--frameworks", "instead: what the frameworks' initializers and layer defaults draw")
  .option("--fan-in <n>", "inputs of the layer", integer(BOUNDS.units.min, BOUNDS.units.max))
  .option("--fan-out <m>", "units of the layer", integer(BOUNDS.units.min, BOUNDS.units.max))
  .option("--json", "print the theory as one JSON document")
  .addHelpText(
    "after",
    `
Examples:
  initlab theory --activation tanh
  initlab theory --activation gelu --sigma-w 1.408211 --sigma-b 0.415839 --depth 30
  initlab theory --activation "x * sigmoid(1.702 * x)" --json
  initlab theory --frameworks --fan-in 784 --fan-out 100`,
  )
  .action(async (options: TheoryArguments) => {
    const { activation, frameworks } = options;
    if (frameworks && activation !== undefined)
      throw new CliError(2, "--frameworks", "stands beside --activation; write one of them");
    if (frameworks) {
      const { frameworksCommand } = await import("./frameworks");
      frameworksCommand(options);
    } else if (activation !== undefined) {
      const { theoryCommand } = await import("./theory");
      await theoryCommand({ ...options, activation });
    } else
      throw new CliError(
        2,
        "theory",
        "nothing was asked for; --activation NAME or --frameworks would be right",
      );
  });

program
  .command("serve")
  .description("the lab in a browser, for this machine alone; Ctrl-C ends it")
  .option("--port <p>", "port to listen on; 0 or left out, any that is free", integer(0, 65_535))
  .option("--open", "open the address in the default browser")
  .option("--data <dir>", "folder of the saved experiments; left out, INITLAB_DATA or the app's own")
  .addHelpText(
    "after",
    `
Prints the address to open, on a line of its own. It carries a token that lets in whoever has it.

Examples:
  initlab serve --open
  initlab serve --port 8080 --data ./experiments`,
  )
  .action(async (options: object) => {
    const { serveCommand } = await import("./serve");
    await serveCommand(options, cancel.signal);
  });

program
  .command("bench")
  .description("measure this machine: the lab's kernels and runs beside other tools")
  .option("--json", "print the figures as one JSON document")
  .option("--write", "record the figures in core-as/bench/results.json")
  .option("--quick", "fewer repeats")
  .addHelpText("after", "\nExample:\n  initlab bench --json > bench.json")
  .action(async (options: object) => {
    const { benchCommand } = await import("./bench");
    await benchCommand(options, cancel.signal);
  });

function integer(low: number, high: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < low || value > high)
      throw new InvalidArgumentError(`A whole number from ${low} to ${high} would be right.`);
    return value;
  };
}

function real({ min, max }: Bounds): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === "" || !(value >= min && value <= max))
      throw new InvalidArgumentError(`A number from ${min} to ${max} would be right.`);
    return value;
  };
}

/** Commander's own complaints, in our voice. */
function fromCommander(error: CommanderError): { exitCode: number; line: string | null } {
  if (error.exitCode === 0) return { exitCode: 0, line: null };
  if (error.code === "commander.help")
    return {
      exitCode: 2,
      line: "initlab: arguments: a command is missing after experiments; initlab experiments --help lists them",
    };
  const text = error.message.replace(/^error: /, "").replaceAll(/\s*\n\s*/g, " ");
  return {
    exitCode: 2,
    line: `initlab: arguments: ${text.replace(/\.$/, "")}; initlab --help lists what there is`,
  };
}

async function main(): Promise<void> {
  let interruptedAt: number | null = null;
  // A closed terminal (SIGHUP) ends as Ctrl-C does: what was begun is cleared away.
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.on(name, () => {
      interruptedAt ??= performance.now();
      if (performance.now() - interruptedAt > SAME_INTERRUPT_MILLIS) process.exit(130);
      cancel.abort(new DOMException("cancelled", "AbortError"));
    });
  // Nobody reads what is said to a terminal that was closed.
  process.stderr.on("error", () => {});
  // A reader that went away (`| head`) is no failure.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));
  for (const command of [program, ...program.commands, ...program.commands.flatMap((one) => one.commands)])
    command.exitOverride().configureOutput({ writeErr: () => {}, outputError: () => {} });
  if (process.argv.length <= 2) {
    program.outputHelp();
    return;
  }
  try {
    await program.parseAsync();
  } catch (error) {
    const ending =
      error instanceof CommanderError
        ? fromCommander(error)
        : endingOf(error, program.args[0] ?? "arguments");
    if (ending.line !== null) process.stderr.write(`${ending.line}\n`);
    if (program.opts<{ debug?: boolean }>().debug && error instanceof Error)
      process.stderr.write(`${error.stack}\n`);
    process.exitCode = ending.exitCode;
  }
}

await main();
