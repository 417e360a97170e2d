/** Request to the trainer: {@link FindBasesParams}, answered by one {@link FoundBase} for each adapter. */
export const FIND_BASES_METHOD = 'tsuzuki/findBases';

/** Request to the trainer: {@link ExportModelParams} and the language of errors; answered when the folder is whole. */
export const EXPORT_MODEL_METHOD = 'tsuzuki/exportModel';

/** Notification from the trainer while it exports: {@link ExportProgress}. */
export const EXPORT_PROGRESS_METHOD = 'tsuzuki/exportProgress';

/** An adapter, and where its base model may lie. */
export interface AdapterToPlace {
  /** PEFT folder. */
  readonly adapter: string;
  /** Hugging Face folders, the likeliest first: the one that it was trained on. */
  readonly models: readonly string[];
}

export interface FindBasesParams {
  readonly adapters: readonly AdapterToPlace[];
  readonly cacheFolder: string;
}

/** The base model of an adapter: the same weights by their hash, wherever they lie. */
export type FoundBase =
  | { readonly kind: 'found'; readonly model: string }
  /** No model is where the adapter was trained, and none of the others is it. */
  | { readonly kind: 'missing' }
  /** Where the adapter was trained lies another model now, and none of the others is it. */
  | { readonly kind: 'different' }
  /** The adapter itself cannot be read. */
  | { readonly kind: 'broken' };

export interface ExportModelParams {
  /** `adapter` is a PEFT folder, `merged` a Hugging Face folder of base and adapter in one. */
  readonly form: 'adapter' | 'merged';
  /** Hugging Face folder of the base model. */
  readonly model: string;
  readonly adapter: string;
  /** New or empty; it appears whole or not at all. */
  readonly output: string;
}

export interface ExportProgress {
  /** From 0 to 1. */
  readonly share: number;
}
