// Typed numbers and the stops of a slider.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { placeOf, stepped, type Track, typedNumber, valueAt, writable } from "../../src/controls/typed";

const std = { min: 1e-9, max: 1e6 };
const log: Track = { low: 1e-3, high: 30, scale: "log", step: 1, isWhole: false };
const linear: Track = { low: -2, high: 2, scale: "linear", step: 0.01, isWhole: false };

describe("typed numbers", () => {
  it.each([
    ["0.01", 0.01],
    [" 1 000 ", 1000],
    ["1\u202f000", 1000],
    ["1e-3", 1e-3],
    ["10^-2", 0.01],
    ["2×10^3", 2000],
    [".5", 0.5],
  ])("%s", (text, value) => expect(typedNumber(text, std)).toEqual({ value }));

  it.each(["", "abc", "1,5", "0", "1e9", "1e", "NaN", "Infinity", "0x10"])(
    "refuses %s and says the bounds",
    (text) => {
      const typed = typedNumber(text, std);
      expect("problem" in typed && typed.problem).toMatch(/a number from 1e−9 to 1\u202f000\u202f000$/);
    },
  );

  it("says that it must be whole", () => {
    expect(typedNumber("2.5", { min: 1, max: 9, integer: true })).toEqual({
      problem: "2.5 is not whole; write a whole number from 1 to 9",
    });
  });

  it("what is shown for typing can be typed back", () => {
    fc.assert(
      fc.property(fc.double({ min: -1e6, max: 1e6, noNaN: true }), (value) => {
        expect(typedNumber(writable(value), { min: -1e6, max: 1e6 })).toEqual({
          value: value === 0 ? 0 : value,
        });
      }),
    );
  });
});

describe("stops", () => {
  it("powers of ten and zero draw the knob", () => {
    expect(valueAt(placeOf(0.01, log) + 0.004, log)).toBe(0.01);
    expect(valueAt(placeOf(1, log) - 0.004, log)).toBe(1);
    expect(valueAt(0.503, linear)).toBe(0);
    expect(valueAt(0.503, linear, true)).toBe(0.012);
  });

  it("arrows walk a decade in its first digit's tenths, and back", () => {
    const up = (value: number) => stepped(value, true, "one", log, std);
    const down = (value: number) => stepped(value, false, "one", log, std);
    expect([up(1), up(0.01), up(9.9), up(1.17)]).toEqual([1.1, 0.011, 10, 1.2]);
    expect([down(1.1), down(1), down(10)]).toEqual([1, 0.99, 9.9]);
    expect(stepped(1, true, "page", log, std)).toBe(3.2);
    expect(stepped(1, true, "fine", log, std)).toBe(1.01);
  });

  it("whole numbers always move by one at least, and stop at the bounds", () => {
    const whole: Track = { low: 1, high: 1000, scale: "log", step: 1, isWhole: true };
    const bounds = { min: 1, max: 16_384, integer: true };
    expect(stepped(1, true, "one", whole, bounds)).toBe(2);
    expect(stepped(1, false, "one", whole, bounds)).toBe(1);
    expect(stepped(100, true, "one", whole, bounds)).toBe(110);
    expect(stepped(16_384, true, "page", whole, bounds)).toBe(16_384);
  });

  it("a place gives its value back within a stop", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (place) => {
        expect(placeOf(valueAt(place, log, true), log)).toBeCloseTo(place, 2);
        expect(placeOf(valueAt(place, linear, true), linear)).toBeCloseTo(place, 2);
      }),
    );
  });
});
