import { Command, Option } from 'commander';
import { LORA_TARGETS } from '../engine/checkpoint/lora-modules';
import { WALK_THROUGH } from '../engine/training/training-arguments';
import { type FineTuneOptions, fineTune } from './fine-tune';
import { number } from './options';

const natural = (maximum: number) => number({ minimum: 1, maximum, integer: true });
const real = (minimum: number, maximum: number) => number({ minimum, maximum, integer: false });

/** `tsuzuki fine-tune` and its options: names and defaults are the walk-through's, which are Hugging Face's. */
export function fineTuneCommand(model: Option): Command {
  return new Command('fine-tune')
    .description('teach a model the voice of texts, in any encoding; Ctrl-C saves a checkpoint, --resume goes on')
    .addOption(model)
    .requiredOption('--data <paths...>', 'text files and folders to train on')
    .option('--eval-data <paths...>', 'text files and folders to measure on, never trained on')
    .requiredOption('--output <folder>', 'where checkpoints and the result go')
    .addOption(
      new Option(
        '--method <method>',
        'lora trains small matrices beside the model, full all of it (default: by size)',
      ).choices(['lora', 'full']),
    )
    .option('--block-size <n>', 'tokens of a block', natural(100_000), WALK_THROUGH.block_size)
    .option('--num-train-epochs <n>', '', real(0.001, 10_000), WALK_THROUGH.num_train_epochs)
    .option('--max-steps <n>', 'steps, whatever the epochs say', natural(100_000_000), WALK_THROUGH.max_steps)
    .option(
      '--per-device-train-batch-size <n>',
      'blocks of a step; how many are computed at once follows from memory',
      natural(100_000),
      WALK_THROUGH.per_device_train_batch_size,
    )
    .option(
      '--gradient-accumulation-steps <n>',
      'multiplies the blocks of a step',
      natural(100_000),
      WALK_THROUGH.gradient_accumulation_steps,
    )
    .option('--learning-rate <x>', '', real(0, 10), WALK_THROUGH.learning_rate)
    .addOption(
      new Option('--lr-scheduler-type <type>')
        .choices(['linear', 'cosine', 'constant'])
        .default(WALK_THROUGH.lr_scheduler_type),
    )
    .option(
      '--warmup-steps <n>',
      '',
      number({ minimum: 0, maximum: 1_000_000, integer: true }),
      WALK_THROUGH.warmup_steps,
    )
    .option('--weight-decay <x>', '', real(0, 10), WALK_THROUGH.weight_decay)
    .addOption(
      new Option('--weight-decay-of <which>', 'trainer spares biases and LayerNorm, all spares nothing')
        .choices(['trainer', 'all'])
        .default(WALK_THROUGH.weight_decay_of),
    )
    .option('--max-grad-norm <x>', '0 never clips', real(0, 1_000_000), WALK_THROUGH.max_grad_norm)
    .option('--save-steps <n>', 'steps between checkpoints', natural(100_000_000), 500)
    .option('--save-total-limit <n>', 'checkpoints kept', natural(1000), 2)
    .option('--logging-steps <n>', 'steps between reports; each step is one below 200', natural(1_000_000), 10)
    .option('--logging-dir <folder>', 'TensorBoard event files')
    .option('--lora-r <n>', 'rank', natural(1024), 8)
    .option('--lora-alpha <x>', '', real(0, 10_000), 16)
    .option('--lora-dropout <p>', '', real(0, 0.99), 0)
    .addOption(new Option('--lora-target <modules...>', 'modules that are adapted').choices(LORA_TARGETS))
    .option(
      '--from-adapter <folder>',
      'go on from what the same method has made; an adapter keeps its rank, alpha and modules',
    )
    .addOption(
      new Option('--base-dtype <type>', 'how lora multiplies by the frozen weights')
        .choices(['fp32', 'int8'])
        .default('fp32'),
    )
    .option('--seed <n>', '', number({ minimum: 0, maximum: 2 ** 32 - 1, integer: true }), WALK_THROUGH.seed)
    .option('--threads <n>', 'default: all cores but one', natural(256))
    .option('--overwrite-output-dir', 'replace what an earlier run left')
    .option('--resume', 'go on from the newest checkpoint')
    .option('--json', 'events as JSON Lines on standard output')
    .action((options: FineTuneOptions) => fineTune(options));
}
