import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { baseFingerprintOf, baseMetadata } from './base-fingerprint';
import { CheckpointError } from './checkpoint-error';
import type { Gpt2Config } from './config';
import { type LoraConfig, type LoraMatrices, loraModules, type ModuleWidths } from './lora-modules';
import { adaptedModules, readPeftConfig } from './peft-config';
import { readTensor } from './read-tensor';
import { readSafetensorsHeader, type TensorLocation } from './safetensors';
import { type TensorToWrite, writeSafetensors } from './safetensors-writer';
import { writeWholeFile } from './whole-file';
import { type WholeFolderOptions, writeWholeFolder } from './whole-folder';

export { type LoraConfig, type LoraMatrices, type LoraTarget, loraModules } from './lora-modules';

/** A LoRA adapter in memory. */
export interface LoraAdapter {
  readonly config: LoraConfig;
  /** Those of every layer for each of `target_modules`, keyed by module, for example `h.0.attn.c_attn`. */
  readonly matrices: ReadonlyMap<string, LoraMatrices>;
}

const CONFIG_FILE = 'adapter_config.json';
const WEIGHTS_FILE = 'adapter_model.safetensors';

/** `transformer.` is missing where the adapter was trained on a model without a head. */
const TENSOR_NAME = /^base_model\.model\.(?:transformer\.)?(h\.\d+\.\w+\.\w+)\.lora_([AB])\.weight$/;

/**
 * Reads a PEFT folder: adapter_config.json and adapter_model.safetensors.
 *
 * @param base The config of the model that it is to be used with; `baseFolder` is named where the two do not fit.
 * @throws {CheckpointError} naming the file and the cure
 */
export async function openAdapter(folder: string, base: Gpt2Config, baseFolder?: string): Promise<LoraAdapter> {
  const files: AdapterFiles = {
    config: join(folder, CONFIG_FILE),
    weights: join(folder, WEIGHTS_FILE),
    base: baseFolder === undefined ? [] : [join(baseFolder, 'config.json')],
  };
  const { options, adapts } = await readPeftConfig(files.config);
  if ((await stat(files.weights).catch(() => undefined)) === undefined) {
    throw new CheckpointError('adapter-missing', [files.weights], '');
  }
  const found = await locateMatrices(files.weights);
  const { modules, targets } = adaptedModules(adapts ?? ((module) => found.has(module)), base);
  if (modules.length === 0)
    throw new CheckpointError('adapter-mismatch', [files.config, ...files.base], 'target_modules');
  for (const module of found.keys()) {
    if (!modules.includes(module))
      throw new CheckpointError('adapter-mismatch', [files.weights, ...files.base], module);
  }

  const read = async (module: string, width: ModuleWidths): Promise<LoraMatrices> => {
    const { a, b } = found.get(module) ?? {};
    if (a === undefined || b === undefined) {
      throw new CheckpointError('tensor-missing', [files.weights, files.config], `${module}.lora_A, lora_B`);
    }
    requireShapes(module, { a, b }, { r: options.r, width }, files);
    return { a: await readTensor(a), b: await readTensor(b) };
  };
  const matrices = new Map<string, LoraMatrices>();
  for (const [module, width] of loraModules(base, targets)) {
    matrices.set(module, modules.includes(module) ? await read(module, width) : zeros(options.r, width));
  }
  const fingerprint = await baseFingerprintOf(files.weights);
  const config = { ...options, target_modules: targets };
  return { config: fingerprint === undefined ? config : { ...config, base_fingerprint: fingerprint }, matrices };
}

interface AdapterFiles {
  readonly config: string;
  readonly weights: string;
  readonly base: readonly string[];
}

interface MatrixPlaces {
  a?: TensorLocation;
  b?: TensorLocation;
}

async function locateMatrices(file: string): Promise<Map<string, MatrixPlaces>> {
  const found = new Map<string, MatrixPlaces>();
  for (const [name, place] of await readSafetensorsHeader(file)) {
    const [, module, factor] = TENSOR_NAME.exec(name) ?? [];
    if (module === undefined) throw new CheckpointError('adapter-unsupported', [file], name);
    const places = found.get(module) ?? {};
    if (factor === 'A') places.a = place;
    else places.b = place;
    found.set(module, places);
  }
  return found;
}

/** The adaptation that changes nothing, for layers that an adapter leaves out. */
function zeros(r: number, width: ModuleWidths): LoraMatrices {
  return { a: new Float32Array(r * width.in), b: new Float32Array(width.out * r) };
}

function requireShapes(
  module: string,
  { a, b }: Required<MatrixPlaces>,
  { r, width }: { readonly r: number; readonly width: ModuleWidths },
  files: AdapterFiles,
): void {
  const detail = `${module}: A [${a.shape}], B [${b.shape}] in the weights, [${r},${width.in}], [${width.out},${r}] wanted`;
  if (a.shape.length !== 2 || b.shape.length !== 2 || a.shape[0] !== r || b.shape[1] !== r) {
    throw new CheckpointError('tensor-misshapen', [files.weights, files.config], detail);
  }
  if (a.shape[1] !== width.in || b.shape[0] !== width.out) {
    throw new CheckpointError('adapter-mismatch', [files.weights, ...files.base], detail);
  }
}

/**
 * Writes a PEFT folder that `PeftModel.from_pretrained` loads. Others see it whole or not at all.
 *
 * @throws {CheckpointError} folder-exists, folder-foreign
 * @throws {RangeError} when a matrix is not [r, n] or [n, r]
 */
export async function writeAdapter(
  folder: string,
  adapter: LoraAdapter,
  options: WholeFolderOptions = {},
): Promise<void> {
  const metadata = baseMetadata(adapter.config.base_fingerprint);
  const write = async (temporary: string) => {
    await writeSafetensors(join(temporary, WEIGHTS_FILE), tensorsOf(adapter), metadata);
    await writeWholeFile(join(temporary, CONFIG_FILE), (file) => file.writeFile(configText(adapter.config)));
  };
  await writeWholeFolder(folder, write, options);
}

function tensorsOf({ config: { r }, matrices }: LoraAdapter): TensorToWrite[] {
  return [...matrices].flatMap(([module, { a, b }]) => {
    const name = `base_model.model.transformer.${module}`;
    return [
      { name: `${name}.lora_A.weight`, shape: [r, Math.floor(a.length / r)], data: a },
      { name: `${name}.lora_B.weight`, shape: [Math.floor(b.length / r), r], data: b },
    ];
  });
}

function configText(config: LoraConfig): string {
  const { r, lora_alpha, lora_dropout, target_modules, use_rslora = false, base_model_name_or_path = null } = config;
  const json = {
    peft_type: 'LORA',
    task_type: 'CAUSAL_LM',
    base_model_name_or_path,
    r,
    lora_alpha,
    lora_dropout,
    target_modules,
    use_rslora,
    bias: 'none',
    // GPT-2's linear modules are Conv1D, which keep their weights as [in, out].
    fan_in_fan_out: true,
    init_lora_weights: true,
    inference_mode: true,
  };
  return `${JSON.stringify(json, null, 2)}\n`;
}
