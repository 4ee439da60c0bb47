// Keys as the table of commands writes them ("CmdOrCtrl+Shift+Z"): as words for people, and held against what was
// pressed; and where keys are letters. Knows no command.

const isMac = /mac|iphone|ipad/i.test(globalThis.navigator?.platform ?? "");

const NAMES: Readonly<Record<string, string>> = { Enter: "↵", ",": ",", ".": "." };

/** "Ctrl Shift Z"; on a Mac "⇧⌘Z". */
export function keysText(keys: string, mac = isMac): string {
  const parts = keys.split("+");
  const key = parts.pop() ?? "";
  const name = NAMES[key] ?? key;
  if (!mac) return [...parts.map((part) => (part === "CmdOrCtrl" ? "Ctrl" : part)), name].join(" ");
  const signs: Readonly<Record<string, string>> = { Alt: "⌥", Shift: "⇧", CmdOrCtrl: "⌘" };
  return Object.keys(signs)
    .filter((part) => parts.includes(part))
    .map((part) => signs[part])
    .concat(name)
    .join("");
}

export type Pressed = Pick<KeyboardEvent, "key" | "code" | "ctrlKey" | "metaKey" | "shiftKey" | "altKey">;

/** Letters and digits are known by where they stand, if the layout writes no Latin letter there. */
export function arePressed(keys: string, event: Pressed, mac = isMac): boolean {
  const parts = keys.split("+");
  const key = (parts.pop() ?? "").toLowerCase();
  const command = parts.includes("CmdOrCtrl");
  const [wanted, other] = mac ? [event.metaKey, event.ctrlKey] : [event.ctrlKey, event.metaKey];
  if (wanted !== command || other) return false;
  if (event.altKey !== parts.includes("Alt") || event.shiftKey !== parts.includes("Shift")) return false;
  return keyNamed(event) === key;
}

function keyNamed({ key, code }: Pressed): string {
  const digit = /^Digit(\d)$/.exec(code)?.[1];
  if (digit !== undefined) return digit;
  // With Shift a comma or a point is another sign; with another alphabet a letter is another letter.
  if (code === "Comma") return ",";
  if (code === "Period") return ".";
  const letter = /^Key([A-Z])$/.exec(code)?.[1];
  return (letter !== undefined && !/^[a-z]$/i.test(key) ? letter : key).toLowerCase();
}

/** Whether typing goes into it: a slider takes no text. */
export function isTextField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !/^(range|checkbox|radio|button|file)$/.test(target.type);
  return target instanceof HTMLTextAreaElement || target.isContentEditable;
}
