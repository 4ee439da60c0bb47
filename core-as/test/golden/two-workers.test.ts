// A file for each number of workers, so that they run side by side.
import { describe } from "vitest";
import { comparePresets } from "./compare";

describe("golden digests: fast core, two workers", () => comparePresets("fast", 2));
