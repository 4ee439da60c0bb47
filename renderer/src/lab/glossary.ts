// The words and symbols of the lab, explained once: tooltips and the glossary's page read this table.
// Says what a thing is and how it is counted; what follows from it is told elsewhere.

export interface GlossaryEntry {
  readonly name: string;
  /** LaTeX. */
  readonly symbol?: string;
  readonly text: string;
  /** LaTeX. */
  readonly formula?: string;
  readonly unit?: string;
  /** Other words under which it is looked for. */
  readonly also?: string;
}

const entries = {
  preactivation: {
    name: "Preactivation",
    symbol: "z",
    text: "What a unit sums up before its activation: weights times the layer's inputs, and the bias.",
    formula: "z_i = \\sum_j W_{ij} h_j + b_i",
    also: "logit net input",
  },
  activation: {
    name: "Activation",
    symbol: "h",
    text: "What a unit gives on: the nonlinearity of its preactivation. Also the nonlinearity itself, φ.",
    formula: "h_i = \\varphi(z_i)",
    also: "phi nonlinearity output",
  },
  weights: {
    name: "Weights",
    symbol: "W",
    text: "The matrix of a layer, a row for each unit and a column for each input. Its first values are what this lab is about.",
    formula: "W \\in \\mathbb{R}^{n_{\\mathrm{out}} \\times n_{\\mathrm{in}}}",
  },
  bias: {
    name: "Bias",
    symbol: "b",
    text: "What is added to each unit's sum. Most schemes start it at zero.",
  },
  fanIn: {
    name: "Fan in",
    symbol: "n_{\\mathrm{in}}",
    text: "How many inputs a unit sums: the units of the layer before, or the features of the data.",
    unit: "count",
    also: "fan_in",
  },
  fanOut: {
    name: "Fan out",
    symbol: "n_{\\mathrm{out}}",
    text: "How many units the layer has. Backwards, each input sums the gradients of that many.",
    unit: "count",
    also: "fan_out",
  },
  fanMode: {
    name: "Fan mode",
    text: "By which width a scheme divides: fan in keeps the signal's size forwards, fan out the gradient's backwards; the averages compromise.",
    also: "mode fan_avg",
  },
  scheme: {
    name: "Scheme",
    text: "The law by which the weights of a layer are drawn before anything is learned.",
    also: "initializer initialisation",
  },
  std: {
    name: "Standard deviation",
    symbol: "\\sigma",
    text: "Root mean square distance from the mean, over all elements of a layer and all samples.",
    formula: "\\sigma = \\sqrt{\\mathbb{E}[(z-\\bar z)^2]}",
    also: "std spread",
  },
  mean: { name: "Mean", symbol: "\\mu", text: "The average of all elements.", also: "average" },
  rms: {
    name: "Root mean square",
    text: "The size of values whatever their sign; with mean zero it is the standard deviation.",
    formula: "\\sqrt{\\mathbb{E}[z^2]}",
    also: "rms",
  },
  acrossSampleStd: {
    name: "Across-sample std",
    text: "How far a unit's output moves from one sample to another, root mean square over the units. Near zero, a layer gives the same answer to everything, however healthy its histogram looks.",
    formula: "\\sqrt{\\tfrac1n \\sum_i \\mathrm{Var}_{\\text{samples}}[h_i]}",
    also: "collapse",
  },
  acrossUnitStd: {
    name: "Across-unit std",
    text: "Std over the units of their mean over the samples: what a layer says before it has seen a sample.",
  },
  saturated: {
    name: "Saturated",
    text: "Share of values where the activation's slope is below 5 % of its greatest: there hardly any gradient passes.",
    formula: "|\\varphi'(z)| < 0.05\\,\\max|\\varphi'|",
    unit: "share",
  },
  deadUnits: {
    name: "Dead units",
    text: "Units that give zero on every sample and get no gradient: they cannot learn.",
    unit: "count",
    also: "dying relu",
  },
  distinctUnits: {
    name: "Distinct units",
    text: "How many different units a layer has. Where all weights start alike there is one, many times, and training keeps it so.",
    unit: "count",
    also: "symmetry",
  },
  effectiveRank: {
    name: "Effective rank",
    text: "In how many directions the layer's outputs spread over the samples, as the participation ratio of their covariance.",
    formula: "\\frac{(\\sum_i \\lambda_i)^2}{\\sum_i \\lambda_i^2}",
    unit: "directions",
    also: "participation ratio",
  },
  meanCosine: {
    name: "Mean cosine",
    text: "Cosine between the outputs for two samples, averaged over pairs. At 1 all samples look alike.",
    also: "correlation similarity",
  },
  gradientNorm: {
    name: "Gradient",
    symbol: "\\partial J/\\partial z",
    text: "How strongly what is sent back at the output answers to a change of a preactivation; its rms over samples and units is what a layer has to learn from.",
    also: "backward gradient norm rms",
  },
  probe: {
    name: "Probe",
    text: "A backward pass without labels: random numbers N(0, 1) are sent back from the outputs, so that gradients can be measured on any network.",
    also: "cotangent",
  },
  crossEntropy: {
    name: "Cross-entropy",
    text: "The mean loss of the softmax of the outputs against the labels. Needs labels and one output for each class.",
    formula: "J = -\\tfrac1N \\sum \\log p_{\\text{label}}",
    unit: "nats",
    also: "loss softmax",
  },
  gain: {
    name: "Gain",
    symbol: "g",
    text: "The factor that gives back what the activation takes: a scheme's std is the gain over the root of a fan.",
    formula: "\\sigma = g / \\sqrt{n}",
    also: "calculate_gain",
  },
  scale: {
    name: "Scale",
    symbol: "s",
    text: "Like the gain, squared: a scheme's variance is the scale over a fan.",
    formula: "\\sigma^2 = s / n",
  },
  nonlinearity: {
    name: "Nonlinearity of a scheme",
    text: "The activation that a He scheme reckons with. It is chosen by itself: what the layer does may be something else. “forward”, “variance” and “backward” compute the gain for the layer's own activation.",
    also: "calculate_gain",
  },
  truncated: {
    name: "Truncated normal",
    text: "A normal distribution whose tails are cut off and drawn anew; the std that is left is smaller than the one that was asked for.",
  },
  sparsity: {
    name: "Sparsity",
    text: "Share of the weights that start at exactly zero.",
    unit: "share",
  },
  orthogonal: {
    name: "Orthogonal",
    text: "A random rotation: rows or columns stand at right angles and have length gain, so a linear layer keeps every length.",
    formula: "W^{\\mathsf T} W = g^2 I",
    also: "isometry",
  },
  lsuv: {
    name: "LSUV",
    text: "Layer-sequential unit variance: each matrix is drawn, then scaled by the data until its preactivations have variance 1.",
    also: "data-dependent",
  },
  critical: {
    name: "Critical line",
    text: "The pairs of σ_w and σ_b for which χ₁ = 1: neither order, where samples grow alike, nor chaos, where neighbours fly apart.",
    formula: "\\chi_1 = \\sigma_w^2\\,\\mathbb{E}[\\varphi'(\\sqrt{q^*}\\,u)^2] = 1",
    also: "edge of chaos",
  },
  chi: {
    name: "Chi",
    symbol: "\\chi",
    text: "By how much the mean square of a gradient grows from a layer to the one before: below 1 gradients vanish, above 1 they explode.",
    formula: "\\chi = \\sigma_w^2\\,\\mathbb{E}[\\varphi'(z)^2]",
  },
  sigmaW: {
    name: "σ_w",
    symbol: "\\sigma_w",
    text: "Std of the weights times the root of fan in: what theory calls the size of a layer's weights.",
    formula: "\\sigma_w = \\sqrt{n_{\\mathrm{in}} \\mathrm{Var}\\,W}",
  },
  sigmaB: { name: "σ_b", symbol: "\\sigma_b", text: "Std of the biases." },
  q: {
    name: "q",
    symbol: "q",
    text: "Mean square of a layer's preactivations, as mean-field theory predicts it.",
    formula: "q^{l} = \\sigma_w^2\\,\\mathbb{E}[\\varphi(\\sqrt{q^{l-1}}\\,u)^2] + \\sigma_b^2",
    also: "length map fixed point",
  },
  c: {
    name: "c",
    symbol: "c",
    text: "Correlation of two samples' preactivations. At 1 the layer cannot tell them apart.",
    also: "correlation map",
  },
  depthScale: {
    name: "Depth scale",
    symbol: "\\xi",
    text: "Over how many layers a deviation from the fixed point falls to 1/e: how deep a signal reaches.",
    unit: "layers",
  },
  jacobian: {
    name: "Jacobian",
    text: "The matrix of the outputs' derivatives by the inputs, at the first sample. Singular values all near 1: lengths and angles pass unharmed.",
    formula: "J = \\partial h^{L} / \\partial x",
    also: "dynamical isometry",
  },
  correlationMap: {
    name: "Correlation map",
    text: "How alike pairs of inputs at a range of angles become, layer after layer.",
  },
  spectrum: {
    name: "Spectrum",
    text: "The singular values of a weight matrix: by how much it stretches each direction.",
    also: "singular values spectra",
  },
  normalization: {
    name: "Normalization",
    text: "Preactivations are set to mean 0 and variance 1 before the activation: over the units of a sample (layer), over the samples of the batch (batch), or by their rms alone.",
    also: "batchnorm layernorm rmsnorm",
  },
  residual: {
    name: "Shortcut",
    text: "A block's input is added to its scaled output, so that signal and gradient have a way round.",
    formula: "h^{l+k} \\leftarrow h^{l} + \\alpha\\,h^{l+k}",
    also: "residual skip resnet",
  },
  standardize: {
    name: "Standardize",
    text: "Each feature is shifted and scaled to mean 0 and std 1 over the samples used.",
  },
  correlation: {
    name: "Correlation of features",
    symbol: "\\rho",
    text: "How much any two features of the drawn inputs go together.",
  },
  draws: {
    name: "Draws",
    text: "How often the experiment is run, each time with the next seed. The band shows where 5 to 95 % of the draws lie; below 20 draws, the least and the most.",
    unit: "count",
    also: "replicates seeds band",
  },
  seed: {
    name: "Seed",
    text: "The number that all random draws follow from: the same seed gives the same bits on every machine.",
    also: "random",
  },
  parameters: {
    name: "Parameters",
    text: "All weights and biases of the network, the output layer included.",
    unit: "count",
  },
  depth: { name: "Depth", symbol: "L", text: "Number of hidden layers.", unit: "layers" },
  width: { name: "Width", symbol: "n", text: "Units of a hidden layer.", unit: "units" },
  digest: {
    name: "Digest",
    text: "The sha256 of everything measured. Two runs agree in every bit when their digests do.",
    also: "hash sha256",
  },
  seedBand: {
    name: "Seed band",
    text: "The tint around a measured line: what other draws of the same experiment give.",
  },
  predicted: {
    name: "Predicted",
    text: "What mean-field theory says in closed form for infinitely wide layers; drawn dashed. Measured figures are drawn solid.",
    also: "theory mean field",
  },
} satisfies Record<string, GlossaryEntry>;

export type TermId = keyof typeof entries;

export const GLOSSARY: Readonly<Record<TermId, GlossaryEntry>> = entries;
