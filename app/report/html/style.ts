// The report's style sheet. Colours are the app's, by the names that the figures use; so is its type.
import { paletteCss } from "../svg/colours";
import { FACES } from "./typeface";

const FONT =
  '"Inter Variable", Inter, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';
const MONO =
  'ui-monospace, "JetBrains Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace';

const SCREEN = `
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0 auto;padding:40px 24px 80px;max-width:768px;background:var(--paper);color:var(--ink);font:13px/20px ${FONT};overflow-wrap:break-word}
h1{margin:0;font-size:24px;line-height:32px;font-weight:600;letter-spacing:-.012em;text-wrap:balance}
h2{margin:40px 0 12px;padding-top:16px;border-top:1px solid var(--rule);font-size:16px;line-height:24px;font-weight:600}
h3{margin:28px 0 8px;font-size:14px;line-height:20px;font-weight:600}
h4,h5,h6{margin:16px 0 4px;font-size:13px;line-height:20px;font-weight:600}
p{margin:0 0 12px}
.author{margin:4px 0 0;color:var(--ink-2)}
a{color:var(--accent);text-decoration:none}
a:hover{text-decoration:underline}
a:focus-visible,pre:focus-visible,.scrolls:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
nav{margin:24px 0 0}
nav ol{display:flex;flex-wrap:wrap;gap:4px 20px;margin:0;padding:0;list-style:none}
nav a{display:inline-block;padding:2px 0;line-height:24px}
.verdict{font-size:14px;line-height:22px}
.severity{white-space:nowrap;font-weight:600;margin-right:4px}
.severity svg{vertical-align:-2px}
.severity svg *{fill:none;stroke:var(--paper);stroke-width:1.75;stroke-linecap:round;stroke-linejoin:round}
.severity svg circle,.severity svg .shape{fill:currentColor;stroke:none}
.healthy{color:var(--healthy)}.warning{color:var(--warning)}.broken{color:var(--broken)}.information{color:var(--ink-2)}
.finding{margin:0 0 16px;padding-bottom:4px}
.evidence{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(300px,100%),1fr));gap:0 28px;align-items:start}
.finding+.finding{padding-top:16px;border-top:1px solid var(--rule)}
.finding h3,.finding h4{margin:0 0 2px;font-size:13px}
.found{margin:0;font-size:11px;line-height:20px;color:var(--ink-2)}
.finding table{margin-bottom:10px}
.source{font-size:11px;line-height:16px;color:var(--ink-3)}
.notes{max-width:600px;line-height:22px;margin-bottom:16px}
.notes pre{white-space:pre-wrap}
.notes hr{border:0;border-top:1px solid var(--rule)}
blockquote{margin:0 0 12px;padding-left:12px;border-left:2px solid var(--edge);color:var(--ink-2)}
blockquote p:last-child{margin-bottom:0}
dl{display:grid;grid-template-columns:max-content 1fr;gap:2px 16px;margin:0 0 16px}
dt{color:var(--ink-2);max-width:200px}
dd{margin:0;min-width:0;overflow-wrap:anywhere}
table{border-collapse:collapse;min-width:280px;margin:0 0 20px;max-width:100%;font-size:12px;line-height:18px}
caption{caption-side:top;text-align:left;padding:0 0 4px;font-size:11px;line-height:16px;color:var(--ink-3)}
th,td{padding:3px 0 3px 16px;text-align:left;vertical-align:baseline;font-weight:400;overflow-wrap:break-word}
.long{overflow-wrap:anywhere}
tbody th.long{min-width:120px}
thead tr:first-child>:first-child,tbody tr>:first-child{padding-left:0}
thead th{white-space:nowrap;vertical-align:bottom;color:var(--ink-2);font-size:11px;line-height:16px;overflow-wrap:normal}
thead tr:last-child th,thead th[rowspan]{border-bottom:1px solid var(--edge)}
thead th.group{text-align:center;padding-bottom:0}
tbody tr+tr>*{border-top:1px solid var(--grid)}
.number+:not(.number){padding-left:28px}
th.number,td.number{text-align:right;white-space:nowrap}
td.banded{white-space:normal}
td.number{font-variant-numeric:tabular-nums}
thead th.number{white-space:normal}
.wide{font-size:11px;line-height:16px;width:100%}
.wide th,.wide td{padding-left:8px}
.widest th,.widest td{padding-left:5px}
.tables{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(300px,100%),1fr));gap:0 32px;align-items:start}
.scrolls{overflow-x:auto;margin-bottom:20px}
.scrolls table{margin:0}
pre{margin:0 0 16px;padding:12px;overflow-x:auto;background:var(--frame);border-radius:4px}
pre,code{font:11px/16px ${MONO}}
figure{margin:0;min-width:0}
figure svg{display:block;max-width:100%;height:auto;overflow:visible}
figure.group{margin:0 0 24px}
figure.group>figcaption{margin-bottom:8px;color:var(--ink-3)}
figcaption{font-size:11px;line-height:16px;color:var(--ink-2)}
figcaption strong{color:var(--ink);font-weight:600}
.compact figcaption strong,.absent strong{font-weight:400;color:var(--ink-2)}
.compact figcaption strong{display:block}
.compact figcaption,.absent p{margin:0;font-size:10px;line-height:14px}
.across-1,.across-2,.across-3,.across-4{display:grid;gap:12px 16px;align-items:end}
.across-2{grid-template-columns:repeat(2,minmax(0,1fr))}
.across-3{grid-template-columns:repeat(3,minmax(0,1fr))}
.across-4{grid-template-columns:repeat(4,minmax(0,1fr));gap:8px 10px}
figure.formula{margin:0 0 16px}
figure.formula figcaption{font-size:inherit;line-height:inherit}
figure.formula math{display:block math;width:max-content;margin:4px 0 0 16px;font-size:1.12em}
math{font-size:1.08em}
@media screen and (max-width:640px){td,th{overflow-wrap:anywhere}.across-2{grid-template-columns:minmax(0,1fr)}.across-4{grid-template-columns:repeat(2,minmax(0,1fr))}dl{display:block}dd{margin-bottom:6px}}
@media screen and (min-width:1200px){body{max-width:1016px;padding-left:264px;position:relative}nav{position:fixed;top:40px;margin:0;width:184px;transform:translateX(-224px)}nav ol{display:block}}`;

