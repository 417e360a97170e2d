import { type Checkpoint, openCheckpoint } from '../engine/checkpoint/checkpoint';
import { loraScale } from '../engine/checkpoint/lora-modules';
import { writeModelFolder } from '../engine/checkpoint/model-folder';
import { type LoraConfig, type LoraMatrices, openAdapter, writeAdapter } from '../engine/checkpoint/peft-adapter';
import { checkpointParameters, freshLoraParameters } from '../engine/training/parameters';
import type { BaseDtype, Parameters, TrainingMethod, TrainingSession } from '../engine/training/training-session';
import type { RequestedMethod } from './request';

/** What is trained, on its way between memory and a Hugging Face folder. */
export interface TrainedWeights {
  readonly method: TrainingMethod;
  /** The weights before the first step. */
  fresh(session: TrainingSession, seed: number): Promise<Parameters>;
  read(folder: string): Promise<Parameters>;
  /** `folder` is new or empty. */
  write(folder: string, parameters: Parameters): Promise<void>;
}

/** `full` is a model folder, `lora` a PEFT adapter. */
export function trainedWeights(base: Checkpoint, baseFingerprint: string, requested: RequestedMethod): TrainedWeights {
  if (requested.method === 'full') return fullWeights(base, baseFingerprint);
  const { r, lora_alpha, lora_dropout, target_modules, base_dtype, use_rslora } = requested;
  return adapterWeights(base, base_dtype, {
    r,
    lora_alpha,
    lora_dropout,
    target_modules,
    ...(use_rslora === true && { use_rslora }),
    base_model_name_or_path: base.folder,
    base_fingerprint: baseFingerprint,
  });
}

function fullWeights(base: Checkpoint, baseFingerprint: string): TrainedWeights {
  return {
    method: { method: 'full' },
    fresh: () => checkpointParameters(base),
    read: async (folder) => checkpointParameters(await openCheckpoint(folder)),
    write: (folder, parameters) => {
      const tensors = (name: string) => {
        const data = parameters.get(name);
        if (data === undefined) throw new Error(`no weight called ${name}`);
        return data;
      };
      return writeModelFolder(folder, { base, tensors, baseFingerprint });
    },
  };
}

function adapterWeights(base: Checkpoint, baseDtype: BaseDtype, config: LoraConfig): TrainedWeights {
  const { r, lora_dropout, target_modules } = config;
  return {
    method: {
      method: 'lora',
      lora: { r, scale: loraScale(config), targets: target_modules },
      dropout: lora_dropout,
      baseDtype,
    },
    fresh: async (session, seed) => freshLoraParameters(session.trained, seed),
    read: async (folder) => {
      const { matrices } = await openAdapter(folder, base.config, base.folder);
      const named = ([module, { a, b }]: readonly [string, LoraMatrices]) =>
        [
          [`${module}.lora_A`, a],
          [`${module}.lora_B`, b],
        ] as const;
      return new Map([...matrices].flatMap(named));
    },
    write: (folder, parameters) => writeAdapter(folder, { config, matrices: pairs(parameters) }),
  };
}

function pairs(parameters: Parameters): Map<string, LoraMatrices> {
  const matrices = new Map<string, LoraMatrices>();
  for (const [name, a] of parameters) {
    if (!name.endsWith('.lora_A')) continue;
    const module = name.slice(0, -'.lora_A'.length);
    const b = parameters.get(`${module}.lora_B`);
    if (b !== undefined) matrices.set(module, { a, b });
  }
  return matrices;
}
