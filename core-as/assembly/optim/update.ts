// One update of flat float32 parameters by their gradients, as torch.optim defines it. Counts are multiples of four.
// Arithmetic is float32, factors are worked out in float64 and rounded once; lanes run across parameters, so every
// twin has equal bits. `decay` is L2 (g += decay p) but for AdamW; it takes biases like all others, as torch does.
// Refuses nothing: not-finite gradients give parameters that are not, which the next loss shows.
import { checkRange, checkThat } from "../memory/check";
import { Optimizer } from "../../shared/training";
import { pow64 } from "../nn/functions64";

/**
 * p -= rate v. sgd: v = g. momentum (Polyak 1964, in torch's form): m = mu m + g, v = m. nesterov (Sutskever et al.
 * 2013, in torch's form): v = g + mu m. p, g, m f32[count]; m is not touched by sgd. `decay` L2.
 */
export function updateByMomentum(
  kind: i32, p: usize, g: usize, m: usize, count: i32, rate: f64, momentum: f64, decay: f64,
): void {
  checkThree(p, g, m, count);
  const lr = f32x4.splat(<f32>rate);
  const mu = f32x4.splat(<f32>momentum);
  const l2 = f32x4.splat(<f32>decay);
  for (const end = p + (<usize>count << 2); p < end; p += 16, g += 16, m += 16) {
    const at = v128.load(p);
    let d = f32x4.add(v128.load(g), f32x4.mul(l2, at));
    if (kind != Optimizer.sgd) {
      const held = f32x4.add(f32x4.mul(mu, v128.load(m)), d);
      v128.store(m, held);
      d = kind == Optimizer.nesterov ? f32x4.add(d, f32x4.mul(mu, held)) : held;
    }
    v128.store(p, f32x4.sub(at, f32x4.mul(lr, d)));
  }
}

export function updateByMomentumNaive(
  kind: i32, p: usize, g: usize, m: usize, count: i32, rate: f64, momentum: f64, decay: f64,
): void {
  checkThree(p, g, m, count);
  for (const end = p + (<usize>count << 2); p < end; p += 4, g += 4, m += 4) {
    const at = load<f32>(p);
    let d = load<f32>(g) + <f32>decay * at;
    if (kind != Optimizer.sgd) {
      const held = <f32>momentum * load<f32>(m) + d;
      store<f32>(m, held);
      d = kind == Optimizer.nesterov ? d + <f32>momentum * held : held;
    }
    store<f32>(p, at - <f32>rate * d);
  }
}

/**
 * Adam with bias correction (Kingma & Ba 2015), or AdamW (Loshchilov & Hutter 2019: p *= 1 - rate decay, no L2).
 * m = b1 m + (1 - b1) g, v = b2 v + (1 - b2) g^2, p -= rate / (1 - b1^t) m / (sqrt v / sqrt(1 - b2^t) + epsilon).
 * `t` is 1 at the first update. p, g, m, v f32[count].
 */
export function updateByAdam(
  isDecoupled: bool, p: usize, g: usize, m: usize, v: usize, count: i32, rate: f64, beta1: f64, beta2: f64,
  epsilon: f64, decay: f64, t: f64,
): void {
  checkThree(p, g, m, count);
  checkRange(v, <usize>count << 2);
  const size = f32x4.splat(<f32>(rate / (1 - pow64(beta1, t))));
  const root = f32x4.splat(<f32>Math.sqrt(1 - pow64(beta2, t)));
  const keep1 = f32x4.splat(<f32>beta1);
  const take1 = f32x4.splat(<f32>(1 - beta1));
  const keep2 = f32x4.splat(<f32>beta2);
  const take2 = f32x4.splat(<f32>(1 - beta2));
  const eps = f32x4.splat(<f32>epsilon);
  const l2 = f32x4.splat(isDecoupled ? 0 : <f32>decay);
  const shrink = f32x4.splat(isDecoupled ? <f32>(1 - rate * decay) : 1);
  for (const end = p + (<usize>count << 2); p < end; p += 16, g += 16, m += 16, v += 16) {
    const at = v128.load(p);
    const d = f32x4.add(v128.load(g), f32x4.mul(l2, at));
    const first = f32x4.add(f32x4.mul(keep1, v128.load(m)), f32x4.mul(take1, d));
    const second = f32x4.add(f32x4.mul(keep2, v128.load(v)), f32x4.mul(take2, f32x4.mul(d, d)));
    v128.store(m, first);
    v128.store(v, second);
    const below = f32x4.add(f32x4.div(f32x4.sqrt(second), root), eps);
    v128.store(p, f32x4.sub(f32x4.mul(shrink, at), f32x4.mul(size, f32x4.div(first, below))));
  }
}

