// The size of a tensors file, said before the run: what the run then keeps.
import { expect, it } from "vitest";
import { keptBytes } from "../../runtime/keptBytes";
import { parseExperiment } from "../../spec/parse";
import { findPreset } from "../../spec/presets";
import { runOn } from "./host";

const preset = (name: string) => parseExperiment(findPreset(name).spec);

it.each(["large-normal-sigmoid", "he-normal-relu", "residual-relu", "train-zeros"])("of %s", async (name) => {
  const spec = preset(name);
  const { tensors } = await runOn("fast", { ...spec, replicates: 1 }, { keepTensors: true });
  const bytes = [...tensors!.values()].reduce((sum, { data }) => sum + data.byteLength, 0);
  expect(keptBytes(spec)).toBe(bytes);
});

it("is not known of a file that was not read", () => {
  const spec = parseExperiment({
    ...preset("he-normal-relu"),
    data: { source: "file", format: "csv", path: "a.csv" },
  });
  expect(keptBytes(spec)).toBeNull();
});
