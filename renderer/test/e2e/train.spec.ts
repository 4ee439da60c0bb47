// Training as a person does it: the book's comparison, shortened, is trained, paused, resumed, looked through step by
// step, saved and opened again; a training that a reload cuts off goes on with the same bits.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { readdirSync } from "node:fs";
import { expect, test } from "./test";
import { TrainPage } from "./trainPage";

test("the book's comparison is trained, paused, looked through, saved and opened again", async ({
  lab,
  library,
  dataFolder,
}) => {
  const { page } = lab;
  const train = new TrainPage(page);
  await train.open();
  await expect(train.setup.getByLabel("Name")).toHaveValue("The book’s comparison");
  await train.type("Steps", "200");
  await expect(train.training).toContainText("3 runs of 200 steps");
  await train.train();
  await train.button("Pause").click();
  await expect(train.button("Resume")).toBeVisible();
  // Each run ends its slice and is kept where it stands; from then on nothing moves.
  const said = async () => /Paused at (\d+)/.exec(await train.training.innerText())?.[1];
  const kept = async () => {
    const steps = await train.keptSteps();
    return String(Math.round((100 * steps.reduce((sum, step) => sum + step, 0)) / 600));
  };
  await expect.poll(async () => (await said()) === (await kept())).toBe(true);
  const paused = await train.keptSteps();
  expect(paused).toHaveLength(3);
  expect(await train.keptSteps()).toEqual(paused);
  await train.button("Resume").click();
  await train.trained();

  const digests = await train.digests();
  expect(new Set(digests).size).toBe(3);
  const rows = train.outcome.getByRole("row");
  await expect(rows.filter({ hasText: "Normal, std 0.01" })).toContainText("Stalled");
  await expect(rows.filter({ hasText: "He normal" })).toContainText("200");

  const slider = train.training.getByRole("slider", { name: "After step" });
  await expect(slider).toHaveAttribute("aria-valuenow", "200");
  // Charts that are not seen are not drawn.
  await train.outcome.getByRole("row").last().scrollIntoViewIfNeeded();
  await slider.focus();
  await expect.poll(() => train.histograms()).toContain("data:image/png");
  const atEnd = await train.histograms();
  await slider.press("Home");
  await expect(slider).toHaveAttribute("aria-valuenow", "0");
  await expect.poll(() => train.histograms()).not.toBe(atEnd);
  await slider.press("ArrowRight");
  await expect(slider).toHaveAttribute("aria-valuenow", "2");
  await slider.press("End");
  await expect.poll(() => train.histograms()).toBe(atEnd);

  await train.button("Save training").click();
  await expect(train.training.getByText("Saved", { exact: true })).toBeVisible();
  const [id] = readdirSync(join(dataFolder, "experiments"));
  const file = await readFile(join(dataFolder, "experiments", id!, "training.json"), "utf8");
  const saved = JSON.parse(file) as readonly { readonly digest: string; readonly seed: number }[];
  expect(saved.map(({ digest }) => digest)).toEqual(digests);

  await page.reload();
  await lab.settled();
  await lab.go("Library");
  await library.pick("The book’s comparison");
  await page.getByRole("button", { name: "Open in Train" }).click();
  await train.trained();
  expect(await train.digests()).toEqual(digests);

  // The same again gives the same bits, whatever was paused.
  await train.button("Train again").click();
  await expect(train.training).toHaveAttribute("aria-busy", "true");
  await train.trained();
  expect(await train.digests()).toEqual(digests);
});

test("a training that a reload cuts off goes on, and ends in the same bits", async ({ lab }) => {
  const { page } = lab;
  const train = new TrainPage(page);
  await train.open();
  await train.type("Steps", "300");
  await train.train();
  await train.trained();
  const whole = await train.digests();

  await train.button("Train again").click();
  await train.button("Pause").click();
  await expect(train.button("Resume")).toBeVisible();
  // Those of the training before it are gone.
  await expect
    .poll(async () => {
      const steps = await train.keptSteps();
      return steps.length === 3 && steps.some((step) => step < 300);
    })
    .toBe(true);
  await page.reload();
  await lab.settled();
  await train.open();
  const offer = page.getByRole("region", { name: "Training that was cut off" });
  await expect(offer).toContainText("of 300");
  await offer.getByRole("button", { name: "Go on" }).click();
  await train.trained();
  expect(await train.digests()).toEqual(whole);
  await expect(offer).toHaveCount(0);
});

test("stopped runs keep what they have, and go on from there", async ({ lab }) => {
  const train = new TrainPage(lab.page);
  await train.open();
  await train.type("Steps", "5000");
  await train.train();
  await train.training.getByRole("slider", { name: /^Loss/ }).waitFor();
  await train.button("Stop").click();
  await train.trained();
  await expect(train.training).toContainText("stopped before the end");
  await expect(train.button("Go on")).toBeVisible();
  // Another optimizer brings its own rate, and makes what is drawn old.
  await train.setup.getByRole("combobox", { name: "Optimizer" }).click();
  await lab.page.getByRole("option", { name: "Adam", exact: true }).click();
  await expect(train.setup.getByLabel("Learning rate, typed")).toHaveValue("0.00100");
  await expect(train.button("Train")).toBeVisible();
});

test("the Lab's network is trained, with what it lacks added and said", async ({ lab }) => {
  const train = new TrainPage(lab.page);
  await lab.spec.getByRole("button", { name: "Train this" }).click();
  await expect(train.setup).toContainText("The Lab’s inputs have no labels");
  await expect(train.setup).toContainText("Sigmoid");
  await train.type("Steps", "20");
  await train.train();
  await train.trained();
  await expect(train.outcome.getByRole("row")).toHaveCount(2);
});
