import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { CheckpointError } from './checkpoint-error';
import type { Gpt2Config } from './config';
import { LORA_TARGETS, type LoraConfig, type LoraTarget, loraModules } from './lora-modules';

/** What an `adapter_config.json` says. */
export interface PeftConfig {
  readonly options: Omit<LoraConfig, 'target_modules' | 'base_fingerprint'>;
  /** Whether PEFT adapts a module such as `h.0.attn.c_attn`; `undefined` where only the weights can tell. */
  readonly adapts: ((module: string) => boolean) | undefined;
}

const modules = z.union([z.string(), z.array(z.string())]).nullish();

const schema = z.object({
  peft_type: z.string(),
  r: z.int().positive().max(10_000).default(8),
  lora_alpha: z.number().default(8),
  lora_dropout: z.number().min(0).max(1).default(0),
  use_rslora: z.boolean().nullish(),
  base_model_name_or_path: z.string().nullish(),
  target_modules: modules,
  exclude_modules: modules,
  layers_to_transform: z.union([z.int(), z.array(z.int())]).nullish(),
  layers_pattern: modules,
});

/** Options that change what the adapter computes and that are not computed here; each is off by default. */
const UNSUPPORTED = [
  'use_dora',
  'use_qalora',
  'use_bdlora',
  'lora_bias',
  'rank_pattern',
  'alpha_pattern',
  'modules_to_save',
  'trainable_token_indices',
  'target_parameters',
  'layer_replication',
  'megatron_config',
  'alora_invocation_tokens',
  'arrow_config',
  'kasa_config',
  'velora_config',
  'monteclora_config',
];

/** Ways to begin that leave the model's own weights alone. The others (PiSSA, OLoRA, CorDA…) change them too. */
const HARMLESS_BEGINNINGS: readonly unknown[] = [undefined, null, true, false, 'gaussian', 'orthogonal', 'eva'];

/**
 * Reads PEFT's `adapter_config.json` of a LoRA adapter. What is not supported is refused by name.
 *
 * @throws {CheckpointError} adapter-missing, adapter-broken, adapter-unsupported
 */
export async function readPeftConfig(file: string): Promise<PeftConfig> {
  let json: unknown;
  try {
    json = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    const code = error instanceof SyntaxError ? 'adapter-broken' : 'adapter-missing';
    throw new CheckpointError(code, [file], error instanceof Error ? error.message : String(error));
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) throw new CheckpointError('adapter-broken', [file], z.prettifyError(parsed.error));
  refuseUnsupported(new Map(Object.entries(json ?? {})), file);
  const { r, lora_alpha, lora_dropout, use_rslora, base_model_name_or_path } = parsed.data;
  return {
    options: {
      r,
      lora_alpha,
      lora_dropout,
      base_model_name_or_path: base_model_name_or_path ?? undefined,
      ...(use_rslora === true ? { use_rslora } : {}),
    },
    adapts: moduleRule(parsed.data, file),
  };
}

function refuseUnsupported(config: ReadonlyMap<string, unknown>, file: string): void {
  const refuse = (name: string) => {
    throw new CheckpointError('adapter-unsupported', [file], `${name}: ${JSON.stringify(config.get(name))}`);
  };
  if (config.get('peft_type') !== 'LORA') refuse('peft_type');
  const bias = config.get('bias');
  if (bias !== undefined && bias !== null && bias !== 'none') refuse('bias');
  for (const name of UNSUPPORTED) if (isOn(config.get(name))) refuse(name);
  if (!HARMLESS_BEGINNINGS.includes(config.get('init_lora_weights'))) refuse('init_lora_weights');
}

/** Everything that Python takes for true. */
function isOn(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0;
  return Boolean(value);
}

/**
 * PEFT's rule: a name in a list means every module that ends with it. A text is a regular expression over whole names;
 * Python's are not JavaScript's, and whatever it chose has its matrices in the weights.
 */
function moduleRule(config: z.infer<typeof schema>, file: string): PeftConfig['adapts'] {
  const { target_modules, exclude_modules, layers_to_transform, layers_pattern } = config;
  if (typeof exclude_modules === 'string' && exclude_modules !== '') return undefined;
  const excluded = Array.isArray(exclude_modules) ? exclude_modules : [];
  const layers = layers_to_transform === undefined || layers_to_transform === null ? [] : [layers_to_transform].flat();
  if (layers.length > 0 && ![[], 'h', ''].flat().includes([layers_pattern ?? []].flat().join())) {
    throw new CheckpointError('adapter-unsupported', [file], `layers_pattern: ${JSON.stringify(layers_pattern)}`);
  }
  const listed = listedTargets(target_modules);
  if (listed === undefined) return undefined;
  return (module) =>
    endsWithOneOf(module, listed) &&
    !endsWithOneOf(module, excluded) &&
    (layers.length === 0 || layers.includes(Number(module.split('.')[1])));
}

function listedTargets(target_modules: z.infer<typeof modules>): readonly string[] | undefined {
  // PEFT's own choice for GPT-2.
  if (target_modules === undefined || target_modules === null) return ['c_attn'];
  if ([target_modules].flat().includes('all-linear')) return LORA_TARGETS;
  return typeof target_modules === 'string' ? undefined : target_modules;
}

function endsWithOneOf(module: string, names: readonly string[]): boolean {
  const key = `.transformer.${module}`;
  return names.some((name) => key.endsWith(`.${name}`));
}

/** The modules of a model of this shape that PEFT adapts, and the targets that they belong to. */
export function adaptedModules(
  adapts: (module: string) => boolean,
  base: Gpt2Config,
): { readonly modules: readonly string[]; readonly targets: readonly LoraTarget[] } {
  const modules = [...loraModules(base, LORA_TARGETS).keys()].filter(adapts);
  return { modules, targets: LORA_TARGETS.filter((target) => modules.some((module) => module.endsWith(target))) };
}
