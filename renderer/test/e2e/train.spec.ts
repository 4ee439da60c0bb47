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
  await train.type("Steps", "400");
  await expect(train.training).toContainText("3 runs of 400 steps");
  await train.train();
  await train.pauseMidway();
  await train.button("Resume").click();
  await train.trained();

  const digests = await train.digests();
  expect(new Set(digests).size).toBe(3);
  const rows = train.outcome.getByRole("row");
  await expect(rows.filter({ hasText: "Normal, std 0.01" })).toContainText("Stalled");
  await expect(rows.filter({ hasText: "He normal" })).toContainText("400");

  const slider = train.training.getByRole("slider", { name: "After step" });
  await expect(slider).toHaveAttribute("aria-valuenow", "400");
  // Charts that are not seen are not drawn.
  await train.outcome.getByRole("row").last().scrollIntoViewIfNeeded();
  await slider.focus();
  const atEnd = await train.restingHistograms();
  await slider.press("Home");
  await expect(slider).toHaveAttribute("aria-valuenow", "0");
  await expect.poll(() => train.histograms()).not.toBe(atEnd);
  await slider.press("ArrowRight");
  await expect(slider).toHaveAttribute("aria-valuenow", "4");
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
  await train.trainAgain();
  expect(await train.digests()).toEqual(digests);
});

test("a training that a reload cuts off goes on, and ends in the same bits", async ({ lab }) => {
  const { page } = lab;
  const train = new TrainPage(page);
  await train.open();
  await train.type("Steps", "400");
  await train.train();
  await train.trained();
  const whole = await train.digests();

  await train.button("Train again").click();
  await train.pauseMidway();
  // Those of the training before, which is whole, are of its last step.
  const isKept = async () => (await train.keptSteps()).some((step) => step > 0 && step < 400);
  await expect.poll(isKept).toBe(true);
  await page.reload();
  await lab.settled();
  await train.open();
  const offer = page.getByRole("region", { name: "Training that was cut off" });
  await expect(offer).toContainText("of 400");
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
