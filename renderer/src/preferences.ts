// The settings that the first picture needs, kept with the page as well: the host's answer comes after it. The host's
// word counts; what is kept here is only what it last was.
import type { Settings } from "../../app/contract/hostApi";
import { LIMITS } from "../../app/contract/limits";

export const DEFAULT_SETTINGS: Settings = { theme: "system", workers: null, draws: 20 };

const KEY = "initlab.settings";

export function lastSettings(): Settings {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<Record<keyof Settings, unknown>>;
    const { theme, workers, draws } = kept;
    return {
      theme: theme === "light" || theme === "dark" ? theme : "system",
      workers: isCount(workers, LIMITS.workers) ? workers : null,
      draws: isCount(draws, LIMITS.draws) ? draws : DEFAULT_SETTINGS.draws,
    };
  } catch {
    // A page without storage, or with somebody else's words in it.
    return DEFAULT_SETTINGS;
  }
}

export function rememberSettings({ theme, workers, draws }: Settings): void {
  try {
    localStorage.setItem(KEY, JSON.stringify({ theme, workers, draws }));
  } catch {
    // Then the next first picture has the defaults.
  }
}

function isCount(value: unknown, most: number): value is number {
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= most;
}
