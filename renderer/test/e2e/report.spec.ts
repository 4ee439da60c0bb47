// Reports from the Lab to the file: what goes in, the page as it will be, and every way out.
import type { Page } from "@playwright/test";
import axe from "axe-core";
import { openNpz } from "../../../core-as/formats/npz";
import { openSafetensors } from "../../../core-as/formats/safetensors";
import type { LabPage } from "./labPage";
import { atRest } from "./moments";
import { downloaded, ReportPage } from "./reportPage";
import { expect, test } from "./test";

const HOSTILE = '<img src=x onerror="document.title=1"> =HYPERLINK("x") $\\frac{1}{0}$';

async function opened(lab: LabPage): Promise<ReportPage> {
  await lab.settled();
  const report = new ReportPage(lab.page);
  await report.open();
  return report;
}

/** Of the screen around the page: nothing runs in the page's frame, axe neither. The page has tests of its own. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const found = await page.evaluate(() =>
    (globalThis as unknown as { axe: typeof axe }).axe.run(document, { iframes: false }),
  );
  return found.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(" ")}: ${failureSummary ?? ""}`),
  );
}

test("opens from the Lab with its verdict; a section that is unticked goes", async ({ lab }) => {
  await lab.settled();
  const verdict = (await lab.verdict.textContent())!;
  const report = await opened(lab);
  await expect(report.paper.locator("body")).toContainText(verdict);
  await expect(report.heading("Histograms")).toBeVisible();
  await report.box("Histograms").uncheck();
  await expect(report.heading("Histograms")).toBeHidden();
  await report.built();
  await expect(report.heading("Findings")).toBeVisible();
  await expect(report.box("Comparison")).toBeDisabled();
  await expect(report.contents).toContainText("It takes two measured runs");
});

test("the page is set in Inter, by the window's own fonts", async ({ lab }) => {
  const report = await opened(lab);
  const loaded = () =>
    report.paper
      .locator("body")
      .evaluate(({ ownerDocument: { fonts } }) =>
        [...fonts].flatMap(({ family, status, unicodeRange }) =>
          status === "loaded" && family.includes("Inter Variable") ? [unicodeRange.slice(0, 7)] : [],
        ),
      );
  // Latin, and Greek for sigma.
  await expect.poll(loaded).toEqual(expect.arrayContaining(["U+370-3", "U+0-FF,"]));
});

test("a preset and a saved experiment are added, named and moved", async ({ lab }) => {
  await lab.save("Kept");
  const report = await opened(lab);
  await report.contents.getByRole("button", { name: "Add…" }).click();
  const search = lab.page.getByRole("combobox", { name: "Search saved experiments and presets" });
  // What is saved comes from the host, and later than what is built in.
  const first = lab.page.getByRole("dialog").getByRole("option").first();
  await search.fill("he relu");
  await expect(first).toContainText("He normal with ReLU");
  await search.press("Enter");
  await search.fill("kept");
  await expect(first).toContainText("Kept");
  await search.press("Enter");
  await expect(lab.page.getByRole("option", { name: /^Kept.*added/ })).toBeVisible();
  await lab.page.getByRole("button", { name: "Done" }).click();
  await report.built();
  await expect(report.box("Comparison")).toBeChecked();
  await expect(report.heading("Comparison")).toBeVisible();

  await report.contents.getByRole("button", { name: "Actions for Kept" }).last().click();
  await lab.page.getByRole("menuitem", { name: "Rename" }).click();
  const field = report.contents.getByRole("textbox", { name: "Name in the report" });
  await field.fill("Second");
  await field.press("Enter");
  await report.contents.getByRole("button", { name: "Actions for Second" }).click();
  await lab.page.getByRole("menuitem", { name: "Move up" }).click();
  await report.built();
  await expect(report.paper.locator("body")).toContainText("Second");
  await report.contents.getByRole("button", { name: "Actions for Second" }).click();
  await lab.page.getByRole("menuitem", { name: "Remove" }).click();
  await expect(report.contents).not.toContainText("Second");
});

test("what a person writes is text, whatever it looks like", async ({ lab }) => {
  const report = await opened(lab);
  await report.contents.getByRole("textbox", { name: "Title" }).fill(HOSTILE);
  await report.contents.getByRole("textbox", { name: "Author" }).fill("Ada <b>L</b>");
  await report.contents
    .getByRole("textbox", { name: "Notes, in Markdown" })
    .fill("Some **bold** <script>1</script>");
  await expect(report.paper.getByRole("heading", { level: 1 })).toHaveText(HOSTILE);
  await report.built();
  await expect(report.paper.locator("body")).toContainText("Ada <b>L</b>");
  await expect(report.paper.locator("strong").first()).toHaveText("bold");
  await expect(report.paper.locator("script")).toHaveCount(0);
  await expect(report.paper.locator("img")).toHaveCount(0);
  expect(await lab.page.title()).not.toBe("1");

  // Who writes is known the next time.
  await lab.page.reload();
  await lab.page.getByRole("contentinfo", { name: "Status" }).getByText("Ran in").waitFor();
  await report.open();
  await expect(report.contents.getByRole("textbox", { name: "Author" })).toHaveValue("Ada <b>L</b>");
});

test("every format of the report is downloaded", async ({ lab }) => {
  const report = await opened(lab);
  const verdict = (await report.paper.locator(".verdict").first().textContent())!.trim();
  await report.contents.getByRole("textbox", { name: "Title" }).fill("One of five");
  await report.built();

  const html = await report.export(/^HTML/);
  expect(html.name).toBe("One of five.html");
  expect(html.bytes.toString("utf8")).toContain("<h1>One of five</h1>");
  await expect(report.out).toContainText("Exported to One of five.html");

  const markdown = await report.export(/^Markdown/);
  expect(markdown.bytes.toString("utf8")).toMatch(/^# One of five/);
  const csv = (await report.export(/^CSV/)).bytes.toString("utf8");
  expect(csv.split("\r\n")[0]!.split(",").length).toBeGreaterThan(2);
  const json = JSON.parse((await report.export(/^JSON/)).bytes.toString("utf8")) as object;
  expect(JSON.stringify(json)).toContain("One of five");
  const pdf = await report.export(/^PDF/);
  expect(pdf.bytes.subarray(0, 5).toString()).toBe("%PDF-");
  expect(verdict).not.toBe("");

  const before = report.out.getByRole("list", { name: "Exported before" });
  await expect(before.getByRole("listitem").first()).toHaveText("One of five.pdf");
  await expect(before.getByRole("listitem")).toHaveCount(5);
});

test("tensors are downloaded and read back; they agree", async ({ lab }) => {
  const report = await opened(lab);
  const npz = await report.export("Export tensors as .npz");
  const archive = openNpz(new Uint8Array(npz.bytes), npz.name);
  expect(archive.names).toContain("layer1.weight");
  const file = await report.export("Export tensors as .safetensors");
  const tensors = openSafetensors(new Uint8Array(file.bytes), file.name);
  expect([...tensors.names].sort()).toEqual([...archive.names].sort());
  expect(tensors.read("layer5.activation").data).toEqual(archive.read("layer5.activation").data);
});

test("source is shown, copied and saved", async ({ lab }) => {
  const report = await opened(lab);
  await report.out.getByRole("button", { name: "Source…" }).click();
  const dialog = lab.page.getByRole("dialog", { name: "Source" });
  await dialog.getByRole("combobox", { name: "Framework" }).click();
  await lab.page.getByRole("option", { name: "NumPy" }).click();
  const text = dialog.getByRole("region", { name: /numpy.*\.py$/ });
  await expect(text).toContainText("import numpy");
  await dialog.getByRole("button", { name: "Copy" }).click();
  await expect.poll(() => lab.page.evaluate(() => navigator.clipboard.readText())).toContain("import numpy");
  const saved = await downloaded(lab.page, () => dialog.getByRole("button", { name: "Save…" }).click());
  expect(saved.name).toMatch(/\.py$/);
  expect(saved.bytes.toString("utf8")).toBe(await text.textContent());
});

test("a measurement for the report can be cancelled, and taken up again", async ({ lab }) => {
  const report = await opened(lab);
  await report.contents.getByRole("checkbox", { name: "Founding claims" }).check();
  await expect(report.preview).toContainText("Measuring the founding claims");
  await report.preview.getByRole("button", { name: "Cancel" }).click();
  await expect(report.preview.getByRole("alert")).toContainText("cancelled");
  await report.contents.getByRole("checkbox", { name: "Founding claims" }).uncheck();
  await report.built();
  await expect(report.preview.getByRole("alert")).toHaveCount(0);
});

test("Back and Escape lead to the screen before; a field and a menu keep their own Escape", async ({
  lab,
}) => {
  await lab.go("Compare");
  const report = new ReportPage(lab.page);
  await report.open();
  await report.contents.getByRole("textbox", { name: "Title" }).focus();
  await lab.page.keyboard.press("Escape");
  await report.out.getByRole("combobox", { name: "Run" }).click();
  await lab.page.getByRole("option").first().waitFor();
  await lab.page.keyboard.press("Escape");
  // While the list is open an Escape is its own.
  await expect(lab.page.getByRole("option")).toHaveCount(0);
  await expect(report.contents).toBeVisible();
  await lab.page.keyboard.press("Escape");
  await expect(lab.page.getByRole("region", { name: "Compare" })).toBeVisible();
  await report.open();
  await report.contents.getByRole("button", { name: "Back" }).click();
  await expect(lab.page.getByRole("region", { name: "Compare" })).toBeVisible();
});

test("by keyboard alone: a section goes, and the page is exported", async ({ lab }) => {
  await lab.settled();
  await lab.page.keyboard.press("ControlOrMeta+Shift+p");
  const report = new ReportPage(lab.page);
  await report.built();
  await report.contents.getByRole("button", { name: "Back" }).focus();
  const reach = async (name: string) => {
    for (let i = 0; i < 60; i++) {
      await lab.page.keyboard.press("Tab");
      const at = await lab.page.evaluate(() => {
        const element = document.activeElement as HTMLInputElement | null;
        return (
          element?.getAttribute("aria-label") ??
          element?.labels?.[0]?.textContent ??
          element?.textContent ??
          ""
        );
      });
      if (at.trim().startsWith(name)) return;
    }
    throw new Error(`Tab does not reach ${name}`);
  };
  await reach("Findings");
  await lab.page.keyboard.press("Space");
  await expect(report.heading("Findings")).toBeHidden();
  await reach("HTML");
  const { name, bytes } = await downloaded(lab.page, () => lab.page.keyboard.press("Enter"));
  expect(name).toMatch(/\.html$/);
  expect(bytes.toString("utf8")).not.toContain(">Findings</h2>");
});

test("a figure is saved as SVG, PNG and CSV", async ({ lab }) => {
  await lab.settled();
  const { page } = lab;
  const chart = lab.signal.locator("[data-chart]").first();
  const choose = async (item: string) => {
    await chart.click({ button: "right" });
    await page.getByRole("menuitem", { name: item }).click();
  };
  await choose("Save as SVG…");
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByRole("img")).toBeVisible();
  const svg = await downloaded(page, () => dialog.getByRole("button", { name: "Save…" }).click());
  expect(svg.name).toMatch(/\.svg$/);
  expect(svg.bytes.toString("utf8")).toMatch(/<svg[^>]* width="720"/);
  expect(svg.bytes.toString("utf8")).toContain("seed 42");

  await choose("Save as PNG…");
  await expect(dialog).toContainText("1 440 × 840 pixels".replaceAll(/(?<=\d) (?=\d)/g, "\u202f"));
  await dialog.getByRole("radio", { name: "Dark" }).check();
  const fonts: string[] = [];
  page.on("response", (answer) => {
    if (answer.request().resourceType() === "fetch" && answer.ok()) fonts.push(answer.url());
  });
  const png = await downloaded(page, () => dialog.getByRole("button", { name: "Save…" }).click());
  expect([...png.bytes.subarray(0, 4)]).toEqual([0x89, 0x50, 0x4e, 0x47]);
  // The picture is drawn in the page's type.
  await expect.poll(() => fonts.join(" ")).toMatch(/inter-latin-wght-normal[^/]*\.woff2/);
  expect([png.bytes.readUInt32BE(16), png.bytes.readUInt32BE(20)]).toEqual([1440, 840]);
  // Neither the menu nor the dialog leaves the page deaf to the mouse.
  await page.getByRole("banner").getByRole("button", { name: "Report…" }).click({ trial: true });

  const histogram = lab.signal.locator("[data-chart]").last();
  await histogram.click({ button: "right" });
  const csv = await downloaded(page, () => page.getByRole("menuitem", { name: "Save data as CSV…" }).click());
  const lines = csv.bytes.toString("utf8").trimEnd().split("\r\n");
  expect(lines[0]).toBe("series,part,x,x_to,value");
  expect(lines.length).toBeGreaterThan(20);
});

for (const theme of ["light", "dark"] as const)
  test.describe(theme, () => {
    test.use({ colorScheme: theme });
    test("axe finds nothing on the Report screen, and the page is of the same ground", async ({ lab }) => {
      const report = await opened(lab);
      await atRest(lab.page);
      expect(await violations(lab.page)).toEqual([]);
      const paper = await report.paper
        .locator("body")
        .evaluate((body) => getComputedStyle(body).backgroundColor);
      expect(paper).toBe(theme === "dark" ? "rgb(24, 28, 34)" : "rgb(253, 253, 251)");
    });
  });
