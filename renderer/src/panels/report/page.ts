// A report's page, set into a frame of the window without a navigation: the frame is sandboxed (no script, no form, no
// window) and lives under the window's own policy, which refuses style elements and style attributes. So the page's
// styles are given to it as sheets and as properties, which no policy has to be loosened for; and its type is the
// window's own in place of the one it carries, which is the same and which the policy refuses. Loads nothing else.
import type { ThemeName } from "../../../../core-as/figures/ramp";
import { faceCss, pageFaces } from "../figure/typeface";

/** Width of the page in CSS pixels before it is made smaller. */
export const PAGE_WIDTH = 800;

/** In place of what the frame shows; it stays scrolled to where it was. */
export function showPage(frame: HTMLIFrameElement, html: string, theme: ThemeName): void {
  const inside = frame.contentDocument;
  const view = frame.contentWindow as (Window & typeof globalThis) | null;
  if (!inside || !view) return;
  // What looks like a style is renamed before it is parsed: even a document that is nowhere shown is under the policy.
  const page = new DOMParser().parseFromString(asleep(html), "text/html");
  const sheets = [...page.querySelectorAll(`[${SLEEPING_SHEET}]`)].map((element) => {
    const sheet = new view.CSSStyleSheet();
    // In a drawing it is no template.
    sheet.replaceSync((element instanceof HTMLTemplateElement ? element.content : element).textContent ?? "");
    element.remove();
    for (let i = sheet.cssRules.length - 1; i >= 0; i--)
      if (sheet.cssRules[i] instanceof view.CSSFontFaceRule) sheet.deleteRule(i);
    answerTheme(sheet, theme);
    return sheet;
  });
  const type = new view.CSSStyleSheet();
  type.replaceSync(pageFaces().map(faceCss).join("\n"));
  for (const element of page.querySelectorAll("script, meta[http-equiv], link, base")) element.remove();
  for (const link of page.querySelectorAll("a[href]")) stayInside(link);
  const place = inside.scrollingElement?.scrollTop ?? 0;
  inside.adoptedStyleSheets = [type, ...sheets];
  inside.documentElement.lang = page.documentElement.lang || "en";
  inside.documentElement.style.colorScheme = theme;
  inside.head.replaceChildren(...[...page.head.childNodes].map((node) => inside.importNode(node, true)));
  inside.body.replaceChildren(...[...page.body.childNodes].map((node) => inside.importNode(node, true)));
  for (const element of inside.querySelectorAll(`[${SLEEPING_STYLE}]`)) {
    (element as HTMLElement | SVGElement).style.cssText = element.getAttribute(SLEEPING_STYLE) ?? "";
    element.removeAttribute(SLEEPING_STYLE);
  }
  inside.scrollingElement?.scrollTo({ top: place, behavior: "instant" });
}

const SLEEPING_SHEET = "data-sheet";
const SLEEPING_STYLE = "data-style";

/** Style elements as templates, style attributes as attributes that mean nothing. */
function asleep(html: string): string {
  return html
    .replaceAll(/<style\b[^>]*>/gi, `<template ${SLEEPING_SHEET}>`)
    .replaceAll(/<\/style\s*>/gi, "</template>")
    .replaceAll(/(<[a-z][^<>]*?\s)style=/gi, `$1${SLEEPING_STYLE}=`);
}

/** The frame is nowhere: what is on the page is found from there, and what is elsewhere is only named. */
function stayInside(link: Element): void {
  const address = link.getAttribute("href") ?? "";
  if (address.startsWith("#")) return link.setAttribute("href", `about:blank${address}`);
  link.removeAttribute("href");
  link.setAttribute("title", address);
}

/** A frame does not know the window's theme: what the sheet says of the system's is decided here. */
function answerTheme(sheet: { readonly cssRules: CSSRuleList }, theme: ThemeName): void {
  for (const rule of sheet.cssRules) {
    const media = (rule as Partial<CSSMediaRule>).media;
    if (!media) continue;
    const asked = /prefers-color-scheme:\s*(dark|light)/.exec(media.mediaText)?.[1];
    if (asked !== undefined) media.mediaText = asked === theme ? "all" : "not all";
    answerTheme(rule as CSSMediaRule, theme);
  }
}
