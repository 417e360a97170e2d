import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A sentence and the boundaries of its 文節, as indices of UTF-16 units. */
export interface MarkedSentence {
  readonly text: string;
  /** Boundaries that every reader hears. */
  readonly plain: ReadonlySet<number>;
  /** Boundaries that school grammar alone draws, such as in 見て+いる. */
  readonly subsidiary: ReadonlySet<number>;
}

/** Reads `bunsetsu.txt`, which says in its head what its marks mean. */
export function markedSentences(): MarkedSentence[] {
  const lines = readFileSync(join(__dirname, 'bunsetsu.txt'), 'utf8').split('\n');
  return lines.filter((line) => line !== '' && !line.startsWith('#')).map(parse);
}

function parse(line: string): MarkedSentence {
  let text = '';
  const plain = new Set<number>();
  const subsidiary = new Set<number>();
  for (const character of line) {
    if (character === '/') plain.add(text.length);
    else if (character === '+') subsidiary.add(text.length);
    else text += character;
  }
  return { text, plain, subsidiary };
}
