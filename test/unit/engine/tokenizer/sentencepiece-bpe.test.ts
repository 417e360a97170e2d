import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { openTokenizer } from '../../../../src/engine/tokenizer/open-tokenizer';
import type { Tokenizer } from '../../../../src/engine/tokenizer/tokenizer';

const GOLDEN = join(import.meta.dirname, '../../../golden/tokenizers');

interface Case {
  readonly text: string;
  readonly ids: readonly number[];
  readonly pieces: readonly string[];
  readonly decoded: string;
}

describe.each([
  ['sentencepiece-bpe', 'byte fallback and user-defined symbols'],
  ['sentencepiece-bpe-unused', 'no normalising, and unused pieces that are taken apart again'],
])('%s: %s', (name) => {
  const { cases }: { cases: Case[] } = JSON.parse(readFileSync(join(GOLDEN, name, 'golden.json'), 'utf8'));
  let tokenizer: Tokenizer;
  beforeAll(async () => {
    tokenizer = await openTokenizer(join(GOLDEN, name));
  });

  test.each(cases)('$text', ({ text, ids, pieces, decoded }) => {
    const encoded = tokenizer.encode(text);
    expect({ ids: encoded, pieces: tokenizer.pieces(encoded), decoded: tokenizer.decode(ids) }).toEqual({
      ids,
      pieces,
      decoded,
    });
  });

  test('special tokens', () => {
    expect(tokenizer.specialIds).toEqual({ bos: 1, eos: 2, pad: 3, unk: 0 });
  });
});

test('a line of fifty thousand characters', async () => {
  const tokenizer = await openTokenizer(join(GOLDEN, 'sentencepiece-bpe'));
  const text = '下人は雨やみを待っていた。'.repeat(4_000);
  expect(tokenizer.decode(tokenizer.encode(text))).toBe(text);
});
