// The claims of the founding notes, in the notes' order: each statement with its judge.
import type { Claim } from "./claim";
import { he } from "./he";
import type { Judge } from "./judge";
import { large } from "./large";
import { same } from "./same";
import { small } from "./small";
import { type ClaimId, STATEMENTS } from "./statements";
import { logistic, xavier, xavierRelu } from "./xavier";
import { zeros } from "./zeros";

const JUDGES: Readonly<Record<ClaimId, Judge>> = {
  ...zeros,
  ...same,
  ...large,
  ...small,
  ...xavier,
  ...logistic,
  ...xavierRelu,
  ...he,
};

export const FOUNDING_CLAIMS: readonly Claim[] = STATEMENTS.map((statement) => {
  const { runs, trainings, judge } = JUDGES[statement.id];
  return { ...statement, needs: { runs, trainings }, judge };
});
