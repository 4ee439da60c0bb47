// What the core normalizes by, the host counts with and the theory predicts with. Compiled by asc and by tsc.

/** Added to a variance before its root is taken (numerics.md, the network). */
export const NORMALIZATION_EPSILON = 1e-5;
