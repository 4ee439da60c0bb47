// The diagnosis of several seeds of one experiment: the first seed's, with how many of the others agree, and what
// only others have.
import type { Finding, FindingCode } from "../spec/result";
import { diagnose } from "./diagnose";
import { isAlarm } from "./finding";
import type { Diagnosed } from "./reading";

/** `seeds` begins with the first seed. */
export function diagnoseSeeds(spec: Diagnosed["spec"], seeds: readonly Omit<Diagnosed, "spec">[]): Finding[] {
  const all = seeds.map(({ layers, network }) => diagnose({ spec, layers, network }));
  const own = all[0]!;
  if (seeds.length === 1) return own;
  const alarmed = (code: FindingCode) =>
    all.filter((findings) => findings.some((found) => found.code === code && isAlarm(found)));
  const counted = own.map((found) =>
    isAlarm(found)
      ? {
          ...found,
          evidence: { ...found.evidence, seedsWith: alarmed(found.code).length, seeds: seeds.length },
        }
      : found,
  );
  const known = new Set(own.filter(isAlarm).map(({ code }) => code));
  const elsewhere = new Map<FindingCode, Finding>();
  for (const findings of all.slice(1))
    for (const found of findings)
      if (isAlarm(found) && !known.has(found.code) && !elsewhere.has(found.code))
        elsewhere.set(found.code, found);
  const added = [...elsewhere.values()].map((found): Finding => {
    const count = alarmed(found.code).length;
    return {
      ...found,
      // What most draws have is the network's; what a few have is the luck of the draw.
      severity: 2 * count >= seeds.length ? found.severity : "information",
      evidence: { ...found.evidence, seedsWith: count, seeds: seeds.length },
      message: `Not in the first seed, but in ${count} of ${seeds.length}. ${found.message}`,
    };
  });
  const whole = [...added.filter(isAlarm), ...counted, ...added.filter((found) => !isAlarm(found))];
  return whole.some(isAlarm) ? whole.filter(({ code }) => code !== "healthy") : whole;
}
