import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openCheckpoint } from '../../../../src/engine/checkpoint/checkpoint';
import { QUANTIZATIONS } from '../../../../src/engine/quantization/dtype';
import { ImportProgress, importWork } from '../../../../src/engine/quantization/import-progress';
import { quantizedLayout } from '../../../../src/engine/quantization/quantized-layout';

const WORK = { hashing: 10, quantising: 60, arranging: 20, 'arranging-prefill': 10 };

function progress(): { readonly progress: ImportProgress; readonly told: number[] } {
  const told: number[] = [];
  return { progress: new ImportProgress(WORK, (share) => told.push(Number(share.toFixed(3)))), told };
}

test('a first start: all parts, one after the other', () => {
  const { progress: first, told } = progress();
  first.advance('hashing', 0);
  first.advance('hashing', 1);
  first.advance('quantising', 0.5);
  first.advance('quantising', 1);
  first.advance('arranging', 1);
  first.advance('arranging-prefill', 1);
  first.end();
  expect(told).toEqual([0, 0.1, 0.4, 0.7, 0.9, 0.998, 1]);
});

test('what was done before, or is not to be done, does not count', () => {
  const { progress: resumed, told } = progress();
  resumed.leaveOut('hashing');
  resumed.leaveOut('arranging-prefill');
  resumed.leaveOut('quantising');
  resumed.advance('arranging', 0.25);
  resumed.advance('arranging', 0.5);
  resumed.end();
  expect(told).toEqual([0.25, 0.5, 1]);
});

test('what has been done counts, although nothing more is done of it', () => {
  const { progress: touched, told } = progress();
  touched.advance('hashing', 1);
  touched.leaveOut('hashing');
  touched.advance('quantising', 0.5);
  expect(told).toEqual([0.1, 0.4]);
});

test('nothing is told where there is nothing to do', () => {
  const { progress: later, told } = progress();
  for (const part of ['hashing', 'quantising', 'arranging', 'arranging-prefill'] as const) later.leaveOut(part);
  later.end();
  expect(told).toEqual([]);
});

test('steps that nobody would see are not told', () => {
  const { progress: fine, told } = progress();
  for (let i = 0; i <= 10_000; i++) fine.advance('quantising', i / 10_000);
  expect(told.length).toBeGreaterThan(100);
  expect(told.length).toBeLessThan(501);
});

test.each(['int8', 'int4'] as const)('%s: every part that there is takes time', async (dtype) => {
  const checkpoint = await openCheckpoint(join(import.meta.dirname, '../../../golden/gpt2-tiny'));
  const work = importWork(checkpoint, quantizedLayout(checkpoint.config, QUANTIZATIONS[dtype], ''));
  expect(Object.entries(work).flatMap(([part, one]) => (one > 0 ? [part] : []))).toEqual(
    dtype === 'int4'
      ? ['hashing', 'quantising', 'arranging', 'arranging-prefill']
      : ['hashing', 'quantising', 'arranging'],
  );
});
