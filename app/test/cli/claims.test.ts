// initlab claims: what it prints, what it refuses, how it ends.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { MeasuredClaim } from "../../../core-as/claims/claim";
import { STATEMENTS } from "../../../core-as/claims/statements";
import { emptyFolder, lab } from "../lab";

/** About ten seconds where nothing else runs. */
const PATIENCE_MILLIS = 600_000;
const VERDICTS = ["holds", "holds only if", "does not hold"];

describe("claims", { timeout: PATIENCE_MILLIS }, () => {
  it("--json prints every claim of the notes with its figures, verdict and reason; --report too", async () => {
    const cwd = emptyFolder();
    const { code, stdout, stderr } = await lab(["claims", "--json", "--seed", "7", "--report", "claims.md"], {
      cwd,
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const claims = JSON.parse(stdout) as MeasuredClaim[];
    expect(claims.map(({ id, quote, claim }) => ({ id, quote, claim }))).toEqual(
      STATEMENTS.map(({ id, quote, claim }) => ({ id, quote, claim })),
    );
    for (const { id, measured, verdict, because } of claims) {
      expect(VERDICTS, id).toContain(verdict);
      expect(because, id).toMatch(verdict === "holds only if" ? /^Only if \w/ : /^(?!Only if)\S/);
      expect(Object.values(measured).length, id).toBeGreaterThan(0);
      for (const value of Object.values(measured)) expect(typeof value, id).toBe("number");
    }
    const report = readFileSync(join(cwd, "claims.md"), "utf8");
    expect(report).toContain("initlab claims --seed 7");
    for (const verdict of VERDICTS)
      expect(
        report.match(new RegExp(`^\\*\\*${verdict.replace("only if", "only if …")}:\\*\\* `, "gim")) ?? [],
      ).toHaveLength(claims.filter((claim) => claim.verdict === verdict).length);
  });

  it("for people: the words, the verdict, a table of figures, within 100 columns; progress when asked", async () => {
    const { code, stdout, stderr } = await lab(["claims", "--progress"]);
    expect(code).toBe(0);
    const lines = stdout.trimEnd().split("\n");
    for (const { id, claim } of STATEMENTS) {
      expect(stdout).toMatch(new RegExp(`^${id}: (${VERDICTS.join("|")})$`, "m"));
      expect(stdout.replaceAll(/\s+/g, " ")).toContain(claim.replaceAll(/\s+/g, " "));
    }
    for (const line of lines) expect([...line].length, line).toBeLessThanOrEqual(100);
    expect(lines).toContain("    dead units, layer 1      100");
    expect(lines.at(-1)).toMatch(
      /^25 claims, seed 42\. holds: \d+; holds only if \.\.\.: \d+; does not hold: \d+$/,
    );
    expect(stderr).toMatch(/^0 % claim 1\/25, zeros-relu-outputs\n/);
  });

  it("refuses what it does not know", async () => {
    for (const args of [
      ["--report", "claims.doc"],
      ["--seed", "-1"],
      ["--seed", "x"],
      ["preset:he-normal-relu"],
    ]) {
      const { code, stdout, stderr } = await lab(["claims", ...args]);
      expect(stderr).toMatch(/^initlab: [^\n]+: [^\n]+\n$/);
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    }
  });

  it("Ctrl-C ends it", async () => {
    const { code, stdout, stderr } = await lab(["claims", "--json"], { interruptMillis: 1500 });
    expect({ code, stdout, stderr }).toEqual({
      code: 130,
      stdout: "",
      stderr: "initlab: claims: cancelled; nothing was written\n",
    });
  });
});
