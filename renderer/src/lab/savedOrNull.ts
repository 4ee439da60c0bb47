// A saved experiment that may have gone into the trash, or been damaged, since its id was known.
import type { HostApi, SavedExperiment } from "../../../app/contract/hostApi";
import { HostError } from "../../../app/contract/hostError";

/** Null where there is none any more. Rejects with every other HostError. */
export async function savedOrNull(
  host: Pick<HostApi, "openExperiment">,
  id: string,
): Promise<SavedExperiment | null> {
  try {
    return await host.openExperiment(id);
  } catch (error) {
    if (error instanceof HostError && (error.code === "not_found" || error.code === "damaged")) return null;
    throw error;
  }
}
