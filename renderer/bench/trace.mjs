// Script time of the page's main thread, read from Chromium's own trace: what ran in JavaScript between one picture
// and the next. Layout, style and paint are the browser's and are left out.

export const TRACED = ["devtools.timeline", "blink.user_timing", "v8", "v8.execute", "__metadata"];
/** The outermost of these count; those inside others are part of them. */
const SCRIPT = new Set(["FunctionCall", "EvaluateScript", "RunMicrotasks", "v8.run", "V8.GC_MC_BACKGROUND"]);
SCRIPT.delete("V8.GC_MC_BACKGROUND");

/**
 * Milliseconds of script, as the thread spent them, for each update: from one `painted` mark to the next. The thread is the one that sets the
 * marks. What runs when nothing changes counts for the update after it.
 */
export function scriptMillisByUpdate(trace, painted) {
  const { traceEvents } = JSON.parse(trace.toString("utf8"));
  const marks = traceEvents.filter(({ cat, name }) => cat.includes("blink.user_timing") && name === painted);
  if (marks.length === 0) return [];
  const { pid, tid } = marks[0];
  const spans = traceEvents
    .filter((e) => e.pid === pid && e.tid === tid && e.ph === "X" && SCRIPT.has(e.name))
    .map(({ ts, dur = 0, tdur = dur }) => ({ from: ts, to: ts + dur, cpu: tdur }))
    .sort((a, b) => a.from - b.from);
  const outermost = [];
  let end = -Infinity;
  for (const span of spans) {
    if (span.from < end) continue;
    outermost.push(span);
    end = span.to;
  }
  const borders = marks.map(({ ts }) => ts).sort((a, b) => a - b);
  // A span that holds the mark belongs to the update that the mark ends.
  return borders
    .slice(1)
    .map((border, i) =>
      outermost
        .filter(({ from }) => from > borders[i] && from <= border)
        .reduce((sum, { cpu }) => sum + cpu / 1000, 0),
    );
}
