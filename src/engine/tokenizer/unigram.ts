/** What a vocabulary entry is for; names as in SentencePiece. */
export type PieceType = 'normal' | 'unknown' | 'control' | 'user-defined' | 'unused' | 'byte';

export interface Piece {
  readonly text: string;
  /** Logarithm of its probability, a 32-bit float. */
  readonly score: number;
  readonly type: PieceType;
}

/** One piece of a segmentation. */
export interface Segment {
  readonly text: string;
  readonly id: number;
}

interface TrieNode {
  readonly children: Map<number, TrieNode>;
  id: number;
}

const UNKNOWN_PENALTY = 10;
const utf8 = new TextEncoder();

/**
 * The likeliest segmentation under a unigram model (Kudo 2018), with the arithmetic of SentencePiece's
 * `EncodeOptimized`: scores are 32-bit floats and of two equal paths the one found first stays, so ties fall the same.
 */
export class Unigram {
  readonly #root: TrieNode = { children: new Map(), id: -1 };
  readonly #unknownScore: number;
  readonly #maxScore: number;

  constructor(
    private readonly pieces: readonly Piece[],
    private readonly unknownId: number,
  ) {
    let min = Number.POSITIVE_INFINITY;
    let max = Number.NEGATIVE_INFINITY;
    pieces.forEach(({ text, score, type }, id) => {
      if (type === 'normal') {
        min = Math.min(min, score);
        max = Math.max(max, score);
      }
      // Control pieces, <unk> and bytes never match text.
      if (type === 'normal' || type === 'user-defined') this.#insert(text, id);
    });
    this.#unknownScore = Math.fround(min - UNKNOWN_PENALTY);
    this.#maxScore = max;
  }

  segment(text: string): Segment[] {
    const size = text.length;
    const score = new Float32Array(size + 1);
    const startOf = new Int32Array(size + 1).fill(-1);
    const idOf = new Int32Array(size + 1);
    const offer = (start: number, end: number, candidate: number, id: number) => {
      if (startOf[end] !== -1 && candidate <= (score[end] ?? 0)) return;
      score[end] = candidate;
      startOf[end] = start;
      idOf[end] = id;
    };

    for (let start = 0; start < size; ) {
      const here = score[start] ?? 0;
      const characterLength = (text.codePointAt(start) ?? 0) > 0xffff ? 2 : 1;
      let coversCharacter = false;
      let node: TrieNode | undefined = this.#root;
      for (let end = start; end < size; ) {
        node = node.children.get(text.charCodeAt(end));
        end++;
        if (node === undefined) break;
        if (node.id < 0) continue;
        offer(start, end, this.#score(node.id) + here, node.id);
        if (end - start === characterLength) coversCharacter = true;
      }
      if (!coversCharacter) {
        offer(start, start + characterLength, Math.fround(this.#unknownScore + here), this.unknownId);
      }
      start += characterLength;
    }

    const segments: Segment[] = [];
    for (let end = size; end > 0; end = startOf[end] ?? 0) {
      segments.push({ text: text.slice(startOf[end], end), id: idOf[end] ?? this.unknownId });
    }
    return segments.reverse();
  }

  /** User-defined symbols win over any segmentation of the same text. */
  #score(id: number): number {
    const piece = this.pieces[id];
    if (piece?.type !== 'user-defined') return piece?.score ?? 0;
    return Math.fround(utf8.encode(piece.text).length * this.#maxScore) - 0.1;
  }

  #insert(text: string, id: number): void {
    let node = this.#root;
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      let child = node.children.get(unit);
      if (child === undefined) {
        child = { children: new Map(), id: -1 };
        node.children.set(unit, child);
      }
      node = child;
    }
    node.id = id;
  }
}
