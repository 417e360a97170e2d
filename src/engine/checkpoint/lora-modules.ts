import type { Gpt2Config } from './config';

/** The linear modules of a GPT-2 block that LoRA (Hu et al. 2021) can adapt, in the order of the forward pass. */
export const LORA_TARGETS = ['attn.c_attn', 'attn.c_proj', 'mlp.c_fc', 'mlp.c_proj'] as const;
export type LoraTarget = (typeof LORA_TARGETS)[number];

/** `adapter_config.json` of a LoRA adapter, names as in PEFT's LoraConfig. */
export interface LoraConfig {
  /** Rank of B·A. */
  readonly r: number;
  readonly lora_alpha: number;
  readonly lora_dropout: number;
  /** Modules that are adapted, in some layer at least. */
  readonly target_modules: readonly LoraTarget[];
  /** Scales B·A by lora_alpha / √r in place of lora_alpha / r (Kalajdzievski 2023). */
  readonly use_rslora?: boolean;
  readonly base_model_name_or_path: string | undefined;
  /** Names the weights that the adapter was trained on; only adapters written here have one. */
  readonly base_fingerprint?: string;
}

/** Factor of B·A. */
export function loraScale({ r, lora_alpha, use_rslora }: LoraConfig): number {
  return lora_alpha / (use_rslora === true ? Math.sqrt(r) : r);
}

/** The two factors of one module's adaptation, as PEFT stores them. */
export interface LoraMatrices {
  /** [r, in] */
  readonly a: Float32Array;
  /** [out, r] */
  readonly b: Float32Array;
}

/** Widths of a linear module's input and output; its Conv1D weight is [in, out]. */
export interface ModuleWidths {
  readonly in: number;
  readonly out: number;
}

/** Every module that `targets` adapt in a model of this shape, keyed by name: `h.0.attn.c_attn`. */
export function loraModules(config: Gpt2Config, targets: readonly LoraTarget[]): Map<string, ModuleWidths> {
  const modules = new Map<string, ModuleWidths>();
  for (let layer = 0; layer < config.n_layer; layer++) {
    for (const target of LORA_TARGETS) {
      if (targets.includes(target)) modules.set(`h.${layer}.${target}`, widths(config, target));
    }
  }
  return modules;
}

function widths({ n_embd: C, n_inner: F }: Gpt2Config, target: LoraTarget): ModuleWidths {
  switch (target) {
    case 'attn.c_attn':
      return { in: C, out: 3 * C };
    case 'attn.c_proj':
      return { in: C, out: C };
    case 'mlp.c_fc':
      return { in: C, out: F };
    case 'mlp.c_proj':
      return { in: F, out: C };
  }
}
