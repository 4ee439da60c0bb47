// Starts that are told apart by training: the book's comparison, depth, and symmetry. All on the digits.
import { digits, type Preset, type Start } from "./preset";
import type { WrittenTrain } from "../written";

/** Four hidden layers of 100, ReLU, SGD 0.01, batches of 128, 2000 steps: Saito 2016, chapter 6.2. */
const BOOK: WrittenTrain = { optimizer: "sgd", learningRate: 0.01, batchSize: 128, steps: 2000 };
const DEEP: WrittenTrain = { ...BOOK, steps: 600 };

function trained(
  name: string,
  title: string,
  summary: string,
  tags: readonly string[],
  layers: number,
  start: Start,
  train: WrittenTrain,
): Preset {
  const spec = { ...digits(title, { layers, units: 100, ...start }), train };
  return { name, title, summary, tags: ["training", "digits", ...tags], spec };
}

export const trainings: readonly Preset[] = [
  trained(
    "train-book-std",
    "The book's comparison: std 0.01",
    "Four ReLU layers started with N(0, 0.01): the loss hardly leaves ln 10 in 2000 steps.",
    ["book"],
    4,
    { activation: "relu", weights: { scheme: "normal", std: 0.01 } },
    BOOK,
  ),
  trained(
    "train-book-xavier",
    "The book's comparison: Xavier",
    "The same network with Xavier: at four layers it learns as it should.",
    ["book"],
    4,
    { activation: "relu", weights: { scheme: "xavier_normal" } },
    BOOK,
  ),
  trained(
    "train-book-he",
    "The book's comparison: He",
    "The same network with He. At four layers neither He nor Xavier is the clear winner.",
    ["book"],
    4,
    { activation: "relu", weights: { scheme: "he_normal" } },
    BOOK,
  ),
  trained(
    "train-deep-xavier",
    "30 ReLU layers trained by SGD: Xavier",
    "The signal has all but vanished at the output, and 600 steps of SGD do not bring it back.",
    ["deep"],
    30,
    { activation: "relu", weights: { scheme: "xavier_normal" } },
    DEEP,
  ),
  trained(
    "train-deep-he",
    "30 ReLU layers trained by SGD: He",
    "The same network with He learns. With Adam both do.",
    ["deep"],
    30,
    { activation: "relu", weights: { scheme: "he_normal" } },
    DEEP,
  ),
  trained(
    "train-zeros",
    "Zeros, trained",
    "With ReLU no weight ever has a gradient: only the last bias moves, as far as the classes' shares.",
    ["symmetry"],
    4,
    { activation: "relu", weights: { scheme: "zeros" } },
    { ...BOOK, steps: 1000 },
  ),
  trained(
    "train-constant",
    "One constant, trained",
    "Weights and gradients of the units of a layer are equal, and stay equal: one unit a layer for ever.",
    ["symmetry"],
    4,
    { activation: "tanh", weights: { scheme: "constant", value: 0.05 } },
    { ...BOOK, steps: 1000 },
  ),
];