export function updateByAdamNaive(
  isDecoupled: bool, p: usize, g: usize, m: usize, v: usize, count: i32, rate: f64, beta1: f64, beta2: f64,
  epsilon: f64, decay: f64, t: f64,
): void {
  checkThree(p, g, m, count);
  checkRange(v, <usize>count << 2);
  const size = <f32>(rate / (1 - pow64(beta1, t)));
  const root = <f32>Math.sqrt(1 - pow64(beta2, t));
  const l2: f32 = isDecoupled ? 0 : <f32>decay;
  const shrink: f32 = isDecoupled ? <f32>(1 - rate * decay) : 1;
  for (const end = p + (<usize>count << 2); p < end; p += 4, g += 4, m += 4, v += 4) {
    const at = load<f32>(p);
    const d = load<f32>(g) + l2 * at;
    const first = <f32>beta1 * load<f32>(m) + <f32>(1 - beta1) * d;
    const second = <f32>beta2 * load<f32>(v) + <f32>(1 - beta2) * (d * d);
    store<f32>(m, first);
    store<f32>(v, second);
    const below = Mathf.sqrt(second) / root + <f32>epsilon;
    store<f32>(p, shrink * at - size * (first / below));
  }
}

/**
 * RMSprop (Hinton 2012, in torch's form): v = a v + (1 - a) g^2, u = g / (sqrt v + epsilon); with momentum
 * m = mu m + u, p -= rate m, else p -= rate u. p, g, m, v f32[count]; m is not touched where momentum is 0.
 */
export function updateByRmsprop(
  p: usize, g: usize, m: usize, v: usize, count: i32, rate: f64, momentum: f64, alpha: f64, epsilon: f64, decay: f64,
): void {
  checkThree(p, g, m, count);
  checkRange(v, <usize>count << 2);
  const lr = f32x4.splat(<f32>rate);
  const mu = f32x4.splat(<f32>momentum);
  const keep = f32x4.splat(<f32>alpha);
  const take = f32x4.splat(<f32>(1 - alpha));
  const eps = f32x4.splat(<f32>epsilon);
  const l2 = f32x4.splat(<f32>decay);
  for (const end = p + (<usize>count << 2); p < end; p += 16, g += 16, m += 16, v += 16) {
    const at = v128.load(p);
    const d = f32x4.add(v128.load(g), f32x4.mul(l2, at));
    const second = f32x4.add(f32x4.mul(keep, v128.load(v)), f32x4.mul(take, f32x4.mul(d, d)));
    v128.store(v, second);
    let u = f32x4.div(d, f32x4.add(f32x4.sqrt(second), eps));
    if (momentum > 0) {
      u = f32x4.add(f32x4.mul(mu, v128.load(m)), u);
      v128.store(m, u);
    }
    v128.store(p, f32x4.sub(at, f32x4.mul(lr, u)));
  }
}

export function updateByRmspropNaive(
  p: usize, g: usize, m: usize, v: usize, count: i32, rate: f64, momentum: f64, alpha: f64, epsilon: f64, decay: f64,
): void {
  checkThree(p, g, m, count);
  checkRange(v, <usize>count << 2);
  for (const end = p + (<usize>count << 2); p < end; p += 4, g += 4, m += 4, v += 4) {
    const at = load<f32>(p);
    const d = load<f32>(g) + <f32>decay * at;
    const second = <f32>alpha * load<f32>(v) + <f32>(1 - alpha) * (d * d);
    store<f32>(v, second);
    let u = d / (Mathf.sqrt(second) + <f32>epsilon);
    if (momentum > 0) {
      u = <f32>momentum * load<f32>(m) + u;
      store<f32>(m, u);
    }
    store<f32>(p, at - <f32>rate * u);
  }
}

function checkThree(p: usize, g: usize, m: usize, count: i32): void {
  checkThat(count >= 0 && (count & 3) == 0, "optimizer: count");
  checkRange(p, <usize>count << 2);
  checkRange(g, <usize>count << 2);
  checkRange(m, <usize>count << 2);
}
