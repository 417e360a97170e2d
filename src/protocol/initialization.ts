import type { DtypeSetting, SettingsInput } from './settings';

/**
 * `initializationOptions` of the `initialize` request. Every field may be missing: an editor other than VS Code
 * needs none of them.
 */
export interface InitializationOptions {
  /** Folder of the model to hold. A process holds one model for life; another model is another process. */
  readonly modelFolder?: string;
  /** What fine-tuning has made of that model: a PEFT folder of a LoRA adapter, or the folder of a whole model. */
  readonly adapterFolder?: string;
  /** What the weights are while the model runs; `default` lets the model's size decide. */
  readonly dtype?: DtypeSetting;
  /** Threads of the model; missing or 0 lets the machine decide. */
  readonly threads?: number;
  /** The only folder the server may write to. */
  readonly storageFolder?: string;
  /** Settings for clients that do not answer `workspace/configuration`. */
  readonly settings?: SettingsInput;
}