const PRINT = `
@page{size:A4;margin:18mm 17mm 20mm}
@media print{
body{padding:0;max-width:none;background:none;font-size:9.5pt;line-height:14pt}
nav{display:none}
h1{font-size:18pt;line-height:23pt}
h2{font-size:12.5pt;line-height:17pt;margin:20pt 0 7pt;padding-top:8pt}
section:first-of-type h2{margin-top:14pt}
h1,h2,h3,h4,h5,h6,caption,.found,.finding>p,.verdict,.remedy,blockquote,p:has(+pre),p:has(+table),p:has(+.verdict){break-after:avoid}
p,li,dd{orphans:3;widows:3}
pre{orphans:6;widows:6}
table,.scrolls{overflow:visible}
.source{break-before:avoid}
table.short,pre.short,.finding>p,.evidence>div,.verdict,figure,.absent,figure.formula,blockquote,dl{break-inside:avoid}
figure.group{break-inside:auto}
figure.group>figcaption{break-after:avoid}
thead{display:table-header-group;break-after:avoid}
tr{break-inside:avoid}
tbody tr:nth-child(-n+3):not(:last-child){break-after:avoid}
tbody tr:nth-last-child(-n+3):not(:first-child){break-before:avoid}
table{font-size:8.5pt;line-height:12pt}
.wide{font-size:7.5pt;line-height:10.5pt}
.widest{font-size:6.8pt;line-height:9.5pt}
.wide th,.wide td,thead th{font-size:inherit}
dt{max-width:88pt}
pre{white-space:pre-wrap;overflow-wrap:anywhere;background:none;border:1px solid var(--rule);font-size:7.5pt;line-height:10.5pt}
code{font-size:inherit;line-height:inherit}
a{color:inherit}
}`;

export const STYLE = `${FACES}${paletteCss()}${SCREEN}${PRINT}`;
