// Experiments that are kept: saved and opened, found, thrown away and fetched back, carried from one folder to another,
// and what is left of unsaved work when the server dies.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { startServed } from "../../../app/build/served.mjs";
import { expect, test } from "./test";

async function digestsOnDisk(dataFolder: string): Promise<string[]> {
  const shelf = join(dataFolder, "experiments");
  const results = (await readdir(shelf)).map(async (id) => {
    const result = JSON.parse(await readFile(join(shelf, id, "result.json"), "utf8")) as { digest: string };
    return result.digest;
  });
  return (await Promise.all(results)).sort();
}

/** As text; empty while there are none. */
async function draftsOnDisk(dataFolder: string): Promise<string> {
  const folder = join(dataFolder, "drafts");
  const keys = await readdir(folder).catch(() => []);
  const texts = keys.map((key) => readFile(join(folder, key, "draft.json"), "utf8").catch(() => ""));
  return (await Promise.all(texts)).join("\n");
}

test("saved, closed and opened again: the same picture, the same digest", async ({
  lab,
  library,
  page,
  dataFolder,
  served,
}) => {
  await lab.choose("Activation", /^ReLU/);
  const before = await lab.restingPicture();
  await lab.save("Kept for later");
  const digests = await digestsOnDisk(dataFolder);
  expect(digests).toHaveLength(1);

  await page.goto(`${served.origin}/`);
  await lab.drawn();
  expect(await lab.restingPicture(), "a new window opens on the default experiment").not.toBe(before);
  await library.open();
  await library.openInLab("Kept for later");
  await expect(lab.name).toHaveValue("Kept for later");
  await lab.drawn();
  expect(await lab.restingPicture()).toBe(before);

  await lab.page.keyboard.press("ControlOrMeta+Shift+s");
  await expect.poll(() => digestsOnDisk(dataFolder)).toEqual([digests[0], digests[0]]);
});

test("searched, tagged, trashed, restored", async ({ lab, library }) => {
  await lab.save("Amber wave");
  await lab.choose("Activation", /^Tanh/);
  await lab.page.keyboard.press("ControlOrMeta+Shift+s");
  await lab.settled();
  await lab.save("Basalt");
  await library.open();
  await expect(library.row("Amber wave")).toHaveCount(1);

  await library.search.fill("basalt");
  await expect(library.row("Amber wave")).toHaveCount(0);
  await expect(library.row("Basalt")).toHaveCount(1);
  await library.search.fill("");

  await library.pick("Amber wave");
  await library.addTag("golden");
  await expect(library.row("Amber wave")).toContainText("golden");
  await library.search.fill("golden");
  await expect(library.row("Basalt")).toHaveCount(0);
  await expect(library.row("Amber wave")).toHaveCount(1);
  await library.search.fill("");

  await library.pick("Amber wave");
  await library.trash();
  await expect(library.row("Amber wave")).toHaveCount(0);
  await library.showTrash();
  await expect(library.row("Amber wave")).toHaveCount(1);
  await library.pick("Amber wave");
  await library.restore();
  await expect(library.row("Amber wave")).toHaveCount(0);
  await library.leaveTrash();
  await expect(library.row("Amber wave")).toContainText("golden");
});

test("exported from one folder, imported into another", async ({
  lab,
  library,
  page,
  dataFolder,
  complaints,
}) => {
  await lab.save("Travels");
  await library.open();
  await library.pick("Travels");
  const file = await library.export();
  expect(file).toMatch(/\.initlab$/);
  const digests = await digestsOnDisk(dataFolder);

  const elsewhere = join(dataFolder, "elsewhere");
  const other = await startServed(elsewhere);
  try {
    await page.goto(other.address);
    await lab.drawn();
    await library.open();
    await expect(library.row("Travels")).toHaveCount(0);
    await library.import(file);
    await expect(library.row("Travels")).toHaveCount(1);
    expect(await digestsOnDisk(elsewhere)).toEqual(digests);
    expect(complaints.all).toEqual([]);
  } finally {
    await page.close();
    await other.stop();
  }
});

test("the server is killed in the midst of an edit: the draft comes back", async ({
  lab,
  page,
  served,
  dataFolder,
  complaints,
}) => {
  await lab.name.fill("Never saved");
  await lab.name.press("Enter");
  await lab.choose("Activation", /^ReLU/);
  const before = await lab.restingPicture();
  await expect(page.getByRole("status").filter({ hasText: "Unsaved changes" })).toBeVisible();
  // The draft of the last change, and not of the one before it.
  await expect.poll(() => draftsOnDisk(dataFolder)).toMatch(/"name":"Never saved".*"relu"/s);
  await served.kill();
  complaints.expect(/Failed to load resource|ERR_CONNECTION_REFUSED/);

  // The window ends with its server.
  page.on("dialog", (dialog) => void dialog.accept());
  await page.goto("about:blank");
  const next = await startServed(dataFolder);
  try {
    await page.goto(next.address);
    const offer = page.getByRole("region", { name: "Unsaved work" });
    await expect(offer).toContainText("Never saved");
    await offer.getByRole("button", { name: "Restore" }).click();
    await expect(lab.name).toHaveValue("Never saved");
    await expect(lab.choice("Activation")).toContainText("ReLU");
    await lab.drawn();
    expect(await lab.restingPicture()).toBe(before);
  } finally {
    await page.close();
    await next.stop();
  }
});
