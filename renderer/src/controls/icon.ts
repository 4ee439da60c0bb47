// An icon of @lucide/svelte, as controls take it: 16 px, stroke 1.75.
import type { Component } from "svelte";

export type Icon = Component<{
  size?: number | string;
  strokeWidth?: number | string;
  "aria-hidden"?: "true";
}>;

export const STROKE = 1.75;
