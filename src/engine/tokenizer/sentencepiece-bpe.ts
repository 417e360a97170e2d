import { mergeSymbols } from './merge-symbols';
import type { Piece, Segment } from './unigram';

interface Symbol {
  readonly text: string;
  /** A user-defined symbol, which is never merged. */
  readonly frozen: boolean;
}

/**
 * The segmentation of SentencePiece's BPE models: neighbours are merged as long as the vocabulary has what they become,
 * the highest score first. Source: `bpe_model.cc` of google/sentencepiece.
 */
export class SentencePieceBpe {
  readonly #ids = new Map<string, number>();
  /** By id: how many different scores are higher. */
  readonly #ranks: readonly number[];

  /** @param userDefined Gives the length of the user-defined symbol at a place of a text, 0 where there is none. */
  constructor(
    private readonly pieces: readonly Piece[],
    private readonly unknownId: number,
    private readonly userDefined: (text: string, at: number) => number,
  ) {
    pieces.forEach(({ text, type }, id) => {
      // Control pieces, <unk> and bytes never match text.
      if (type === 'normal' || type === 'user-defined' || type === 'unused') this.#ids.set(text, id);
    });
    const scores = [...new Set(pieces.map(({ score }) => score))].sort((a, b) => b - a);
    const rankOf = new Map(scores.map((score, rank) => [score, rank]));
    this.#ranks = pieces.map(({ score }) => rankOf.get(score) ?? 0);
  }

  segment(text: string): Segment[] {
    /** What unused pieces were merged from, for they are taken apart again. */
    const origins = new Map<string, readonly [string, string]>();
    const merged = mergeSymbols(this.#symbols(text), (left, right) => {
      if (left.frozen || right.frozen) return undefined;
      const joined = left.text + right.text;
      const id = this.#ids.get(joined);
      if (id === undefined) return undefined;
      if (this.pieces[id]?.type === 'unused') origins.set(joined, [left.text, right.text]);
      return { rank: this.#ranks[id] ?? 0, symbol: { text: joined, frozen: false } };
    });

    const segments: Segment[] = [];
    for (const { text: whole } of merged) {
      const waiting = [whole];
      for (let part = waiting.pop(); part !== undefined; part = waiting.pop()) {
        const id = this.#ids.get(part) ?? this.unknownId;
        const origin = this.pieces[id]?.type === 'unused' ? origins.get(part) : undefined;
        if (origin === undefined) segments.push({ text: part, id });
        else waiting.push(origin[1], origin[0]);
      }
    }
    return segments;
  }

  #symbols(text: string): Symbol[] {
    const symbols: Symbol[] = [];
    for (let at = 0; at < text.length; ) {
      const protectedLength = this.userDefined(text, at);
      const length = protectedLength || ((text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1);
      symbols.push({ text: text.slice(at, at + length), frozen: protectedLength > 0 });
      at += length;
    }
    return symbols;
  }
}
