import { Command, CommanderError, Option } from 'commander';
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { CheckpointError, type CheckpointErrorCode } from '../engine/checkpoint/checkpoint-error';
import { HubError, type HubErrorCode } from '../engine/hub/hub-error';
import { OnnxRuntimeError } from '../engine/inference/onnx-runtime-error';
import { DTYPES, type Dtype } from '../engine/quantization/dtype';
import { SAMPLING_BOUNDS, STOP_AT } from '../protocol/settings';
import { serve } from '../server/serve';
import { TrainingError } from '../trainer/training-error';
import { type CompleteOptions, complete } from './complete';
import type { DownloadOptions } from './download';
import { type EvaluateOptions, evaluate } from './evaluate';
import { EXIT } from './exit-code';
import { fineTuneCommand } from './fine-tune-command';
import { languageOf } from './language';
import { type MergeOptions, merge } from './merge';
import { modelOption } from './model-option';
import { number } from './options';
import { InputError, type ScoreOptions, score, UsageError } from './score';
import { type TokenizeOptions, tokenize } from './tokenize';

const adapterOption = () =>
  new Option('--adapter <folder>', 'PEFT adapter folder (LoRA), or a model that was trained whole from --model');
const dtypeOption = () =>
  new Option('--dtype <type>', 'weights while running (default: fp32, int8 for large models)').choices(DTYPES);

interface ServeOptions {
  readonly model: string;
  readonly adapter?: string;
  readonly dtype?: Dtype;
}

const program = new Command('tsuzuki')
  .description('Continues Japanese prose with a GPT-2 on this machine.')
  .exitOverride();

program
  .command('complete')
  .description('continue a text')
  .addOption(modelOption())
  .addOption(adapterOption())
  .option('--prompt <text>', 'text to continue (default: standard input)')
  .option('--max-new-tokens <n>', '', number(SAMPLING_BOUNDS.maxNewTokens), 50)
  .option('--temperature <t>', '0 takes the likeliest token', number(SAMPLING_BOUNDS.temperature), 1)
  .option('--top-k <k>', '0 switches it off', number(SAMPLING_BOUNDS.topK), 50)
  .option('--top-p <p>', '1 switches it off', number(SAMPLING_BOUNDS.topP), 0.95)
  .option('--min-p <p>', '0 switches it off', number(SAMPLING_BOUNDS.minP), 0)
  .option('--repetition-penalty <r>', '1 switches it off', number(SAMPLING_BOUNDS.repetitionPenalty), 1)
  .option('--num-return-sequences <n>', '', number({ minimum: 1, maximum: 100, integer: true }), 1)
  .option('--seed <n>', 'the same seed gives the same text', number(SAMPLING_BOUNDS.seed))
  .addOption(new Option('--stop <where>', 'where the text ends by itself').choices(STOP_AT).default('none'))
  .option('--token-healing', 'let the continuation finish the word that the prompt ends in, as ghost text does')
  .addOption(dtypeOption())
  .option('--json', 'one JSON object on standard output')
  .action((options: CompleteOptions) => complete(options));

program
  .command('tokenize')
  .description('show the tokens of a text, or what a tokenizer can write')
  .addOption(modelOption())
  .option('--text <text>')
  .option('--card', 'what the tokenizer makes of marks, kana and kanji')
  .option('--json', '{ids, pieces, decoded}, or the card')
  .action((options: TokenizeOptions) => tokenize(options));

program
  .command('score')
  .description('how well a model predicts text files (UTF-8)')
  .argument('<files...>')
  .addOption(modelOption())
  .addOption(adapterOption())
  .option('--stride <n>', 'window step for long texts', number({ minimum: 1, maximum: 100_000, integer: true }))
  .addOption(dtypeOption())
  .option('--json', 'one JSON object on standard output')
  .option('--per-token', 'with --json: ids and log_probs')
  .action((files: string[], options: ScoreOptions) => score(files, options));

