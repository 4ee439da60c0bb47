// Codes of the activations, as they cross from the host into the core.
// The names and parameters stand in spec/activations.ts, the kernels in assembly/nn/activation.ts.

export enum Activation {
  identity = 0,
  sigmoid = 1,
  tanh = 2,
  relu = 3,
  leaky_relu = 4,
  prelu = 5,
  elu = 6,
  selu = 7,
  celu = 8,
  gelu = 9,
  gelu_tanh = 10,
  silu = 11,
  mish = 12,
  softplus = 13,
  softsign = 14,
  hardtanh = 15,
  hard_sigmoid = 16,
  hard_swish = 17,
  relu6 = 18,
  sin = 19,
}
