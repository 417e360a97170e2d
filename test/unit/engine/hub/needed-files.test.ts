import { expect, test } from 'vitest';
import { type HubFile, isPlainName, neededFiles, partsOf } from '../../../../src/engine/hub/needed-files';

const file = (name: string): HubFile => ({ name, size: 1, hash: { kind: 'git-blob', hex: '0'.repeat(40) } });
const names = (listed: readonly string[]) => {
  const { config, tokenizer, weights } = neededFiles(listed.map(file), 'owner/name');
  return [config, ...tokenizer, weights].map(({ name }) => name);
};

test.each([
  [
    'rinna',
    [
      '.gitattributes',
      'README.md',
      'config.json',
      'model.safetensors',
      'pytorch_model.bin',
      'rinna.png',
      'spiece.model',
    ],
    ['config.json', 'spiece.model', 'model.safetensors'],
  ],
  [
    'an old repository',
    ['config.json', 'pytorch_model.bin', 'spiece.model', 'tf_model.h5', 'tokenizer_config.json'],
    ['config.json', 'spiece.model', 'tokenizer_config.json', 'pytorch_model.bin'],
  ],
  [
    'byte-level BPE',
    ['config.json', 'merges.txt', 'model.safetensors', 'special_tokens_map.json', 'training_args.bin', 'vocab.json'],
    ['config.json', 'special_tokens_map.json', 'vocab.json', 'merges.txt', 'model.safetensors'],
  ],
  [
    'weights in parts',
    ['config.json', 'model-00001-of-00002.safetensors', 'model.safetensors.index.json', 'tokenizer.json'],
    ['config.json', 'tokenizer.json', 'model.safetensors.index.json'],
  ],
])('%s', (_, listed, needed) => {
  expect(names(listed)).toEqual(needed);
});

test.each([
  ['no config', ['model.safetensors', 'spiece.model'], /config\.json/],
  ['no weights', ['config.json', 'spiece.model', 'adapter_model.safetensors'], /pytorch_model\.bin/],
  ['half a tokenizer', ['config.json', 'model.safetensors', 'vocab.json'], /merges\.txt/],
])('%s is said', (_, listed, message) => {
  expect(() => names(listed)).toThrow(message);
});

const INDEX = file('model.safetensors.index.json');
const parts = (json: string, listed: readonly string[] = ['a.safetensors', 'b.safetensors']) =>
  partsOf(INDEX, json, listed.map(file), 'owner/name').map(({ name }) => name);
const index = (...files: readonly string[]) =>
  JSON.stringify({ weight_map: Object.fromEntries(files.map((name, i) => [`tensor ${i}`, name])) });

test('the parts of weights, each once', () => {
  expect(parts(index('a.safetensors', 'b.safetensors', 'a.safetensors'))).toEqual(['a.safetensors', 'b.safetensors']);
});

test.each([
  ['no JSON', '<html>', 'hub-broken'],
  ['no index', '{}', 'hub-broken'],
  ['a part elsewhere', index('../../.bashrc.safetensors'), 'hub-broken'],
  ['a part elsewhere on Windows', index('..\\startup.safetensors'), 'hub-broken'],
  ['a part that is no weights', index('config.json'), 'hub-broken'],
  ['a part that is missing', index('c.safetensors'), 'files-missing'],
])('%s in an index is refused', (_, json, code) => {
  expect(() => parts(json)).toThrow(expect.objectContaining({ code }));
});

test.each([
  ['model.safetensors', true],
  ['学習済み.bin', true],
  ['..', false],
  ['.', false],
  ['', false],
  ['../model.bin', false],
  ['/etc/passwd', false],
  ['a/b.bin', false],
  ['a\\b.bin', false],
  ['C:model.bin', false],
  ['model.bin:stream', false],
  ['NUL.bin', false],
  ['com1.safetensors', false],
  ['model\0.bin', false],
])('%j leads into its own folder: %s', (name, plain) => {
  expect(isPlainName(name)).toBe(plain);
});
