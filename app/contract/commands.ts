// Every action of the app, once: the menu, the palette and the keyboard are made from this table.

export interface Command {
  readonly id: string;
  /** Sentence case; "…" where it asks more before it acts. */
  readonly title: string;
  readonly menu: "file" | "edit" | "view" | "run" | "help";
  /** In Electron's accelerator notation; absent where it has none. */
  readonly keys?: string;
  /** Begins a group in its menu. */
  readonly startsGroup?: true;
}

export const COMMANDS = [
  { id: "file.new", title: "New experiment", menu: "file", keys: "CmdOrCtrl+N" },
  { id: "file.open", title: "Open…", menu: "file", keys: "CmdOrCtrl+O" },
  { id: "file.save", title: "Save", menu: "file", keys: "CmdOrCtrl+S", startsGroup: true },
  { id: "file.saveCopy", title: "Save as a copy", menu: "file", keys: "CmdOrCtrl+Shift+S" },
  { id: "file.export", title: "Export…", menu: "file", keys: "CmdOrCtrl+E" },
  { id: "file.report", title: "Report…", menu: "file", keys: "CmdOrCtrl+Shift+P" },
  { id: "learn.print", title: "Print the chapter…", menu: "file", keys: "CmdOrCtrl+P", startsGroup: true },
  { id: "learn.answers", title: "Export my answers…", menu: "file" },
  { id: "edit.undo", title: "Undo", menu: "edit", keys: "CmdOrCtrl+Z" },
  { id: "edit.redo", title: "Redo", menu: "edit", keys: "CmdOrCtrl+Shift+Z" },
  { id: "edit.copySpec", title: "Copy spec", menu: "edit", keys: "CmdOrCtrl+Shift+C", startsGroup: true },
  { id: "edit.pasteSpec", title: "Paste spec", menu: "edit", keys: "CmdOrCtrl+Shift+V" },
  { id: "view.palette", title: "Command palette…", menu: "view", keys: "CmdOrCtrl+K" },
  { id: "view.lab", title: "Lab", menu: "view", keys: "CmdOrCtrl+1", startsGroup: true },
  { id: "view.compare", title: "Compare", menu: "view", keys: "CmdOrCtrl+2" },
  { id: "view.library", title: "Library", menu: "view", keys: "CmdOrCtrl+3" },
  { id: "view.train", title: "Train", menu: "view", keys: "CmdOrCtrl+4" },
  { id: "view.learn", title: "Learn", menu: "view", keys: "CmdOrCtrl+5" },
  { id: "view.settings", title: "Settings", menu: "view", keys: "CmdOrCtrl+," },
  { id: "view.reading", title: "Reading panel", menu: "view", keys: "CmdOrCtrl+Shift+R", startsGroup: true },
  { id: "learn.projector", title: "Projector: larger type", menu: "view", keys: "CmdOrCtrl+Shift+L" },
  { id: "view.themeSystem", title: "Theme: as the system", menu: "view" },
  { id: "view.themeLight", title: "Theme: light", menu: "view" },
  { id: "view.themeDark", title: "Theme: dark", menu: "view" },
  { id: "run.reset", title: "Reset: the same draws again", menu: "run", keys: "CmdOrCtrl+R" },
  { id: "run.reseed", title: "Reseed: new draws", menu: "run", keys: "CmdOrCtrl+D" },
  { id: "run.cancel", title: "Cancel the run", menu: "run", keys: "CmdOrCtrl+." },
  {
    id: "run.remedy",
    title: "Apply the first remedy",
    menu: "run",
    keys: "CmdOrCtrl+Enter",
    startsGroup: true,
  },
  { id: "run.compare", title: "Add to compare", menu: "run", keys: "CmdOrCtrl+Shift+A" },
  { id: "run.train", title: "Train this", menu: "run", keys: "CmdOrCtrl+Shift+Enter" },
  { id: "help.glossary", title: "Glossary", menu: "help", keys: "F1" },
  { id: "help.about", title: "About Init Lab", menu: "help" },
] as const satisfies readonly Command[];

export type CommandId = (typeof COMMANDS)[number]["id"];
