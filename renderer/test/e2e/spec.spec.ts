// The spec's panel by itself: its fields by mouse, keys and typing, and what it says where something is wrong.
import { expect, test } from "./test";

test("a slider walks by its keys, and takes typed values beyond its track", async ({ lab }) => {
  const std = lab.slider("Std");
  const value = lab.spec.getByLabel("Std, typed", { exact: true });
  await std.focus();
  await std.press("ArrowRight");
  await expect(std).toHaveAttribute("aria-valuetext", "1.10");
  await std.press("Shift+ArrowLeft");
  await expect(std).toHaveAttribute("aria-valuetext", "1.09");
  await std.press("Home");
  await expect(std).toHaveAttribute("aria-valuenow", "0.001");
  await lab.type("Std", "250");
  await expect(std).toHaveAttribute("aria-valuenow", "250");
  await lab.undo.click();
  await expect(std).toHaveAttribute("aria-valuenow", "0.001");
  // Enter on the slider types into it.
  await std.focus();
  await std.press("Enter");
  await expect(value).toBeFocused();
  await expect(value).toHaveValue("0.001");
});

test("typed nonsense is refused with the bounds said, and Escape restores", async ({ lab }) => {
  const value = lab.spec.getByLabel("Std, typed", { exact: true });
  await value.fill("a lot");
  await value.press("Enter");
  await expect(lab.spec.getByRole("alert")).toContainText("“a lot” is not a number; write a number from");
  await expect(value).toHaveAttribute("aria-invalid", "true");
  await expect(lab.slider("Std")).toHaveAttribute("aria-valuenow", "1");
  await value.press("Escape");
  await expect(lab.spec.getByRole("alert")).toHaveCount(0);
  await expect(value).toHaveValue("1.00");
});

test("what the spec refuses is said at its field", async ({ lab }) => {
  await lab.choose("Scheme", /^Uniform/);
  await lab.type("Low", "3");
  await expect(lab.spec.getByRole("alert")).toContainText("write low < high");
  await expect(lab.slider("Low")).toHaveAttribute("aria-valuenow", "-1");
  await lab.type("Low", "-0.5");
  await expect(lab.spec.getByRole("alert")).toHaveCount(0);
});

test("a preset is found and chosen by keys; it keeps the draws, and can be undone", async ({ lab }) => {
  await lab.type("Draws", "3");
  const preset = lab.spec.getByRole("button", { name: /^Preset/ });
  await preset.focus();
  await preset.press("Enter");
  const search = lab.page.getByRole("combobox", { name: "Search presets" });
  await search.fill("he relu");
  await expect(lab.page.getByRole("option").first()).toContainText("He normal with ReLU");
  await search.press("Enter");
  await expect(preset).toHaveAccessibleName("Preset: He normal with ReLU");
  await expect(lab.slider("Draws")).toHaveAttribute("aria-valuenow", "3");
  await lab.type("Depth", "7");
  await expect(preset).toHaveAccessibleName("Preset: He normal with ReLU, changed");
  await lab.undo.click();
  await lab.undo.click();
  await expect(preset).toHaveAccessibleName("Preset: N(0, 1) with sigmoid");
});

test("a name in a formula becomes a parameter with a slider", async ({ lab }) => {
  await lab.choose("Activation", /formula/i);
  await lab.spec.getByRole("textbox", { name: "Formula of x" }).fill("x * sigmoid(steepness * x)");
  await lab.spec.getByRole("button", { name: /Make .steepness. a parameter/ }).click();
  await expect(lab.slider("steepness")).toHaveAttribute("aria-valuenow", "1");
  const before = await lab.restingPicture();
  await lab.type("steepness", "3");
  expect(await lab.restingPicture()).not.toBe(before);
});

test("a file of inputs: its labels are found, and cross-entropy brings nothing that is wrong", async ({
  lab,
}) => {
  await lab.choose("Activation", /^Tanh/);
  const chooser = lab.page.waitForEvent("filechooser");
  await lab.choose("Inputs", /file/i);
  const rows = Array.from(
    { length: 40 },
    (_, i) => `${Math.sin(i)},${Math.cos(3 * i)},${i % 2 ? "odd" : "even"}`,
  );
  await (
    await chooser
  ).setFiles({
    name: "pairs.csv",
    mimeType: "text/csv",
    buffer: Buffer.from(["a,b,class", ...rows].join("\n")),
  });
  await expect(lab.spec.getByRole("group", { name: "File" })).toContainText("pairs.csv");
  await expect(lab.spec.getByLabel("Label column")).toHaveValue("class");
  await lab.settled();
  await expect(lab.spec.getByText("2 features")).toBeVisible();
  await expect(lab.spec.getByRole("alert")).toHaveCount(0);
});

test("a hundred layers: the list is virtual, one is set alone and made as the others again", async ({
  lab,
}) => {
  await lab.type("Width", "20");
  await lab.type("Depth", "100");
  await lab.spec.getByRole("button", { name: /^Layers/ }).click();
  const layers = lab.spec.getByRole("listbox", { name: "Layers" });
  await expect(layers.getByRole("option").first()).toBeVisible();
  expect(await layers.getByRole("option").count()).toBeLessThan(20);
  await layers.focus();
  await layers.press("End");
  await expect(layers.getByRole("option", { selected: true })).toHaveAccessibleName(/^100 /);
  await lab.type("Units", "33");
  await expect(layers.getByRole("option", { selected: true })).toHaveAccessibleName(/^100 33 /);
  await expect(lab.spec.getByText("1 of 100 set alone")).toBeVisible();
  await lab.spec.getByRole("button", { name: "As the others" }).click();
  await expect(lab.spec.getByText("all alike")).toBeVisible();
  await lab.spec.getByRole("button", { name: "Back to the spec" }).click();
  await expect(lab.slider("Depth")).toHaveAttribute("aria-valuenow", "100");
});

test("a word explains itself, and the glossary has them all", async ({ lab }) => {
  await lab.spec.getByRole("button", { name: "Sent back", exact: true }).hover();
  await expect(lab.page.getByText(/A backward pass without labels/)).toBeVisible();
  await lab.page.mouse.move(700, 5);
  await lab.page.keyboard.press("F1");
  const glossary = lab.page.getByRole("dialog", { name: "Glossary" });
  await glossary.getByRole("textbox").fill("edge of chaos");
  await expect(glossary.getByText("Critical line", { exact: true })).toBeVisible();
  await expect(glossary.locator("dt")).toHaveCount(1);
});
