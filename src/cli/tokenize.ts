import { openTokenizer } from '../engine/tokenizer/open-tokenizer';

export interface TokenizeOptions {
  readonly model: string;
  readonly text: string;
  readonly json?: boolean;
}

/** `tsuzuki tokenize`: the text as one string, no special tokens. */
export async function tokenize({ model, text, json }: TokenizeOptions): Promise<void> {
  const tokenizer = await openTokenizer(model);
  const ids = tokenizer.encode(text);
  const pieces = tokenizer.pieces(ids);
  if (json === true) {
    process.stdout.write(`${JSON.stringify({ ids, pieces, decoded: tokenizer.decode(ids) })}\n`);
    return;
  }
  ids.forEach((id, i) => {
    process.stdout.write(`${id}\t${pieces[i]}\n`);
  });
}
