/** Request to the trainer: a `FineTuneRequest` and the language of errors; answered by the run's last event. */
export const FINE_TUNE_METHOD = 'tsuzuki/fineTune';

/** Notification to the trainer: end within one micro-batch, with a checkpoint. */
export const STOP_TRAINING_METHOD = 'tsuzuki/stopTraining';

/** Notification from the trainer: a {@link TrainingEvent}. */
export const TRAINING_EVENT_METHOD = 'tsuzuki/trainingEvent';

/** What a run of fine-tuning tells while it goes on. Losses are nats per token. */
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
  | { readonly type: 'evaluated'; readonly step: number; readonly eval_loss: number }
  | { readonly type: 'saved'; readonly step: number; readonly folder: string }
  /** Stopped before its end; `--resume` goes on. */
  | { readonly type: 'stopped'; readonly step: number; readonly folder: string }
  | {
      readonly type: 'finished';
      readonly step: number;
      readonly folder: string;
      readonly eval_loss_before?: number;
      readonly eval_loss_after?: number;
    };
