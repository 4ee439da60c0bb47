// What the theory integrates: the float64 functions of one activation, and the elementary ones beside them. Types only.
// All come from the core, one machine's bits as another's: gains enter the bits of weights.

/** Elementary functions of the core. */
export interface Elementary {
  readonly exp: (x: number) => number;
  readonly expBulk: (xs: Float64Array) => Float64Array;
  readonly log: (x: number) => number;
  readonly atan: (x: number) => number;
}

export interface ActivationFunctions extends Elementary {
  readonly phi: (x: number) => number;
  readonly dphi: (x: number) => number;
  /** phi and phi' of many, in a fresh array; the same bits as one by one. */
  readonly phiBulk: (xs: Float64Array) => Float64Array;
  readonly dphiBulk: (xs: Float64Array) => Float64Array;
  /** Where phi, phi' or phi'' jumps. */
  readonly kinks: readonly number[];
  /** omega, where phi(x) is sin(omega x): far out there are closed forms alone. */
  readonly sine?: number;
}
