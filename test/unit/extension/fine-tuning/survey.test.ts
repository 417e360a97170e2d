import { describe, expect, it } from 'vitest';
import { choose, sufficiencyOf, surveyOf, totalsOf } from '../../../../src/extension/fine-tuning/survey';

const text = (characters: number) => ({
  encoding: 'utf8',
  training: { characters: characters * 0.9, tokens: characters * 0.45 },
  heldOut: { characters: characters * 0.1, tokens: characters * 0.05 },
});
const survey = surveyOf(
  [
    { path: '/drafts/海.txt', text: text(20_000) },
    { path: '/drafts/memo.txt', text: text(50), leftOut: { kind: 'too-short', characters: 50, minimum: 100 } },
    { path: '/drafts/photo.txt', leftOut: { kind: 'binary', offset: 4 } },
  ],
  7,
  (path) => path.replace('/drafts/', ''),
);
const chosen = (files: typeof survey) => files.files.filter((file) => file.chosen).map(({ label }) => label);

describe('a survey', () => {
  it('chooses what is Japanese prose', () => expect(chosen(survey)).toEqual(['海.txt']));

  it('lets the user take in what can be read', () => {
    expect(chosen(choose(survey, '/drafts/memo.txt', true))).toEqual(['海.txt', 'memo.txt']);
    expect(chosen(choose(survey, '/drafts/photo.txt', true))).toEqual(['海.txt']);
  });

  it('adds up what is chosen', () => {
    expect(totalsOf(choose(survey, '/drafts/memo.txt', true))).toEqual({
      files: 2,
      training: { characters: 18_045, tokens: 9022.5 },
      heldOut: { characters: 2005, tokens: 1002.5 },
    });
  });
});

describe('whether it is enough', () => {
  const totals = (characters: number) => ({ files: 1, ...text(characters) });
  it.each([
    ['nothing', { ...totals(0), files: 0 }],
    ['too-little', totals(500)],
    ['little', totals(5_000)],
    ['enough', totals(10_000)],
  ])('%s', (expected, what) => expect(sufficiencyOf(what)).toBe(expected));
});
