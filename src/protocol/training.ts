/** Request to the trainer: a `FineTuneRequest` and the language of errors; answered by the run's last event. */
export const FINE_TUNE_METHOD = 'tsuzuki/fineTune';

/** Notification to the trainer: end within one micro-batch, with a checkpoint. */
export const STOP_TRAINING_METHOD = 'tsuzuki/stopTraining';

/** Notification to the trainer: end after the step under way, and make the result of what was learnt so far. */
export const FINISH_TRAINING_METHOD = 'tsuzuki/finishTraining';

/** Notification from the trainer: a {@link TrainingEvent}. */
export const TRAINING_EVENT_METHOD = 'tsuzuki/trainingEvent';

/** What a run of fine-tuning tells while it goes on. Losses are nats per token; bits per character are theirs. */
export type TrainingEvent =
  | {
      readonly type: 'started';
      readonly total_steps: number;
      readonly steps_per_epoch: number;
      readonly blocks: number;
      readonly tokens: number;
      /** Blocks computed at once. */
      readonly micro_batch_size: number;
      readonly trained_parameters: number;
      /** The step of the checkpoint from which it goes on, 0 at a beginning. */
      readonly resumed_from: number;
    }
  | {
      readonly type: 'step';
      /** Steps done. */
      readonly step: number;
      readonly epoch: number;
      readonly loss: number;
      readonly grad_norm: number;
      readonly learning_rate: number;
      readonly tokens_per_second: number;
      readonly seconds_left: number;
    }
  | {
      readonly type: 'evaluated';
      readonly step: number;
      readonly eval_loss: number;
      readonly eval_bits_per_character: number;
    }
  | { readonly type: 'saved'; readonly step: number; readonly folder: string }
  /** Stopped before its end; `--resume` goes on. */
  | { readonly type: 'stopped'; readonly step: number; readonly folder: string }
  | {
      readonly type: 'finished';
      readonly step: number;
      readonly folder: string;
      readonly eval_loss_before?: number;
      readonly eval_loss_after?: number;
      readonly eval_bits_per_character_before?: number;
      readonly eval_bits_per_character_after?: number;
    };

/** Request to the trainer: a {@link WorkspaceRun} and the language of errors; answered by the run's last event. */
export const FINE_TUNE_WORKSPACE_METHOD = 'tsuzuki/fineTuneWorkspace';

/** Request to the trainer: {@link MeasureStepParams}, answered by a {@link MeasuredStep}. */
export const MEASURE_STEP_METHOD = 'tsuzuki/measureStep';

/** What a run is set to; names and meanings are Hugging Face's. What is not here is as in the walk-through. */
export type Hyperparameters = FullHyperparameters | LoraHyperparameters;

/** All weights are trained. */
export interface FullHyperparameters extends CommonHyperparameters {
  readonly method: 'full';
}

/** Small matrices are trained beside all linear modules. */
export interface LoraHyperparameters extends CommonHyperparameters {
  readonly method: 'lora';
  readonly lora_r: number;
  readonly lora_alpha: number;
  readonly lora_dropout: number;
  /** How the frozen weights are multiplied. */
  readonly base_dtype: 'fp32' | 'int8';
}

interface CommonHyperparameters {
  readonly num_train_epochs: number;
  /** When positive, the number of steps, whatever num_train_epochs says. */
  readonly max_steps: number;
  /** Blocks of a step. */
  readonly per_device_train_batch_size: number;
  /** Tokens of a block; a model that reads fewer gets as many as it reads. */
  readonly block_size: number;
  readonly learning_rate: number;
  readonly lr_scheduler_type: 'linear' | 'cosine' | 'constant';
  readonly seed: number;
}

/** Request to the trainer: the Hugging Face folder of a model; answered by the {@link Method} that suits it here. */
export const SUITED_METHOD_METHOD = 'tsuzuki/suitedMethod';

export type Method = Hyperparameters['method'];

export interface SuitedMethodParams {
  readonly model: string;
}

/** A run on texts that were written by `tsuzuki/writeTexts`; one at a time on a machine. */
export interface WorkspaceRun {
  /** Hugging Face folder of the base model. */
  readonly model: string;
  /** Folder of what is trained on. */
  readonly training: string;
  /** Folder of what is held out. */
  readonly heldOut?: string;
  /** What the same method has made before and is taught further; missing to begin with the model as it is. */
  readonly fromAdapter?: string;
  /** The result goes here, a PEFT adapter or a model folder, and checkpoints while it is made. */
  readonly output: string;
  readonly hyperparameters: Hyperparameters;
  /** Goes on from the newest checkpoint in `output`. */
  readonly resume: boolean;
  /** Missing lets the machine decide. */
  readonly threads?: number;
  readonly cacheFolder: string;
}

export interface MeasureStepParams {
  readonly model: string;
  readonly hyperparameters: Hyperparameters;
  readonly threads?: number;
  readonly cacheFolder: string;
}

/** What a step of a run costs on this machine, measured by doing one. */
export interface MeasuredStep {
  readonly seconds: number;
  /** The most memory that the process has had. */
  readonly peak_bytes: number;
  /** Tokens of a block for this model. */
  readonly block_size: number;
}
