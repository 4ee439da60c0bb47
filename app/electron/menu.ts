// The application menu, made from the table of commands: what the system knows by a role (copy, zoom, quit) is the
// system's, all else goes to the page as a command. Draws nothing and decides nothing.
import type { MenuItemConstructorOptions as Item } from "electron";
import { type Command, type CommandId, COMMANDS } from "../contract/commands";
import type { Settings } from "../contract/hostApi";
import { basename } from "node:path";
import { NAME } from "./about";

export interface MenuState {
  readonly platform: string;
  readonly theme: Settings["theme"];
  /** Absolute paths, newest first. */
  readonly recent: readonly string[];
  readonly isDevelopment: boolean;
}

export interface MenuActions {
  command(id: CommandId): void;
  about(): void;
  openRecent(path: string): void;
  clearRecent(): void;
}

type Table = (Command & { readonly id: CommandId })[];

const THEME_OF: Partial<Record<CommandId, Settings["theme"]>> = {
  "view.themeSystem": "system",
  "view.themeLight": "light",
  "view.themeDark": "dark",
};

const LINE: Item = { type: "separator" };

export function menuTemplate(state: MenuState, actions: MenuActions): Item[] {
  const isMac = state.platform === "darwin";
  const item = (command: Table[number]): Item => {
    const theme = THEME_OF[command.id];
    return {
      id: command.id,
      label: command.title,
      click: () => (command.id === "help.about" ? actions.about() : actions.command(command.id)),
      ...(command.keys === undefined ? {} : { accelerator: command.keys }),
      ...(theme === undefined ? {} : { type: "radio" as const, checked: theme === state.theme }),
    };
  };
  // On a Mac these two stand in the menu that has the app's name.
  const inAppMenu = (id: CommandId) => isMac && (id === "help.about" || id === "view.settings");
  const all: Table = [...COMMANDS];
  const of = (menu: Command["menu"]): Item[] =>
    all
      .filter((command) => command.menu === menu && !inAppMenu(command.id))
      .flatMap((command) => (command.startsGroup ? [LINE, item(command)] : [item(command)]));
  const one = (id: CommandId) => all.filter((command) => command.id === id).map(item);

  const file = of("file");
  file.splice(file.findIndex(({ id }) => id === "file.open") + 1, 0, recentMenu(state, actions));
  return [
    ...(isMac
      ? [
          {
            label: NAME,
            submenu: [
              ...one("help.about"),
              LINE,
              ...one("view.settings"),
              LINE,
              { role: "services" as const },
              LINE,
              { role: "hide" as const },
              { role: "hideOthers" as const },
              { role: "unhide" as const },
              LINE,
              { role: "quit" as const },
            ],
          },
        ]
      : []),
    {
      label: "&File",
      submenu: [...file, LINE, isMac ? { role: "close", label: "Close window" } : { role: "quit" }],
    },
    {
      label: "&Edit",
      submenu: [
        ...of("edit"),
        LINE,
        { role: "cut" },
        { role: "copy" },
        { role: "paste" },
        { role: "selectAll", label: "Select all" },
      ],
    },
    {
      label: "&View",
      submenu: [
        ...of("view"),
        LINE,
        { role: "resetZoom", label: "Actual size" },
        { role: "zoomIn", label: "Zoom in" },
        { role: "zoomOut", label: "Zoom out" },
        LINE,
        { role: "togglefullscreen", label: "Full screen" },
        ...(state.isDevelopment ? [LINE, { role: "toggleDevTools" as const }] : []),
      ],
    },
    { label: "&Run", submenu: of("run") },
    ...(isMac ? [{ role: "windowMenu" as const }] : []),
    { label: "&Help", role: "help", submenu: of("help") },
  ];
}

function recentMenu({ recent }: MenuState, actions: MenuActions): Item {
  return {
    id: "file.recent",
    label: "Open recent",
    enabled: recent.length > 0,
    submenu: [
      ...recent.map((path) => ({
        // An ampersand in a label marks the letter after it; two are one.
        label: basename(path).replaceAll("&", "&&"),
        toolTip: path,
        click: () => actions.openRecent(path),
      })),
      LINE,
      { label: "Clear the list", click: () => actions.clearRecent() },
    ],
  };
}
