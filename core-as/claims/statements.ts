// Every sentence of the founding notes that claims something, in the notes' order. What is not here claims nothing:
// headings, settings, questions (the tests list them with the reason).
import type { ClaimStatement } from "./claim";

export const STATEMENTS = [
  {
    id: "zeros-relu-outputs",
    chapter: "zeros",
    quote: "then every outputs of first layer would be zero",
    claim: "With zero weights and ReLU, every output of the first layer is exactly 0.",
  },
  {
    id: "zeros-relu-dying",
    chapter: "zeros",
    quote: "therefore, dying ReLU occurs",
    claim: "With zero weights and ReLU, every hidden unit is dead: no weight has a gradient, then or later.",
  },
  {
    id: "zeros-outputs",
    chapter: "zeros",
    quote: "every outputs are 0.5 or 0",
    claim: "With zero weights, every output is exactly 0.5 (sigmoid) or 0 (tanh).",
  },
  {
    id: "zeros-chain",
    chapter: "zeros",
    quote:
      "$\\frac {\\partial O_i} {\\partial O_{i-1}} = \\frac {\\partial f(wx+b)} {\\partial x} = 0 (\\because w = 0)$",
    claim: "With zero weights, no gradient passes back through a layer: what reaches its input is exactly 0.",
  },
  {
    id: "zeros-no-updates",
    chapter: "zeros",
    quote: "therefore, no updates",
    claim: "Gradient descent from zero weights, with sigmoid or tanh, changes nothing.",
  },
  {
    id: "same-updates",
    chapter: "same",
    quote: "updated as same value",
    claim: "The units of a hidden layer that start with one value get the same update at every step.",
  },
  {
    id: "same-purpose",
    chapter: "same",
    quote: "Hidden layer losts its purpose",
    claim:
      "A hidden layer that starts with one value computes no more than a single unit, after training too.",
  },
  {
    id: "same-therefore",
    chapter: "same",
    quote: "therefore, we need to initialize weights appropriately",
    claim: "The same network, trained alike, learns from Xavier's weights and not from zeros or one value.",
  },
  {
    id: "large-variance",
    chapter: "large",
    quote: "case 1. $w\\sim N(0,1)$ which is large variance",
    claim: "A variance of 1 is large: far above 1/fan_in, which keeps the size of a signal.",
  },
  {
    id: "large-picture",
    chapter: "large",
    quote: "this prcture is distribution of weights for layers",
    claim: "What lies between 0 and 1 in the picture are the weights of the layers.",
  },
  {
    id: "large-biased",
    chapter: "large",
    quote: "Most weights are biased toward 0 and 1.",
    claim: "With N(0, 1) and sigmoid, most values lie near 0 or 1.",
  },
  {
    id: "large-vanishing",
    chapter: "large",
    quote: "Then it will occur gradient vanishing while gradient descent",
    claim: "With N(0, 1) and sigmoid, the gradient dies out on its way back through the layers.",
  },
  {
    id: "small-variance",
    chapter: "small",
    quote: "case 2. $w\\sim N(0,0.01)$ which is small variance",
    claim: "N(0, 0.01) has a small variance: far below 1/fan_in, which keeps the size of a signal.",
  },
  {
    id: "small-similar",
    chapter: "small",
    quote: "becomes similar to having all weights with the same value",
    claim:
      "With N(0, 0.01), the outputs of a layer are nearly all the same, whatever the unit and the input.",
  },
  {
    id: "small-purpose",
    chapter: "small",
    quote: "therefore, Hidden layer losts its purpose",
    claim: "A network that starts from N(0, 0.01) does not learn.",
  },
  {
    id: "small-therefore",
    chapter: "small",
    quote: "therefore, we should use appropriate variance",
    claim:
      "The same network, trained alike, learns best from a variance between the large and the small one.",
  },
  {
    id: "xavier-variance",
    chapter: "xavier",
    quote: "initialize with optimize variance according to number of input and output nodes",
    claim:
      "The variance 2/(fan_in + fan_out) keeps the size of the signal and of the gradient from layer to layer.",
  },
  {
    id: "xavier-normal-law",
    chapter: "xavier",
    quote: "Normal : $w \\sim N\\left(0, \\sqrt{\\frac{2}{n_{in} + n_{out}}}\\right)$",
    claim: "Xavier normal draws from a normal law with mean 0 and variance sqrt(2/(n_in + n_out)).",
  },
  {
    id: "xavier-uniform-law",
    chapter: "xavier",
    quote:
      "Uniform : $w \\sim N\\left(-\\sqrt{\\frac{6}{n_{in} + n_{out}}}, \\sqrt{\\frac{6}{n_{in} + n_{out}}}\\right)$",
    claim: "Xavier uniform draws from N(−a, a), a = sqrt(6/(n_in + n_out)).",
  },
  {
    id: "xavier-good",
    chapter: "xavier",
    quote: "therfore, shows good performance when combined with sigmoid or tanh functions",
    claim: "A network that starts from Xavier's weights learns well with sigmoid and with tanh.",
  },
  {
    id: "logistic-linear",
    chapter: "logistic",
    quote:
      "The densely packed values from a Gaussian distribution align with the approximately linear part of the logistic function.",
    claim: "With Xavier's weights, most preactivations lie where the sigmoid is nearly a straight line.",
  },
  {
    id: "xavier-relu-dying",
    chapter: "xavier-relu",
    quote: "occurs dying ReLU",
    claim: "With Xavier's weights, ReLU units die: they give 0 for every input.",
  },
  {
    id: "he-decreases",
    chapter: "he",
    quote: "To, decrease the problem of Xavier initialization with ReLU",
    claim: "With ReLU, He's weights lessen what goes wrong with Xavier's.",
  },
  {
    id: "he-normal-law",
    chapter: "he",
    quote: "Normal : $w \\sim N\\left(0, \\sqrt{\\frac{2}{n_{in}}}\\right)$",
    claim: "He normal draws from a normal law with mean 0 and variance sqrt(2/n_in).",
  },
  {
    id: "he-uniform-law",
    chapter: "he",
    quote: "Uniform : $w \\sim N\\left(-\\sqrt{\\frac{6}{n_{in}}}, \\sqrt{\\frac{6}{n_{in}}}\\right)$",
    claim: "He uniform draws from N(−a, a), a = sqrt(6/n_in).",
  },
] as const satisfies readonly ClaimStatement[];

export type ClaimId = (typeof STATEMENTS)[number]["id"];
