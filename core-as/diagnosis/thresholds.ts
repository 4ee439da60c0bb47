// Every threshold of the diagnosis, with where it comes from. Nothing else in this folder holds a number to judge by.

export interface Threshold {
  readonly value: number;
  readonly source: string;
}

const threshold = (value: number, source: string): Threshold => ({ value, source });

export const THRESHOLDS = {
  /** Of the last hidden layer's figure over the first's, or its inverse: beyond it the signal has not survived. */
  signalRatio: threshold(
    100,
    "numerics of Init Lab: a hundredfold over the depth, an e-fold a layer over five (Glorot & Bengio 2010; He et al. 2015)",
  ),
  gradientRatio: threshold(
    100,
    "numerics of Init Lab: a hundredfold over the depth (Glorot & Bengio 2010; Schoenholz et al. 2017)",
  ),
  /** Beyond it nothing is left in float32, or soon nothing will be. */
  hopelessRatio: threshold(1e6, "TheDeepChecker (Ben Braiek & Khomh 2023): vanishing below 1e-6"),
  /** Two weight gradients within this factor look alike in a plot. */
  flatRatio: threshold(10, "numerics of Init Lab: one decade of a logarithmic plot"),
  /** Spread over the samples as a share of the layer's rms: its square is 1 - c. */
  collapsedShare: threshold(0.01, "Schoenholz et al. 2017: correlation of pairs, here 1 - c below 10^-4"),
  /** How far that share must have fallen since the first layer to be the network's doing. */
  collapsedFall: threshold(10, "numerics of Init Lab: inputs that were alike from the start are no collapse"),
  /** Correlation of pairs from which on it is worth a word. */
  alikeCorrelation: threshold(0.85, "Poole et al. 2016: the correlation map, far on its way to 1"),
  /** Growth of 1 - c between neighbours, as predicted for two inputs infinitely close. */
  separationPredicted: threshold(
    100,
    "Poole et al. 2016: the slope of the correlation map at 1, tenfold in distance",
  ),
  /** The same as measured between pairs at the smallest angle, where it soon reaches its ceiling. */
  separationMeasured: threshold(10, "Poole et al. 2016, figure 2: pairs at 11 degrees come apart"),
  saturatedShare: threshold(
    0.25,
    "Glorot & Bengio 2010, section 3: units on the flat ends of the activation",
  ),
  /** Of an output layer. */
  flatOutputShare: threshold(
    0.9,
    "Glorot & Bengio 2010, section 3: units on the flat ends of the activation",
  ),
  deadShare: threshold(0.5, "Lu et al. 2019: units that give zero on every sample"),
  /** Of an output layer: a few outputs that are silent are no failure. */
  wholeShare: threshold(1, "Lu et al. 2019: units that give zero on every sample"),
  deadShareWorthAWord: threshold(0.1, "Keras issue 7057: dead units a layer"),
  /** Fewer samples cannot tell a dead unit from one that happened to be silent. */
  deadSamples: threshold(16, "a unit that is on half of the time is silent on 16 samples once in 65 536"),
  /** Distinct units over units that are alive. */
  distinctShare: threshold(0.5, "the founding notes: equal weights make equal units"),
} as const satisfies Record<string, Threshold>;
