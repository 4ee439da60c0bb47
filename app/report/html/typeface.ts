// Inter within the page, so that it looks the same on every machine and what a drawing's letters were guessed to take up
// is what they take up. Latin and Greek, 90 kB as base64: other scripts, and signs that Inter's Latin has not, are set in
// the reader's own type. A font's bytes become text where the page's maker is bundled: app/build, and vitest.config.ts.
import greek from "@fontsource-variable/inter/files/inter-greek-wght-normal.woff2";
import latin from "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2";

/** As the package's own style sheet gives them. */
const LATIN =
  "U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+0304,U+0308,U+0329,U+2000-206F,U+20AC,U+2122,U+2191,U+2193,U+2212,U+2215,U+FEFF,U+FFFD";
const GREEK = "U+0370-0377,U+037A-037F,U+0384-038A,U+038C,U+038E-03A1,U+03A3-03FF";

const face = (base64: string, range: string): string =>
  `@font-face{font-family:"Inter Variable";font-style:normal;font-weight:100 900;src:url(data:font/woff2;base64,${base64}) format("woff2");unicode-range:${range}}`;

export const FACES = `${face(latin, LATIN)}\n${face(greek, GREEK)}\n`;
