import { readFile } from 'node:fs/promises';
import { cacheFolder } from '../engine/checkpoint/cache-folder';
import type { Dtype } from '../engine/quantization/dtype';
import { readText } from '../text/manuscript/read-manuscript';
import { evaluateTexts, type TextEvaluation } from './evaluation/evaluate-texts';
import { figuresOf, type WritingFigures } from './evaluation/figures';
import { importProgress } from './import-progress';
import { PREFILL_CHUNK } from './prefill-chunk';
import { InputError } from './score';

export interface EvaluateOptions {
  readonly model: string;
  readonly adapter?: string;
  readonly dtype?: Dtype;
  readonly threads?: number;
  readonly alternatives: number;
  readonly everyCharacter?: boolean;
  readonly maxCharacters?: number;
  readonly json?: boolean;
}

/** `tsuzuki evaluate`: what suggestions are worth to somebody who writes these files. */
export async function evaluate(files: readonly string[], options: EvaluateOptions): Promise<void> {
  const texts = await Promise.all(files.map(readProse));
  const { model, adapter, alternatives, everyCharacter, maxCharacters } = options;
  const evaluation = await evaluateTexts(texts, {
    model,
    adapterFolder: adapter,
    alternatives,
    everyCharacter,
    maxCharacters,
    cacheFolder: cacheFolder(),
    prefillChunk: PREFILL_CHUNK,
    precision: options.dtype,
    ...(options.threads !== undefined && { threads: options.threads }),
    onImport: importProgress(process.stderr),
  });
  const { bits_per_character, ms_per_suggestion, empty } = evaluation;
  const all = { ...columns(evaluation.texts, alternatives), bits_per_character, ms_per_suggestion, empty };
  if (options.json !== true) {
    process.stdout.write(table(all));
    return;
  }
  const each = evaluation.texts.map((text, i) => {
    return { file: files[i], ...columns([text], alternatives), bits_per_character: text.bits_per_character };
  });
  process.stdout.write(`${JSON.stringify({ model, adapter, ...all, files: each })}\n`);
}

interface Columns {
  /** Code points of the texts, line breaks and indentation included. */
  readonly characters: number;
  readonly greedy: WritingFigures;
  readonly alternatives?: WritingFigures & { readonly count: number };
  readonly every_character?: WritingFigures;
}

function columns(texts: readonly TextEvaluation[], count: number): Columns {
  const greedy = texts.flatMap((text) => text.greedy);
  const alternatives = texts.flatMap((text) => text.alternatives ?? []);
  const everyCharacter = texts.flatMap((text) => text.everyCharacter ?? []);
  return {
    characters: greedy.reduce((sum, line) => sum + line.characters, 0),
    greedy: figuresOf(greedy),
    ...(count > 1 && { alternatives: { count, ...figuresOf(alternatives) } }),
    ...(everyCharacter.length > 0 && { every_character: figuresOf(everyCharacter) }),
  };
}

function table(
  figures: Columns & {
    readonly bits_per_character: number;
    readonly ms_per_suggestion: number;
    readonly empty: Readonly<Record<string, number>>;
  },
): string {
  const { greedy, alternatives, every_character } = figures;
  const columns: readonly { readonly title: string; readonly of: WritingFigures }[] = [
    { title: 'greedy', of: greedy },
    ...(alternatives === undefined ? [] : [{ title: `best of ${alternatives.count}`, of: alternatives }]),
    ...(every_character === undefined ? [] : [{ title: 'every character', of: every_character }]),
  ];
  const row = (name: string, show: (column: WritingFigures) => string) =>
    `${[name, ...columns.map((column) => show(column.of))].join('\t')}\n`;
  const percent = (share: number, digits = 1) => `${(100 * share).toFixed(digits)} %`;
  const empty = Object.entries(figures.empty).map(([why, count]) => `${why} ${count}`);
  return [
    `${['', ...columns.map(({ title }) => title)].join('\t')}\n`,
    row('keystroke savings', (one) => `${percent(one.keystroke_savings, 2)} ± ${percent(one.standard_error, 2)}`),
    row('acceptance rate', (one) => percent(one.acceptance_rate)),
    row('mean accepted characters', (one) => one.mean_accepted_characters.toFixed(2)),
    row('suggestions', (one) => String(one.suggestions)),
    `characters\t${figures.characters}\n`,
    `bits per character\t${figures.bits_per_character.toFixed(4)}\n`,
    `milliseconds per suggestion\t${figures.ms_per_suggestion.toFixed(1)}\n`,
    `nothing to show\t${empty.length === 0 ? 'never' : empty.join(', ')}\n`,
  ].join('');
}

/** The prose of a file, read as fine-tuning in the editor reads it: any encoding, without markup. */
async function readProse(file: string): Promise<string> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (error) {
    throw new InputError(`${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
  const read = readText({ path: file, bytes });
  if (read.kind === 'prose') return read.text;
  const { reason } = read;
  const why =
    reason.kind === 'invalid-bytes'
      ? `line ${reason.line} is not ${reason.encoding}`
      : reason.kind === 'binary'
        ? 'not a text'
        : 'nothing to write in it';
  throw new InputError(`${file}: ${why}`);
}