program
  .command('evaluate')
  .description('what suggestions are worth to somebody who writes text files')
  .argument('<files...>')
  .addOption(modelOption())
  .addOption(adapterOption())
  .option(
    '--alternatives <n>',
    'suggestions to choose from in the second column; 1 leaves it out',
    number(SAMPLING_BOUNDS.alternatives),
    3,
  )
  .option('--every-character', 'write each text also with a look at the greedy suggestion after each character')
  .option(
    '--max-characters <n>',
    'of each file, from its beginning',
    number({ minimum: 1, maximum: 100_000_000, integer: true }),
  )
  .option('--threads <n>', 'default: all cores but one', number({ minimum: 1, maximum: 256, integer: true }))
  .addOption(dtypeOption())
  .option('--json', 'one JSON object on standard output')
  .action((files: string[], options: EvaluateOptions) => evaluate(files, options));

program
  .command('merge')
  .description('fold an adapter into its model, as a Hugging Face folder')
  .addOption(modelOption())
  .addOption(adapterOption().makeOptionMandatory())
  .requiredOption('--output <folder>', 'where the merged model goes')
  .option('--overwrite', 'replace the model that is there')
  .action((options: MergeOptions) => merge(options));

program.addCommand(fineTuneCommand(modelOption()).copyInheritedSettings(program));

program
  .command('download')
  .description('fetch a GPT-2 from the Hugging Face hub; Ctrl-C pauses, the same command goes on')
  .argument('<id>', 'owner/name, or owner/name@revision')
  .option('--to <folder>', 'where it goes (default: where --model finds it by its id)')
  .option('--json', 'one JSON object on standard output')
  // The HTTP client is large, and no other command needs it.
  .action(async (id: string, options: DownloadOptions) => (await import('./download')).download(id, options));

program
  .command('serve')
  .description('language server (LSP 3.18, textDocument/inlineCompletion)')
  .requiredOption('--stdio', 'speak over standard input and output')
  .addOption(modelOption())
  .addOption(adapterOption())
  .addOption(dtypeOption())
  .action(({ model, adapter, dtype }: ServeOptions) => {
    const connection = createConnection(ProposedFeatures.all, process.stdin, process.stdout);
    serve(connection, { modelFolder: model, adapterFolder: adapter, dtype });
  });

// Whoever reads the output may have seen enough: `tsuzuki score … | head -1`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? EXIT.ok : EXIT.failure);
});

program.parseAsync().catch((error: unknown) => {
  process.exitCode = report(error);
});

/** The folder to write to is not one that may be written. */
const OUTPUT_ERRORS: readonly CheckpointErrorCode[] = ['folder-exists', 'folder-foreign'];

/** What is asked for is not something that can be downloaded there. */
const REQUEST_ERRORS: readonly HubErrorCode[] = ['id-invalid', 'folder-exists'];

/** Says on standard error what went wrong; returns the exit code. */
function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  const language = languageOf(process.env, Intl.DateTimeFormat().resolvedOptions().locale);
  if (error instanceof CheckpointError) {
    process.stderr.write(`tsuzuki: ${error.describe(language)}\n`);
    return OUTPUT_ERRORS.includes(error.code) ? EXIT.usage : EXIT.model;
  }
  if (error instanceof HubError) {
    process.stderr.write(`tsuzuki: ${error.describe(language)}\n`);
    if (error.code === 'not-downloaded') return EXIT.model;
    return REQUEST_ERRORS.includes(error.code) ? EXIT.usage : EXIT.download;
  }
  if (error instanceof TrainingError) {
    process.stderr.write(`tsuzuki: ${error.describe(language)}\n`);
    return EXIT.training;
  }
  if (error instanceof OnnxRuntimeError) {
    process.stderr.write(`tsuzuki: ${error.describe(language)}\n`);
    return EXIT.failure;
  }
  if (error instanceof InputError || error instanceof UsageError) {
    process.stderr.write(`tsuzuki: ${error.message}\n`);
    return error.exitCode;
  }
  process.stderr.write(`tsuzuki: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  return EXIT.failure;
}
