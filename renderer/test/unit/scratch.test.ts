declare const process: { env: Record<string, string | undefined> };
import { it } from "vitest";
import { openHost } from "../../../core-as/test/runtime/host";
import { Measuring } from "./learnEvidence";
import type { Chapter } from "../../src/lab/learn/chapter";
it("x", async () => {
  const names = process.env["CH"]!.split(",");
  const host = openHost("fast");
  for (const name of names) {
  const m = new Measuring(host);
  const c = (await import(`../../src/lab/learn/chapters/${name}.ts`))[name] as Chapter;
  const t0 = performance.now();
  const texts = c.fill.texts(await m.evidence(c.fill.needs));
  let out = `${c.title}\n${c.setting}\n`;
  const fill = (s: string) => s.replaceAll(/\\fill\{(\w+)\}/g, (_, n) => texts[n]!).replaceAll(/\{(\w+)\}/g, (w, n) => texts[n] ?? w);
  for (const b of c.text) out += (b.kind === "formula" ? "    " + fill(b.latex) : b.kind === "paragraph" ? fill(b.prose) : `NOTES ${b.notes} PRECISELY ${fill(b.precisely)}`) + "\n";
  out += `? ${c.question.ask}\n`;
  for (const shift of [0, 1000, 2000]) { const r = c.question.reveal(await m.evidence(c.question.needs, shift)); out += `  -> ${r.right === null ? "NULL" : c.question.choices[r.right]} | ${r.measured}\n     ${shift ? "" : r.because}\n`; }
  for (const s of c.statements) { out += `* ${s.claim}\n`; for (const shift of [0, 1000, 2000]) { const j = s.judge(await m.evidence(s.needs, shift)); out += `  [${j.verdict}] ${j.measured}\n     ${j.because}\n`; } }
  out += `needs (3 seeds) ${Math.round(performance.now() - t0)} ms\n`;
  const init = Object.fromEntries(c.trial.controls.map((x) => [x.id, x.initial]));
  const sets = [init, ...c.trial.controls.flatMap((k) => (k.kind === "choice" ? k.options.map((_, i) => i) : [k.bounds.min, k.bounds.max]).map((v) => ({ ...init, [k.id]: v })))];
  for (const v of sets) { const t = performance.now(); const run = await m.run(c.trial.spec(v)); out += JSON.stringify(v) + ` ${Math.round(performance.now() - t)} ms ` + c.trial.readings(run).map((r) => `${r.label}: ${r.value}`).join("; ") + "\n"; }
  const ch = c.trial.chart;
  if (ch.kind === "sweep") for (const v of [init, ...sets.filter((s) => c.trial.controls.some((k) => k.kind === "choice" && s[k.id] !== init[k.id]))]) { const t = performance.now(); out += JSON.stringify(v) + " at " + ch.at(v) + ": "; for (const p of ch.places(v)) { const s = ch.read(await m.run(ch.spec(v, p))); out += `${p}: ${s.measured.toPrecision(3)} (${s.low?.toPrecision(3)}..${s.high?.toPrecision(3)}) pred ${s.predicted?.toPrecision(3)}; `; } out += ` ${Math.round(performance.now() - t)} ms\n`; }
  console.log(out);
  }
  host.pool.close();
}, 200000);
