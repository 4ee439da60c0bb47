// What a person does in the Lab, from the first picture on.
import { expect, test } from "./test";

test("opens on the default experiment, drawn, with a verdict", async ({ lab }) => {
  await lab.drawn();
  await expect(lab.verdict).toHaveText(/saturated/i);
  await expect(lab.name).toHaveValue(/N\(0, 1\)/);
  await lab.settled();
  await expect(lab.status).toContainText("20 draws");
});

test("the histograms move while the standard deviation is dragged from 0.01 to 1", async ({ lab }) => {
  await lab.type("Std", "0.01");
  const slider = lab.slider("Std");
  await expect(slider).toHaveAttribute("aria-valuenow", "0.01");
  let last = await lab.restingPicture();
  await lab.drag(slider, 1, 8, async () => {
    await expect.poll(() => lab.picture(), "with the button held").not.toBe(last);
    last = await lab.picture();
  });
  expect(Number(await slider.getAttribute("aria-valuenow"))).toBeGreaterThanOrEqual(1);
  // One drag is one step back.
  await lab.undo.click();
  await expect(slider).toHaveAttribute("aria-valuenow", "0.01");
});

test("He and ReLU", async ({ lab }) => {
  const before = await lab.restingPicture();
  await lab.choose("Activation", /^ReLU/);
  await lab.choose("Scheme", /He.*normal/);
  expect(await lab.restingPicture()).not.toBe(before);
  await expect(lab.choice("Activation")).toContainText("ReLU");
  await expect(lab.choice("Scheme")).toContainText("He");
  await expect(lab.verdict).not.toHaveText(/saturated/i);
});

test("a remedy is applied and undone", async ({ lab }) => {
  const before = await lab.restingPicture();
  const words = await lab.verdict.innerText();
  await lab.reading.getByRole("button", { name: "Apply remedy" }).first().click();
  await expect(lab.verdict).not.toHaveText(words);
  expect(await lab.restingPicture()).not.toBe(before);
  await lab.undo.click();
  await expect(lab.verdict).toHaveText(words);
  expect(await lab.restingPicture(), "the same picture as before the remedy").toBe(before);
});

test("layer 3 has a scheme of its own", async ({ lab }) => {
  const before = await lab.restingPicture();
  await lab.spec.getByRole("button", { name: /^Layers/ }).click();
  const layers = lab.spec.getByRole("listbox", { name: "Layers" });
  await layers.getByRole("option", { name: /^3 / }).click();
  await lab.choose("Scheme", "Xavier normal");
  await expect(layers.getByRole("option", { name: /Xavier normal/ })).toHaveCount(1);
  await expect(layers.getByRole("option", { name: /^3 / })).toHaveAccessibleName(/Xavier normal/);
  expect(await lab.restingPicture()).not.toBe(before);
  await lab.undo.click();
  await expect(layers.getByRole("option", { name: /Xavier normal/ })).toHaveCount(0);
  expect(await lab.restingPicture()).toBe(before);
});

test("a formula is typed: its curve is measured, an error stands at its column", async ({ lab }) => {
  await lab.choose("Activation", /formula/i);
  const formula = lab.spec.getByRole("textbox", { name: "Formula of x" });
  await formula.fill("x * sigmoid(1.702 * x)");
  const gelu = await lab.restingPicture();
  await formula.fill("x * sigmod(x)");
  await expect(lab.spec.getByRole("alert")).toContainText("Column 5");
  await expect(lab.spec.getByRole("alert")).toContainText("sigmoid");
  expect(await lab.restingPicture(), "the last picture stays").toBe(gelu);
  await formula.fill("max(x, 0.1 * x)");
  await expect(lab.spec.getByRole("alert")).toHaveCount(0);
  expect(await lab.restingPicture()).not.toBe(gelu);
});

test("the digits are loaded", async ({ lab }) => {
  const before = await lab.restingPicture();
  await lab.choose("Inputs", /digits/i);
  expect(await lab.restingPicture()).not.toBe(before);
  await expect(lab.verdict).toBeVisible();
});

test("a long run is cancelled, and the next goes on at once", async ({ lab }) => {
  await lab.settled();
  await lab.paste({
    format: "initlab.experiment/1",
    name: "Long",
    data: { source: "gaussian", samples: 2000, features: 1000 },
    network: { hidden: { layers: 100, units: 1000, activation: "relu", weights: { scheme: "he_normal" } } },
    backward: { kind: "probe" },
  });
  const cancel = lab.signal.getByRole("button", { name: "Cancel" });
  await cancel.waitFor();
  const millis = await cancel.evaluate(async (button) => {
    const footer = document.querySelector("footer")!;
    const since = performance.now();
    (button as HTMLButtonElement).click();
    while (footer.getAttribute("aria-busy") === "true")
      await new Promise((resolve) => requestAnimationFrame(resolve));
    return performance.now() - since;
  });
  console.log(`    cancelled 100 layers × 1000 units after ${millis.toFixed(0)} ms (promised: 200 ms)`);
  await expect(lab.status).toContainText("Cancelled");
  await lab.undo.click();
  await lab.settled();
  await lab.drawn();
});
