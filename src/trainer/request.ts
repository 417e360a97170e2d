import type { LoraTarget } from '../engine/checkpoint/lora-modules';
import type { TrainingArguments } from '../engine/training/training-arguments';
import type { BaseDtype } from '../engine/training/training-session';
import type { TextForm } from './texts';

export type RequestedMethod =
  | { readonly method: 'full' }
  | {
      readonly method: 'lora';
      readonly r: number;
      readonly lora_alpha: number;
      readonly lora_dropout: number;
      readonly target_modules: readonly LoraTarget[];
      readonly base_dtype: BaseDtype;
      /** As in PEFT; only adapters from elsewhere have it. */
      readonly use_rslora?: boolean;
    };

/** One run of fine-tuning. */
export interface FineTuneRequest {
  /** Hugging Face folder of the base model. */
  readonly model: string;
  /** Files and folders to train on. */
  readonly data: readonly string[];
  /** Files and folders that are never trained on; empty for none. */
  readonly evalData: readonly string[];
  /** How the texts lie in these files. By default `plain`. */
  readonly texts?: TextForm;
  /** The result goes here, and checkpoint-<step> folders while it is made. */
  readonly output: string;
  readonly method: RequestedMethod;
  /**
   * What the same method has made of the model before, whose weights the run begins with. The rank, scale and modules of
   * an adapter take the place of those of `method`.
   */
  readonly from_adapter?: string;
  readonly arguments: TrainingArguments;
  /** Steps from checkpoint to checkpoint; there is one at the end of each epoch and after two minutes in any case. */
  readonly save_steps: number;
  /** Checkpoints that are kept. */
  readonly save_total_limit: number;
  /** Where TensorBoard's event files go; none without. */
  readonly logging_dir: string | undefined;
  readonly overwrite_output_dir: boolean;
  readonly resume: boolean;
  readonly threads: number | undefined;
  readonly cacheFolder: string;
  /** Bytes that activations may take; missing for as many as are usual. */
  readonly activation_bytes?: number;
}
