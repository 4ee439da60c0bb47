// What the file of an exported experiment is called: its name, in letters that every system takes.

/** Characters; with a suffix and a counter it stays below what file systems take, in any script. */
const LONGEST = 60;

/** With its suffix. */
export function exportName(name: string): string {
  const letters = name
    .normalize("NFC")
    .replaceAll(/[\\/:*?"<>|\p{C}\s]+/gu, " ")
    .replace(/^[. ~-]+/, "");
  const stem = [...letters]
    .slice(0, LONGEST)
    .join("")
    .replace(/[. ]+$/, "");
  return `${stem || "experiment"}.initlab`;
}
