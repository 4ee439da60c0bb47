// The page's theme: what the settings say, or what the system says now.
import type { Settings } from "../../app/contract/hostApi";

const dark = matchMedia("(prefers-color-scheme: dark)");

export function showTheme(theme: Settings["theme"]): void {
  const shown = theme === "system" ? (dark.matches ? "dark" : "light") : theme;
  if (document.documentElement.dataset["theme"] !== shown) document.documentElement.dataset["theme"] = shown;
}

/** Calls when the system changes its mind; returns what ends it. */
export function onSystemTheme(listener: () => void): () => void {
  dark.addEventListener("change", listener);
  return () => dark.removeEventListener("change", listener);
}
