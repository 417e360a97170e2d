import type { Work } from './held-out-works';

/** Texts that are written by a model that has learnt others before. */
export interface Turn {
  /** Nothing where the model stays as it is. */
  readonly learnt: readonly Work[];
  readonly written: readonly Work[];
}

/** What is measured as one: its figures are those of all that is written in its turns, line by line. */
export interface QualityCase {
  readonly name: string;
  /** What is learnt from, as the rows of the table say it. */
  readonly learntFrom: string;
  readonly turns: readonly Turn[];
}

/** The author whose works are learnt from and written; the training data of the embedded model has none of them. */
const AUTHOR = '新美南吉';
/** Every third of their works is written, the others are learnt from. */
const HELD_OUT_EVERY = 3;
/** Of the other authors, every so many works. */
const SAMPLE_EVERY = 8;
/** The other author of several long works of whom the embedded model has read nothing. */
const SECOND_AUTHOR = '近松秋江';
/**
 * 小桜姫物語 (浅野和三郎), 無人島に生きる十六人 (須川邦彦) and 中世の文学伝統 (風巻景次郎): all works of 100,000 characters
 * whose authors the embedded model has not read.
 */
const LONG_WORKS: ReadonlySet<string> = new Set(['004823', '042767', '050931']);
/** So much of a long work is learnt from, and the rest written. */
const EARLIER_SHARE = 0.75;
/**
 * All authors of held-out works by whom 300,000 characters and more are in the rest of the corpus, and hardly any (less
 * than one in twenty) in its part of narrative prose: essayists, for the most part.
 */
const ESSAYISTS: readonly string[] = [
  '寺田寅彦',
  '中谷宇吉郎',
  '福沢諭吉',
  '佐藤垢石',
  '和辻哲郎',
  '井上円了',
  '北大路魯山人',
  '木暮理太郎',
];
/** What a writer has in the drawer: two or three novels. */
const DRAWER_CHARACTERS = 300_000;

export const CASE_NAMES = ['others', 'third', 'rest', 'second', 'later', 'essayists'] as const;
export type CaseName = (typeof CASE_NAMES)[number];

/**
 * What is measured, of held-out works in the order of their numbers.
 *
 * @param library Other works, in the same order, which are only ever learnt from.
 */
export function qualityCase(name: CaseName, works: readonly Work[], library: readonly Work[] = []): QualityCase {
  const own = works.filter(({ author }) => author === AUTHOR);
  switch (name) {
    case 'others': {
      const sample = works.filter(({ author }) => author !== AUTHOR).filter((_, i) => i % SAMPLE_EVERY === 0);
      const turns = [{ learnt: [], written: sample }];
      return { name: `embedded, ${sample.length} works of others`, learntFrom: '', turns };
    }
    case 'third': {
      const turn = turnOf(own, HELD_OUT_EVERY - 1);
      const learntFrom = `${turn.learnt.length} others`;
      return { name: `${AUTHOR}, ${turn.written.length} works`, learntFrom, turns: [turn] };
    }
    case 'rest': {
      const turns = Array.from({ length: HELD_OUT_EVERY - 1 }, (_, third) => turnOf(own, third));
      const written = turns.reduce((sum, turn) => sum + turn.written.length, 0);
      const learntFrom = `${turns[0]?.learnt.length ?? 0} others`;
      return { name: `${AUTHOR}, the other ${written} works`, learntFrom, turns };
    }
    case 'second': {
      const theirs = works.filter(({ author }) => author === SECOND_AUTHOR);
      const turns = theirs.map((work) => ({ learnt: theirs.filter((other) => other !== work), written: [work] }));
      return { name: `${SECOND_AUTHOR}, ${theirs.length} works`, learntFrom: `${theirs.length - 1} others`, turns };
    }
    case 'later': {
      const turns = works.filter(({ id }) => LONG_WORKS.has(id)).map(partsOf);
      return { name: `the last quarters of ${turns.length} long works`, learntFrom: 'what stands before', turns };
    }
    case 'essayists': {
      const by = (one: string) => works.filter(({ author }) => author === one);
      const authors = ESSAYISTS.filter((one) => by(one).length > 0);
      const turns = authors.map((one) => ({
        learnt: drawerOf(library.filter(({ author }) => author === one)),
        written: by(one),
      }));
      const written = turns.reduce((sum, turn) => sum + turn.written.length, 0);
      const name = `${authors.length} essayists, ${written} works`;
      return { name, learntFrom: 'other works of each', turns };
    }
  }
}

/** A third of some works is written, the others are learnt from. */
function turnOf(works: readonly Work[], third: number): Turn {
  const isWritten = (_: Work, i: number) => i % HELD_OUT_EVERY === third;
  return { written: works.filter(isWritten), learnt: works.filter((work, i) => !isWritten(work, i)) };
}

/** In their order, all works that still find room. */
function drawerOf(works: readonly Work[]): readonly Work[] {
  let room = DRAWER_CHARACTERS;
  return works.filter(({ text }) => {
    if (text.length > room) return false;
    room -= text.length;
    return true;
  });
}

/** The earlier part of a work is learnt from, what follows is written; no line is cut. */
function partsOf(work: Work): Turn {
  const cut = work.text.indexOf('\n', Math.floor(work.text.length * EARLIER_SHARE)) + 1;
  return { learnt: [{ ...work, text: work.text.slice(0, cut) }], written: [{ ...work, text: work.text.slice(cut) }] };
}
