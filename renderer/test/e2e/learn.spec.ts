// A reader goes through Learn: answers, sees what was measured, tries, has the claims judged, goes to the Lab and to
// Train and comes back to the same place; prints, projects, and takes the answers along.
import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { CHAPTERS } from "../../src/lab/learn/chapters";
import { plainProse } from "../../src/lab/learn/prose";
import { LearnPage } from "./learnPage";
import { pressOnceThere } from "./moments";
import { expect, test } from "./test";

const LARGE = CHAPTERS.findIndex(({ id }) => id === "large") + 1;
const ZEROS = CHAPTERS.findIndex(({ id }) => id === "zeros") + 1;

test("a reader goes through every chapter, answers, and sees the claims measured", async ({ lab }) => {
  test.setTimeout(600_000);
  const learn = new LearnPage(lab.page);
  await learn.open();
  for (const [i, { title, claims, question, statements }] of CHAPTERS.entries()) {
    await expect(learn.title).toHaveText(title);
    await learn.filled();
    await expect(learn.choices).toHaveCount(question.choices.length);
    await expect(learn.question).not.toContainText("your answer");
    await learn.choices.first().click();
    await expect(learn.question.getByRole("button", { name: "Clear my answer" })).toBeVisible();
    await expect(learn.question.locator(".outcome p").last()).not.toBeEmpty();
    await expect(learn.question.locator(".choice.right, .outcome b")).toHaveCount(1);
    await learn.judged();
    const rows = await learn.claims.locator("tbody tr").count();
    if (claims === null) expect(rows).toBe(statements.length);
    else expect(rows).toBeGreaterThan(statements.length);
    for (const verdict of await learn.verdicts().allInnerTexts())
      expect(verdict.trim()).toMatch(/^(Holds|Holds only if…|Does not hold)$/);
    await learn.tried();
    await expect(learn.trial.getByRole("alert")).toHaveCount(0);
    const next = CHAPTERS[i + 1];
    if (next) await learn.chapter.getByRole("button", { name: `Next ${next.short}` }).click();
  }
  const { length } = CHAPTERS;
  await expect(learn.list).toContainText(
    `${length} of ${length} chapters read, ${length} of ${length} questions answered`,
  );
});

test("an answer is kept, revealed with what was measured, and cleared", async ({ lab }) => {
  const learn = new LearnPage(lab.page);
  await learn.open();
  await learn.go(LARGE);
  await learn.choices.nth(1).click();
  await expect(learn.question).toContainText("your answer");
  await expect(learn.question).toContainText(/measured/i);
  // A second thought comes too late.
  await learn.choices.nth(2).click({ force: true });
  await expect(learn.choices.nth(1)).toBeChecked();

  await lab.page.reload();
  await learn.open();
  await expect(learn.title).toHaveText(CHAPTERS[LARGE - 1]!.title);
  await expect(learn.choices.nth(1)).toBeChecked();
  await expect(learn.list.getByRole("button").nth(LARGE - 1)).toContainText("read");
  await learn.question.getByRole("button", { name: "Clear my answer" }).click();
  await expect(learn.question).not.toContainText("your answer");
  await expect(learn.choices.first()).toBeFocused();
  for (let i = 0; i < 4; i++) await expect(learn.choices.nth(i)).not.toBeChecked();
});

test("damaged storage costs the answers and nothing else", async ({ lab }) => {
  await lab.page.evaluate(() => localStorage.setItem("initlab.learn", '{"version":1,"answers":[[],{"'));
  await lab.page.reload();
  const learn = new LearnPage(lab.page);
  await learn.open();
  await learn.filled();
  await expect(learn.list).toContainText(`0 of ${CHAPTERS.length} chapters read`);
});

