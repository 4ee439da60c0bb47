// The edge of the host: nothing that is not well formed gets past it, and nothing but a HostError comes back.
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HostError } from "../../contract/hostError";
import { hostFromCalls, isMethodName, METHOD_NAMES } from "../../contract/methodNames";
import { callMethod, parseArguments } from "../../contract/methods";
import { sampleDraft, sampleToSave } from "./samples";
import { refusal } from "./suite";

/** Notes what reaches it. */
function listener() {
  const heard: { readonly name: string; readonly args: readonly unknown[] }[] = [];
  const host = hostFromCalls((name, args) => {
    heard.push({ name, args });
    return Promise.resolve("done");
  });
  return { heard, host };
}

async function failing(thrown: unknown): Promise<never> {
  await Promise.resolve();
  throw thrown;
}

describe("ids", () => {
  it.each(["a", "2026-01-31-x", "a - Copy (2)", "console", "com10", "a.con", "x".repeat(100)])(
    "%j is one",
    (id) => expect(parseArguments("openExperiment", [id])).toEqual([id]),
  );

  it.each([
    "con",
    "NUL",
    "Aux.b",
    "com1",
    "lpt9 .b",
    "a.",
    "a ",
    " a",
    "-a",
    "\u017f",
    "\u212a",
    "x".repeat(101),
  ])("%j is none", (id) =>
    expect(() => parseArguments("openExperiment", [id])).toThrow(/the id of an experiment/),
  );
});

describe("callMethod", () => {
  it.each(["close", "__proto__", "constructor", "toString", "then", "", 7, null, undefined, ["about"], {}])(
    "knows no method %j",
    async (name) => {
      const { heard, host } = listener();
      expect(isMethodName(name)).toBe(false);
      expect(await refusal(callMethod(host, name, []))).toMatchObject({ code: "invalid", where: "method" });
      expect(heard).toEqual([]);
    },
  );

  it.each([undefined, null, "about", {}, { length: 0 }])("takes no %j for arguments", async (args) => {
    const { heard, host } = listener();
    expect(await refusal(callMethod(host, "about", args))).toMatchObject({ code: "invalid", where: "about" });
    expect(heard).toEqual([]);
  });

  it("lets nothing through that was not parsed", async () => {
    const anything = fc.anything({
      withNullPrototype: true,
      withTypedArray: true,
      withBigInt: true,
      withSparseArray: true,
    });
    const spoiled = fc
      .tuple(fc.constantFrom("experiment", "draft"), fc.string(), anything)
      .map(([what, key, value]) => ({
        ...(what === "draft" ? sampleDraft() : sampleToSave()),
        [key]: value,
      }));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...METHOD_NAMES),
        fc.array(fc.oneof(anything, spoiled), { maxLength: 3 }),
        async (name, args) => {
          const { heard, host } = listener();
          const thrown: unknown = await callMethod(host, name, args).then(
            () => null,
            (error: unknown) => error,
          );
          if (thrown === null) expect(heard).toEqual([{ name, args: parseArguments(name, args) }]);
          else {
            expect((thrown as HostError).failure).toMatchObject({ code: "invalid" });
            expect(heard).toEqual([]);
          }
        },
      ),
      { numRuns: 1000 },
    );
  });

  it("is what it parsed: parsed again it is the same", () => {
    for (const [name, args] of [
      ["saveExperiment", [sampleToSave({ tags: [" a", "A", "b"] })]],
      ["keepDraft", [sampleDraft()]],
    ] as const) {
      const once = parseArguments(name, args);
      expect(parseArguments(name, once)).toEqual(once);
    }
  });

  it("makes a HostError of anything thrown", async () => {
    const anything: readonly unknown[] = [
      new Error("oops"),
      "text",
      undefined,
      Object.assign(new Error("x"), { code: "ENOENT" }),
    ];
    for (const thrown of anything) {
      const host = hostFromCalls(() => failing(thrown));
      expect(await refusal(callMethod(host, "about", []))).toMatchObject({ code: "internal" });
    }
    const known = new HostError({ code: "locked", message: "wait", where: "there" });
    expect(
      await refusal(
        callMethod(
          hostFromCalls(() => Promise.reject(known)),
          "about",
          [],
        ),
      ),
    ).toBe(known);
  });
});

describe("a host made of calls", () => {
  it("has every method, and leaves out trailing arguments that are not given", async () => {
    const { heard, host } = listener();
    await host.emptyTrash(undefined);
    await host.emptyTrash(["a"]);
    await host.describeExperiment("a", { name: "b" });
    expect(heard).toEqual([
      { name: "emptyTrash", args: [] },
      { name: "emptyTrash", args: [["a"]] },
      { name: "describeExperiment", args: ["a", { name: "b" }] },
    ]);
    expect(Object.keys(host)).toEqual([...METHOD_NAMES]);
    // An await of the host itself asks it for nothing.
    expect(await Promise.resolve(host)).toBe(host);
  });
});
