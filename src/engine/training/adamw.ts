import type { Parameters } from './training-session';

/** Names and meaning of torch.optim.AdamW. Source: Loshchilov & Hutter 2017. */
export interface AdamWOptions {
  readonly betas: readonly [number, number];
  readonly eps: number;
  readonly weight_decay: number;
}

/** First and second moments of the gradients, by parameter, and the number of steps they come from. */
export interface AdamWState {
  readonly moments: ReadonlyMap<string, { readonly first: Float32Array; readonly second: Float32Array }>;
  steps: number;
}

export function newAdamWState(parameters: Parameters): AdamWState {
  const zeros = (data: Float32Array) => ({
    first: new Float32Array(data.length),
    second: new Float32Array(data.length),
  });
  return { moments: new Map([...parameters].map(([name, data]) => [name, zeros(data)])), steps: 0 };
}

/**
 * One step of AdamW on every parameter, in place: decoupled weight decay, then the bias-corrected update.
 *
 * @param gradientScale Factor of every gradient, for clipping.
 * @param decays Which parameters decay.
 */
export function adamWStep(
  parameters: Parameters,
  gradients: ReadonlyMap<string, Float32Array>,
  state: AdamWState,
  options: AdamWOptions & {
    readonly learningRate: number;
    readonly gradientScale: number;
    readonly decays: (name: string) => boolean;
  },
): void {
  state.steps += 1;
  const { betas, eps, learningRate, gradientScale } = options;
  const [beta1, beta2] = betas;
  const stepSize = learningRate / (1 - beta1 ** state.steps);
  const secondCorrection = 1 / Math.sqrt(1 - beta2 ** state.steps);
  for (const [name, parameter] of parameters) {
    const gradient = gradients.get(name);
    const moments = state.moments.get(name);
    if (gradient === undefined || moments === undefined) throw new Error(`no gradient or moments of ${name}`);
    const { first, second } = moments;
    const keep = options.decays(name) ? 1 - learningRate * options.weight_decay : 1;
    for (let i = 0; i < parameter.length; i++) {
      const g = (gradient[i] ?? 0) * gradientScale;
      const m = beta1 * (first[i] ?? 0) + (1 - beta1) * g;
      const v = beta2 * (second[i] ?? 0) + (1 - beta2) * g * g;
      first[i] = m;
      second[i] = v;
      parameter[i] = (parameter[i] ?? 0) * keep - (stepSize * m) / (Math.sqrt(v) * secondCorrection + eps);
    }
  }
}

/** Which parameters decay: `trainer` spares biases and LayerNorm as Hugging Face's Trainer does, `all` spares none. */
export type WeightDecayOf = 'trainer' | 'all';

export function decays(of: WeightDecayOf): (name: string) => boolean {
  return (name) => of === 'all' || !(name.endsWith('.bias') || /(^|\.)ln_\w+\./.test(name));
}

/** The Euclidean norm over all gradients. */
export function gradientNorm(gradients: ReadonlyMap<string, Float32Array>): number {
  let sum = 0;
  for (const gradient of gradients.values()) {
    for (let i = 0; i < gradient.length; i++) sum += (gradient[i] ?? 0) ** 2;
  }
  return Math.sqrt(sum);
}

/** The factor that brings gradients of this norm down to at most `maxNorm`, as torch's clip_grad_norm_. */
export function clippingScale(norm: number, maxNorm: number): number {
  return Math.min(1, maxNorm / (norm + 1e-6));
}