test("a chapter opens in the Lab, and one comes back where one was", async ({ lab }) => {
  const learn = new LearnPage(lab.page);
  await learn.open();
  await learn.go(LARGE);
  await learn.filled();
  await learn.tried();
  const saturated = learn.trial.locator("dl dd").first();
  const before = await saturated.innerText();
  const slider = learn.trial.getByRole("slider").first();
  await slider.focus();
  await slider.press("PageDown");
  await slider.press("PageDown");
  await expect(saturated).not.toHaveText(before);
  await learn.tried();
  await learn.chapter.evaluate((node) => (node.scrollTop = 320));
  const place = await learn.scrollTop();
  expect(place).toBeGreaterThan(100);

  await learn.trial.getByRole("button", { name: "Open in Lab" }).click();
  await expect(lab.signal).toBeVisible();
  await expect(lab.slider("Std")).toHaveAttribute("aria-valuenow", "0.1");
  await learn.header.getByRole("button", { name: `Back to chapter ${LARGE}` }).click();
  await expect(learn.title).toHaveText(CHAPTERS[LARGE - 1]!.title);
  await expect.poll(() => learn.scrollTop()).toBe(place);
  await expect(slider).toHaveAttribute("aria-valuenow", "0.1");

  // By the rail it is the same.
  await lab.go("Library");
  await learn.open();
  await expect.poll(() => learn.scrollTop()).toBe(place);
});

test("unsaved work is asked about before a chapter takes its place", async ({ lab }) => {
  await lab.type("Width", "60");
  const learn = new LearnPage(lab.page);
  await learn.open();
  await learn.trial.getByRole("button", { name: "Open in Lab" }).click();
  await lab.page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
  await expect(learn.title).toBeVisible();
});

test("a chapter is trained here, and in Train", async ({ lab }) => {
  const learn = new LearnPage(lab.page);
  await learn.open();
  await learn.go(ZEROS);
  await learn.trial.getByRole("button", { name: /^Train/ }).click();
  await expect(learn.trial.getByRole("button", { name: /^Train again/ })).toBeVisible();
  await expect(learn.trial.locator('[data-chart^="train-"]')).toHaveCount(1);
  await learn.trial.getByRole("button", { name: "Open in Train" }).click();
  await expect(lab.page.getByRole("region", { name: "What is trained" })).toBeVisible();
  await learn.header.getByRole("button", { name: `Back to chapter ${ZEROS}` }).click();
  // What was trained is still there.
  await expect(learn.trial.getByRole("button", { name: /^Train again/ })).toBeVisible();
});

test("claims are stopped, and measured again with other draws", async ({ lab }) => {
  const learn = new LearnPage(lab.page);
  await learn.open();
  await learn.go(ZEROS);
  await learn.claims.scrollIntoViewIfNeeded();
  await pressOnceThere(learn.claims, "Stop");
  await expect(learn.claims).toContainText("Stopped before all were measured.");
  await learn.claims.getByRole("button", { name: "Measure" }).click();
  await learn.judged();
  await expect(learn.claims).toContainText("seed 42");
  await learn.claims.getByRole("button", { name: "Measure again with other draws" }).click();
  await learn.judged();
  await expect(learn.claims).toContainText("seed 1 042");
});

test("the answers are taken along as Markdown and as JSON", async ({ lab }) => {
  const learn = new LearnPage(lab.page);
  await learn.open();
  const button = learn.header.getByRole("button", { name: "Export answers…" });
  await expect(button).toBeDisabled();
  await learn.go(LARGE);
  await learn.choices.nth(1).click();
  const { question, title } = CHAPTERS[LARGE - 1]!;
  const taken = async (kind: string) => {
    await button.click();
    const [download] = await Promise.all([
      lab.page.waitForEvent("download"),
      lab.page.getByRole("dialog").getByRole("button", { name: kind }).click(),
    ]);
    return { name: download.suggestedFilename(), text: await readFile(await download.path(), "utf8") };
  };
  const markdown = await taken("Markdown");
  expect(markdown.name).toBe("init-lab-answers.md");
  expect(markdown.text).toContain(`## ${LARGE}. ${title}`);
  expect(markdown.text).toContain(`- ${plainProse(question.choices[1]!)} (**my answer**`);
  const json = await taken("JSON");
  expect(JSON.parse(json.text)).toMatchObject({
    format: "initlab.answers/1",
    answers: [{ chapter: "large", answer: plainProse(question.choices[1]!) }],
  });
});

