import { expect, it } from 'vitest';
import { MEASURED } from '../../../../src/extension/fine-tuning/presets';
import { parseRunRecord } from '../../../../src/extension/fine-tuning/run-record';
import { BEGUN } from './finished-run';

it.each(['lora', 'full'] as const)('a record is read as it was written (%s)', (method) => {
  const record = { ...BEGUN, hyperparameters: MEASURED[method] };
  expect(parseRunRecord(JSON.stringify(record))).toEqual(record);
});

it('the record of a version before, which names no method, is of LoRA', () => {
  const { method: _, ...hyperparameters } = MEASURED.lora;
  expect(parseRunRecord(JSON.stringify({ ...BEGUN, hyperparameters }))).toEqual(BEGUN);
});

it('what is no record is none', () => {
  expect(parseRunRecord('{"name": "短編集"}')).toBeUndefined();
  expect(parseRunRecord('{')).toBeUndefined();
});
