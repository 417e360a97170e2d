/** Request to the trainer: {@link FindBasesParams}, answered by one {@link FoundBase} for each result. */
export const FIND_BASES_METHOD = 'tsuzuki/findBases';

/** Request to the trainer: {@link ExportModelParams} and the language of errors; answered when the folder is whole. */
export const EXPORT_MODEL_METHOD = 'tsuzuki/exportModel';

/** Notification from the trainer while it exports: {@link ExportProgress}. */
export const EXPORT_PROGRESS_METHOD = 'tsuzuki/exportProgress';

/** A result of fine-tuning, and where its base model may lie. */
export interface AdapterToPlace {
  /** PEFT folder, or that of a model which was trained whole. */
  readonly adapter: string;
  /** Hugging Face folders, the likeliest first: the one that it was trained on. */
  readonly models: readonly string[];
}

export interface FindBasesParams {
  readonly adapters: readonly AdapterToPlace[];
  readonly cacheFolder: string;
}

/** The base model of a result: the same weights by their hash, wherever they lie. */
export type FoundBase =
  | { readonly kind: 'found'; readonly model: string }
  /** No model is where the result was trained, and none of the others is it. */
  | { readonly kind: 'missing' }
  /** Where the result was trained lies another model now, and none of the others is it. */
  | { readonly kind: 'different' }
  /** The result itself cannot be read. */
  | { readonly kind: 'broken' };

export interface ExportModelParams {
  /** `adapter` is a PEFT folder, where the result is one, `merged` a Hugging Face folder of the whole model. */
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
