// The part of papaparse 5.7 used here. Its published types load those of Node into this folder, which has neither
// Node nor DOM; imported by its file, the package has no types but these. The file is the build for browsers, which
// runs everywhere: the other one requires Node's streams, which bundles for workers of the Web cannot have.
declare module "papaparse/papaparse.min.js" {
  interface Step {
    readonly data: string[];
    readonly errors: readonly { readonly message: string }[];
  }
  interface Config {
    readonly delimiter: string;
    readonly skipEmptyLines: boolean;
    /** Called for each row, before parse returns. */
    readonly step: (result: Step) => void;
  }
  const Papa: { parse(text: string, config: Config): void };
  export default Papa;
}
