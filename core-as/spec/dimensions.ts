// Size of an experiment's batch, where the spec alone tells it.
import { DIGITS } from "./bounds";
import type { DataSpec } from "./experiment";

export interface BatchShape {
  readonly samples: number;
  readonly features: number;
}

/** Features of a source whose points lie in the plane. */
export const PLANE_FEATURES = 2;

/** Null where only the file knows. */
export function knownShape(data: DataSpec): BatchShape | null {
  switch (data.source) {
    case "gaussian":
    case "uniform":
      return { samples: data.samples, features: data.features };
    case "digits":
      return { samples: data.samples, features: DIGITS.features };
    case "two_moons":
    case "spirals":
    case "xor":
      return { samples: data.samples, features: PLANE_FEATURES };
    case "file":
      return null;
  }
}
