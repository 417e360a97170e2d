import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tokensBeginningWith } from '../../../../src/engine/tokenizer/beginning-tokens';
import { openTokenizer } from '../../../../src/engine/tokenizer/open-tokenizer';

const EMBEDDED = join(import.meta.dirname, '../../../../models/tsuzuki-base-ja');

test.each([
  ['、，,', ['<0x2C>', '、', '、「', ',', '、『']],
  ['『', ['『', '▁『']],
])('%s begins %j in the vocabulary of the embedded model', async (characters, pieces) => {
  const tokenizer = await openTokenizer(EMBEDDED);
  expect(tokenizer.pieces([...tokensBeginningWith(tokenizer, characters)])).toEqual(pieces);
});