test("by keyboard alone: a question, a slider, the next chapter", async ({ lab }) => {
  const learn = new LearnPage(lab.page);
  await lab.page.keyboard.press("ControlOrMeta+5");
  await expect(learn.title).toBeVisible();
  await learn.go(LARGE);
  await learn.choices.first().focus();
  // Walking along the choices answers nothing.
  await lab.page.keyboard.press("ArrowDown");
  await lab.page.keyboard.press("ArrowDown");
  await expect(learn.choices.nth(2)).toBeFocused();
  await expect(learn.question).not.toContainText("your answer");
  await lab.page.keyboard.press("Space");
  await expect(learn.choices.nth(2)).toBeChecked();
  const slider = learn.trial.getByRole("slider").first();
  await slider.focus();
  const before = await slider.getAttribute("aria-valuenow");
  await lab.page.keyboard.press("PageUp");
  await expect(slider).not.toHaveAttribute("aria-valuenow", before!);
  await learn.chapter.getByRole("button", { name: /^Next/ }).focus();
  await lab.page.keyboard.press("Enter");
  await expect(learn.title).toBeFocused();
  await expect(learn.title).toHaveText(CHAPTERS[LARGE]!.title);
});

test("the projector shows the chapter alone and larger, until Escape", async ({ lab }) => {
  const learn = new LearnPage(lab.page);
  await learn.open();
  const height = async () => (await learn.title.boundingBox())!.height;
  const before = await height();
  await learn.header.getByRole("button", { name: "Projector" }).click();
  await expect(learn.list).toBeHidden();
  await expect.poll(height).toBeGreaterThan(before * 1.4);
  await lab.page.keyboard.press("Escape");
  await expect(learn.list).toBeVisible();
  await expect.poll(height).toBe(before);
});

test.describe("in the dark", () => {
  test.use({ colorScheme: "dark" });

  test("paper is light, a sheet wide, and has the chapter alone with its charts", async ({ lab }) => {
    const learn = new LearnPage(lab.page);
    await learn.open();
    await learn.go(LARGE);
    await learn.tried();
    await lab.page.evaluate(() => {
      const own = window as Window & { printed?: unknown };
      own.print = () => {
        own.printed = {
          theme: document.documentElement.dataset["theme"],
          width: document.querySelector('[aria-label="Chapter"]')!.clientWidth,
          chapters: document.querySelectorAll('nav[aria-label="Chapters"]').length,
        };
      };
    });
    await lab.page.keyboard.press("ControlOrMeta+p");
    const printed = () => lab.page.evaluate(() => (window as unknown as { printed?: unknown }).printed);
    await expect.poll(printed).toEqual({ theme: "light", width: 680, chapters: 0 });
    await expect(learn.list).toBeVisible();
    await expect(lab.page.locator("html")).toHaveAttribute("data-theme", "dark");

    await lab.page.emulateMedia({ media: "print" });
    await expect(learn.header).toBeHidden();
    await expect(lab.page.getByRole("navigation", { name: "Screens" })).toBeHidden();
    await expect(learn.title).toBeVisible();
    await expect.poll(() => inked(lab.page)).toBeGreaterThan(3);
  });
});

/** Charts of the chapter with something on them. */
function inked(page: Page): Promise<number> {
  return page.locator('[aria-label="Chapter"] [data-chart] canvas').evaluateAll(
    (canvases) =>
      (canvases as HTMLCanvasElement[]).filter((canvas) => {
        if (canvas.width === 0 || canvas.height === 0) return false;
        const { data } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
        return data.some((value, i) => i % 4 === 3 && value > 0);
      }).length,
  );
}

test("a finding asks Why?, and its chapter answers", async ({ lab }) => {
  await lab.settled();
  await lab.reading
    .getByRole("button", { name: /^Why\?/ })
    .first()
    .click();
  const learn = new LearnPage(lab.page);
  await expect(learn.title).toBeVisible();
  expect(CHAPTERS.map(({ title }) => title)).toContain(await learn.title.innerText());
});

test("the palette has the chapters", async ({ lab }) => {
  await lab.page.keyboard.press("ControlOrMeta+k");
  await lab.page.getByRole("dialog").getByRole("combobox").fill("chapter too large");
  await lab.page.keyboard.press("Enter");
  await expect(new LearnPage(lab.page).title).toHaveText(CHAPTERS[LARGE - 1]!.title);
});
