import { join, resolve } from 'node:path';
import type { InitializeParams } from 'vscode-languageserver/node';
import { z } from 'zod';
import { cacheFolder } from '../engine/checkpoint/cache-folder';
import type { Dtype } from '../engine/quantization/dtype';
import { DTYPE_SETTINGS, MOST_THREADS } from '../protocol/settings';

/** What the server needs to know before it starts, with everything that a plain LSP client leaves out filled in. */
export interface ClientOptions {
  readonly modelFolder: string;
  readonly adapterFolder: string | undefined;
  /** `undefined` when the model's size decides. */
  readonly dtype: Dtype | undefined;
  /** `undefined` when the machine decides. */
  readonly threads: number | undefined;
  /** Where what is made of models is kept. */
  readonly cacheFolder: string;
  readonly settings: unknown;
  readonly language: 'en' | 'ja';
}

/** The model for clients that name none, with its adapter. */
export interface DefaultModel {
  readonly modelFolder: string;
  readonly adapterFolder?: string | undefined;
  readonly dtype?: Dtype | undefined;
}

/** A folder that is given, whole; anything else counts as not given, and says nothing about the other fields. */
const folder = z
  .string()
  .min(1)
  .transform((path) => resolve(path))
  .optional()
  .catch(undefined);
const schema = z
  .object({
    modelFolder: folder,
    adapterFolder: folder,
    storageFolder: folder,
    dtype: z.enum(DTYPE_SETTINGS).optional().catch(undefined),
    threads: z.int().min(1).max(MOST_THREADS).optional().catch(undefined),
    settings: z.unknown().optional(),
  })
  .catch({});

export function readClientOptions(params: InitializeParams, defaults: DefaultModel): ClientOptions {
  const given = schema.parse(params.initializationOptions ?? {});
  const defaultAdapter = defaults.adapterFolder === undefined ? undefined : resolve(defaults.adapterFolder);
  return {
    modelFolder: given.modelFolder ?? resolve(defaults.modelFolder),
    // An adapter belongs to its model: the default one does not go with a model that the client names.
    adapterFolder: given.adapterFolder ?? (given.modelFolder === undefined ? defaultAdapter : undefined),
    dtype: given.dtype === 'default' ? undefined : (given.dtype ?? defaults.dtype),
    threads: given.threads,
    cacheFolder: given.storageFolder === undefined ? cacheFolder() : join(given.storageFolder, 'cache'),
    settings: given.settings,
    language: params.locale?.startsWith('ja') === true ? 'ja' : 'en',
  };
}
