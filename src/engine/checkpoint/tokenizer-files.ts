/** Everything that a GPT-2's tokenizer may consist of, in all its forms, in a Hugging Face folder. */
export const TOKENIZER_FILES = [
  'spiece.model',
  'tokenizer.model',
  'sentencepiece.bpe.model',
  'tokenizer.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
  'added_tokens.json',
  'vocab.json',
  'merges.txt',
] as const;
