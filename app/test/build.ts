// Before all tests: the build is fresh, so that no test waits for it or measures it.
import { buildIfStale } from "../build/build.mjs";

export default async function setup(): Promise<void> {
  await buildIfStale();
}
