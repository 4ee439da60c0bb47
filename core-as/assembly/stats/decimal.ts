// Round decimal numbers n * 10^exponent without pow: the same bits everywhere.
// Refuses exponents outside -44 .. 44, which float32 data never needs.

const EXACT_POWERS = memory.data<f64>([
  1.0, 1.0e1, 1.0e2, 1.0e3, 1.0e4, 1.0e5, 1.0e6, 1.0e7, 1.0e8, 1.0e9, 1.0e10, 1.0e11, 1.0e12, 1.0e13, 1.0e14,
  1.0e15, 1.0e16, 1.0e17, 1.0e18, 1.0e19, 1.0e20, 1.0e21, 1.0e22,
]);

// @ts-ignore: decorator
@inline
function exactPower(exponent: i32): f64 {
  return load<f64>(EXACT_POWERS + (<usize>exponent << 3));
}

/** Rounding error of the product a * b, whose rounded value is `product` (Dekker 1971). */
function productError(a: f64, b: f64, product: f64): f64 {
  const splitA = a * 134217729.0;
  const highA = splitA - (splitA - a);
  const lowA = a - highA;
  const splitB = b * 134217729.0;
  const highB = splitB - (splitB - b);
  const lowB = b - highB;
  return highA * highB - product + highA * lowB + lowA * highB + lowA * lowB;
}

/**
 * n * 10^exponent for an integer |n| < 2^53. Correctly rounded while |exponent| <= 22, where the power of ten is
 * exact; beyond, from a double-double power, to a hair more than half a unit in the last place.
 */
export function decimal(n: f64, exponent: i32): f64 {
  const size = exponent < 0 ? -exponent : exponent;
  if (size <= 22) return exponent < 0 ? n / exactPower(size) : n * exactPower(size);
  const rest = exactPower(size - 22);
  const high = 1.0e22 * rest;
  const low = productError(1.0e22, rest, high);
  if (exponent > 0) {
    const product = n * high;
    return product + (productError(n, high, product) + n * low);
  }
  const quotient = n / high;
  const product = quotient * high;
  return quotient + (n - product - productError(quotient, high, product) - quotient * low) / high;
}
