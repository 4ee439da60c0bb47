// The built-in activations written as formulas.
import type { ActivationName } from "../../spec/experiment";

export interface Twin {
  readonly name: ActivationName;
  readonly parameter: number;
  readonly formula: string;
  /** |x| up to which it is held to the tolerance: beyond, what the text says overflows float32. */
  readonly reach?: number;
  /** Kinks near which the slope is another's: it was agreed otherwise, or rounding in the formula moves the kink. */
  readonly otherSlopeAt?: readonly number[];
}

export const TWINS: readonly Twin[] = [
  { name: "identity", parameter: 0, formula: "x" },
  { name: "sigmoid", parameter: 0, formula: "sigmoid(x)" },
  { name: "sigmoid", parameter: 0, formula: "1/(1+exp(-x))" },
  { name: "tanh", parameter: 0, formula: "tanh(x)" },
  { name: "relu", parameter: 0, formula: "max(x,0)" },
  { name: "relu", parameter: 0, formula: "max(0,x)" },
  { name: "relu", parameter: 0, formula: "relu(x)" },
  { name: "relu", parameter: 0, formula: "where(x>0,x,0)" },
  { name: "relu", parameter: 0, formula: "x*(x>0)", reach: 3e38 },
  { name: "leaky_relu", parameter: 0.01, formula: "max(x,0.01*x)" },
  { name: "leaky_relu", parameter: 0.2, formula: "where(x>0,x,0.2*x)" },
  { name: "prelu", parameter: 0.25, formula: "max(0.25*x,x)" },
  { name: "elu", parameter: 1, formula: "where(x>0,x,exp(x)-1)" },
  { name: "elu", parameter: 0.7, formula: "where(x>0,x,0.7*(exp(x)-1))" },
  { name: "selu", parameter: 0, formula: "1.0507009873554805*where(x>0,x,1.6732632423543772*(exp(x)-1))" },
  { name: "celu", parameter: 2, formula: "max(x,0)+min(0,2*(exp(x/2)-1))", otherSlopeAt: [0] },
  { name: "gelu", parameter: 0, formula: "0.5*x*(1+erf(x/sqrt(2)))", reach: 3e38 },
  { name: "gelu_tanh", parameter: 0, formula: "0.5*x*(1+tanh(sqrt(2/pi)*(x+0.044715*x^3)))", reach: 1e12 },
  { name: "silu", parameter: 0, formula: "x*sigmoid(x)", reach: 3e38 },
  { name: "silu", parameter: 0, formula: "x/(1+exp(-x))", reach: 3e38 },
  { name: "mish", parameter: 0, formula: "x*tanh(softplus(x))", reach: 3e38 },
  { name: "mish", parameter: 0, formula: "x*tanh(log(1+exp(x)))", reach: 3e38 },
  { name: "softplus", parameter: 0, formula: "log(1+exp(x))" },
  { name: "softsign", parameter: 0, formula: "x/(1+abs(x))", reach: 3e38 },
  { name: "hardtanh", parameter: 0, formula: "max(-1,min(1,x))" },
  { name: "hardtanh", parameter: 0, formula: "min(max(x,-1),1)" },
  { name: "hard_sigmoid", parameter: 0, formula: "min(max(x/6+0.5,0),1)", otherSlopeAt: [-3, 3] },
  { name: "hard_swish", parameter: 0, formula: "x*min(max(x+3,0),6)/6", reach: 5e37, otherSlopeAt: [-3, 3] },
  { name: "relu6", parameter: 0, formula: "min(max(x,0),6)" },
  { name: "sin", parameter: 1, formula: "sin(x)", reach: 3e38 },
];
