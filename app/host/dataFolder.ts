// Where everything is kept that is kept: what was asked for, else the user-data folder of the desktop app, so that the
// app, the browser host and the command line see the same experiments. Makes nothing.
import { homedir } from "node:os";
import { posix, resolve, win32 } from "node:path";

/** The app's name, from which Electron makes its user-data folder. */
const APP = "Init Lab";

export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: string;
  readonly home: string;
}

/** `asked`: the value of --data. An absolute path. */
export function dataFolder(asked?: string, around: Surroundings = here()): string {
  const { env } = around;
  const given = asked ?? (env["INITLAB_DATA"] === "" ? undefined : env["INITLAB_DATA"]);
  return given === undefined ? userDataFolder(around) : resolve(given);
}

function userDataFolder({ env, platform, home }: Surroundings): string {
  if (platform === "win32") return win32.join(env["APPDATA"] || win32.join(home, "AppData", "Roaming"), APP);
  if (platform === "darwin") return posix.join(home, "Library", "Application Support", APP);
  return posix.join(env["XDG_CONFIG_HOME"] || posix.join(home, ".config"), APP);
}

function here(): Surroundings {
  return { env: process.env, platform: process.platform, home: homedir() };
}
