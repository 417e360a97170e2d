import { openTokenizer } from '../engine/tokenizer/open-tokenizer';
import { type TokenizerCard, tokenizerCard, type Written } from '../engine/tokenizer/tokenizer-card';
import { UsageError } from './score';

export interface TokenizeOptions {
  readonly model: string;
  readonly text?: string;
  readonly card?: boolean;
  readonly json?: boolean;
}

/**
 * `tsuzuki tokenize`: the text as one string, no special tokens; with `--card` what the tokenizer can write.
 *
 * @throws {UsageError} when neither is asked for
 */
export async function tokenize({ model, text, card, json }: TokenizeOptions): Promise<void> {
  if (card !== true && text === undefined) throw new UsageError('Give --text <text> or --card.');
  const tokenizer = await openTokenizer(model);
  if (card === true) {
    const made = tokenizerCard(tokenizer);
    process.stdout.write(json === true ? `${JSON.stringify(made)}\n` : describe(made));
    return;
  }
  const ids = tokenizer.encode(text ?? '');
  const pieces = tokenizer.pieces(ids);
  if (json === true) {
    process.stdout.write(`${JSON.stringify({ ids, pieces, decoded: tokenizer.decode(ids) })}\n`);
    return;
  }
  ids.forEach((id, i) => {
    process.stdout.write(`${id}\t${pieces[i]}\n`);
  });
}

const NAMES: Readonly<Record<string, string>> = {
  '\n': 'line feed',
  ' ': 'space',
  '　': 'full-width space',
  '': 'nothing',
};

function describe({ lines, marks, scripts }: TokenizerCard): string {
  const name = (text: string) => NAMES[text] ?? text;
  const fate = (written: Written) => {
    if (written.kind === 'itself') return 'is written';
    return written.kind === 'unknown' ? 'cannot be written' : `becomes ${name(written.text)}`;
  };
  const rows = [
    `lines\t${lines}`,
    ...Object.entries(marks).map(([mark, written]) => `${name(mark)}\t${fate(written)}`),
    ...scripts.map(({ script, writable, of, missing }) =>
      [`${script}\t${writable} of ${of}`, ...(missing === '' ? [] : [`not ${missing}`])].join(', '),
    ),
  ];
  return `${rows.join('\n')}\n`;
}
