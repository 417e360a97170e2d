import { describe, expect, it } from 'vitest';
import { continuableAmong, learntBy, withoutLearnt } from '../../../../src/extension/fine-tuning/learnt';
import { surveyOf } from '../../../../src/extension/fine-tuning/survey';
import type { ManuscriptReport } from '../../../../src/protocol/manuscripts';
import { finishedRun } from './finished-run';

const length = { characters: 1000, tokens: 500 };
const report = (path: string, sha256: string): ManuscriptReport => ({
  path,
  sha256,
  text: { encoding: 'utf8', training: length, heldOut: length },
});
const same = report('灯台.txt', 'aa');
const changed = report('港.txt', 'b2');
const added = report('砂.txt', 'cc');
const binary: ManuscriptReport = { path: 'photo.txt', leftOut: { kind: 'binary', offset: 4 } };
const run = finishedRun('/runs', 'one', { learnt: ['aa', 'b1'] });
const survey = (reports: readonly ManuscriptReport[]) => surveyOf(reports, 0, (path) => path);

describe('what a result has learnt', () => {
  it('is left out, and what has changed since or is new is not', () => {
    const reports = withoutLearnt([same, changed, added, binary], run);
    expect(reports.map(({ leftOut }) => leftOut?.kind)).toEqual(['already-learnt', undefined, undefined, 'binary']);
    expect(survey(reports).files.map(({ chosen }) => chosen)).toEqual([false, true, true, false]);
  });

  it('comes to what it had learnt before and what it is taught', () => {
    const files = survey(withoutLearnt([same, changed, added, binary], run));
    expect(learntBy(files, run)).toEqual(['aa', 'b1', 'b2', 'cc']);
    expect(learntBy(survey([same, binary]), undefined)).toEqual(['aa']);
  });
});

describe('a result that can be taught what is new', () => {
  const workspace = ['file:///drafts'];
  const found = (runs: readonly (typeof run)[], here = workspace) =>
    continuableAmong(runs, survey([same, changed, added, binary]), here);

  it('is of this workspace and knows some of the files, wherever its base model lies', () => {
    const knowsNothing = finishedRun('/runs', 'two', { learnt: ['dd'] });
    const older = finishedRun('/runs', 'zero', { learnt: ['aa', 'b2'], model: '/models/elsewhere' });
    expect(found([knowsNothing, run, older])).toEqual([
      { run, learnt: 1, fresh: 2 },
      { run: older, learnt: 2, fresh: 1 },
    ]);
  });

  it.each([
    ['in another workspace', found([run], ['file:///elsewhere'])],
    ['from before texts were remembered', found([finishedRun('/runs', 'old')])],
    [
      'as long as it is not finished',
      found([finishedRun('/runs', 'new', { ...run.record, state: { kind: 'unfinished' } })]),
    ],
  ])('is none %s', (_, result) => expect(result).toEqual([]));
});
