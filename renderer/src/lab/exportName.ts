// What an exported file is called: the name of what is in it, in letters that every system takes.

/** Characters; with a suffix and a counter it stays below what file systems take, in any script. */
const LONGEST = 60;

/** Of exported experiments, with the suffix. */
export function exportName(name: string): string {
  return fileName(name, ".initlab");
}

/** `otherwise`: where the name has no letter that can stand in a file's. */
export function fileName(name: string, suffix: string, otherwise = "experiment"): string {
  const letters = name
    .normalize("NFC")
    .replaceAll(/[\\/:*?"<>|\p{C}\s]+/gu, " ")
    .replace(/^[. ~-]+/, "");
  const stem = [...letters]
    .slice(0, LONGEST)
    .join("")
    .replace(/[. ]+$/, "");
  return `${stem || otherwise}${suffix}`;
}
