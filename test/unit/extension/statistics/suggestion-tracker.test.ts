import { describe, expect, it } from 'vitest';
import { type Counts, NO_COUNTS, sum } from '../../../../src/extension/statistics/counts';
import { SuggestionTracker } from '../../../../src/extension/statistics/suggestion-tracker';

type Step = ['offered', string, ...string[]] | ['stood'] | ['took', number, 'part' | 'whole'];

/** What is counted of some steps; an offer is the text before the cursor, and the suggestions. */
function count(steps: readonly Step[]): Counts {
  const tracker = new SuggestionTracker();
  let counts = NO_COUNTS;
  for (const step of steps) {
    if (step[0] === 'offered') {
      const [, before, ...texts] = step;
      tracker.offered({ uri: 'a.txt', offset: before.length, texts }, (from) => before.slice(from));
    } else {
      counts = sum(counts, step[0] === 'stood' ? tracker.stood() : tracker.took(step[1], step[2] === 'whole'));
    }
  }
  return counts;
}

describe('SuggestionTracker', () => {
  it.each<[string, Step[], Partial<Counts>]>([
    [
      'what did not stand is not shown',
      [
        ['offered', '海', 'へ'],
        ['offered', '山', 'へ'],
      ],
      {},
    ],
    ['what stood is', [['offered', '海', 'へ'], ['stood']], { shown: 1 }],
    [
      'once, however long it stands',
      [['offered', '海', 'へ'], ['stood'], ['offered', '海', 'へ'], ['stood']],
      { shown: 1 },
    ],
    [
      'its rest, typed along, is the same',
      [['offered', '海', 'へ出た'], ['stood'], ['offered', '海へ', '出た'], ['stood']],
      { shown: 1 },
    ],
    ['another is another', [['offered', '海', 'へ'], ['stood'], ['offered', '海の', '底'], ['stood']], { shown: 2 }],
    ['alternatives are one', [['offered', '海', 'へ', 'の', 'を'], ['stood']], { shown: 1 }],
    [
      'taken before it stood, it was shown all the same',
      [['offered', '海', 'へ出た'], ['took', 3, 'whole'], ['stood']],
      { shown: 1, accepted: 1, characters: 3, keys: 1 },
    ],
    [
      'pieces are one suggestion, partly taken',
      [
        ['offered', '海', 'へ出た。'],
        ['stood'],
        ['took', 1, 'part'],
        ['offered', '海へ', '出た。'],
        ['took', 2, 'part'],
      ],
      { shown: 1, partly: 1, characters: 3, keys: 2 },
    ],
    [
      'with the last piece it is taken as a whole',
      [['offered', '海', 'へ出た'], ['stood'], ['took', 1, 'part'], ['offered', '海へ', '出た'], ['took', 2, 'whole']],
      { shown: 1, accepted: 1, characters: 3, keys: 2 },
    ],
    [
      'two in a row',
      [
        ['offered', '海', 'へ'],
        ['took', 1, 'whole'],
        ['offered', '海へ', '出た'],
        ['took', 2, 'whole'],
      ],
      { shown: 2, accepted: 2, characters: 3, keys: 2 },
    ],
  ])('%s', (_, steps, counts) => {
    expect(count(steps)).toEqual({ ...NO_COUNTS, ...counts });
  });

  it('tells documents apart', () => {
    const tracker = new SuggestionTracker();
    tracker.offered({ uri: 'a.txt', offset: 1, texts: ['へ'] }, () => '');
    expect(tracker.stood()).toEqual({ shown: 1 });
    tracker.offered({ uri: 'b.txt', offset: 1, texts: ['へ'] }, () => '');
    expect(tracker.stood()).toEqual({ shown: 1 });
  });
});
