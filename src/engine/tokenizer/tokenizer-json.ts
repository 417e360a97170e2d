import type { SentencePieceModel } from './sentencepiece-model';
import { SPACE_SYMBOL } from './tokenizer';
import type { Piece } from './unigram';

export interface TokenizerJsonOptions {
  /** `do_lower_case` of tokenizer_config.json: the vocabulary has no upper-case pieces. */
  readonly lowerCase: boolean;
}

/**
 * A SentencePiece model as the `tokenizer.json` of Hugging Face tokenizers, for those who load the folder elsewhere.
 * Nothing is appended while encoding. What the format cannot say: control and byte pieces are matched where a text
 * spells them out.
 */
export function tokenizerJson({ proto, pieces, unknownId }: SentencePieceModel, { lowerCase }: TokenizerJsonOptions) {
  const { name = '', precompiledCharsmap, addDummyPrefix, removeExtraWhitespaces } = proto.normalizerSpec ?? {};
  const normalizers = [
    ...(lowerCase ? [{ type: 'Lowercase' }] : []),
    ...(precompiledCharsmap === undefined || precompiledCharsmap.length === 0
      ? []
      : [{ type: 'Precompiled', precompiled_charsmap: Buffer.from(precompiledCharsmap).toString('base64') }]),
    // The format's reader misses keys of six bytes and more: か or ﾊ with a voicing mark. NFC puts those together.
    ...(name.includes('nfkc') ? [{ type: 'NFC' }] : []),
    ...(removeExtraWhitespaces === false ? [] : [replace('^ +| +$', ''), replace(' {2,}', ' ')]),
  ];
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: pieces.flatMap((piece, id) => addedToken(piece, id)),
    normalizer: { type: 'Sequence', normalizers },
    pre_tokenizer: {
      type: 'Metaspace',
      replacement: SPACE_SYMBOL,
      prepend_scheme: addDummyPrefix === false ? 'never' : 'always',
      split: false,
    },
    post_processor: null,
    decoder: {
      type: 'Sequence',
      decoders: [
        { type: 'Replace', pattern: { String: SPACE_SYMBOL }, content: ' ' },
        { type: 'ByteFallback' },
        { type: 'Fuse' },
        { type: 'Strip', content: ' ', start: 1, stop: 0 },
      ],
    },
    model: {
      type: 'Unigram',
      unk_id: unknownId,
      vocab: pieces.map(({ text, score }) => [text, score]),
      byte_fallback: proto.trainerSpec?.byteFallback === true,
    },
  };
}

function replace(regex: string, content: string) {
  return { type: 'Replace', pattern: { Regex: regex }, content };
}

/** Pieces that text is cut at before the model sees it. */
function addedToken({ text, type }: Piece, id: number) {
  if (type !== 'control' && type !== 'unknown' && type !== 'user-defined') return [];
  const special = type !== 'user-defined';
  return [{ id, content: text, single_word: false, lstrip: false, rstrip: false, normalized: false, special }];
}
