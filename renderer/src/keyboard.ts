// Keys of the whole window, where no menu of the system has them: a browser's page.
import { COMMANDS, type CommandId } from "../../app/contract/commands";
import { arePressed, type Pressed } from "./controls/keys";

/** What the browser does well by itself in a field. */
const FIELDS_OWN: ReadonlySet<CommandId> = new Set(["edit.undo", "edit.redo"]);
/** The browser turns these keys into a paste, which carries the text without asking for leave to read it. */
const LEFT_TO_BROWSER: ReadonlySet<CommandId> = new Set(["edit.pasteSpec"]);

const WITH_KEYS = COMMANDS.flatMap((command) => ("keys" in command ? [command] : []));

/** The command of these keys, or null where they are not the app's. */
export function commandOf(event: Pressed, isInField: boolean): CommandId | null {
  const found = WITH_KEYS.find(({ keys }) => arePressed(keys, event));
  if (!found || LEFT_TO_BROWSER.has(found.id)) return null;
  return isInField && FIELDS_OWN.has(found.id) ? null : found.id;
}
