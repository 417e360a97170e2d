import { expect, test } from 'vitest';
import { parseConfig } from '../../../../src/engine/checkpoint/config';

test.each([
  [{ bos_token_id: 1, eos_token_id: 2, pad_token_id: 3 }, [1, 2, 3]],
  [{ bos_token_id: 50256, eos_token_id: 50256 }, [undefined, undefined, undefined]],
  [{ bos_token_id: null, eos_token_id: [7, 8], pad_token_id: 99 }, [undefined, 7, 99]],
  [{ pad_token_id: 100 }, [undefined, undefined, undefined]],
])('special tokens of %j with a vocabulary of 100', (ids, expected) => {
  const config = parseConfig(JSON.stringify({ model_type: 'gpt2', vocab_size: 100, ...ids }), 'config.json');
  expect([config.bos_token_id, config.eos_token_id, config.pad_token_id]).toEqual(expected);
});
