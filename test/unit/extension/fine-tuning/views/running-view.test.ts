import { expect, test, vi } from 'vitest';
import { NO_PROGRESS } from '../../../../../src/extension/fine-tuning/progress';
import type { RunPhase } from '../../../../../src/extension/fine-tuning/run-phase';
import { runningSections } from '../../../../../src/extension/fine-tuning/views/running-view';

vi.mock('vscode', () => import('../../vscode-l10n'));

/** The buttons that can be pressed. */
function buttons(phase: RunPhase, step: number): readonly string[] {
  const progress = { ...NO_PROGRESS, step, totalSteps: 100 };
  const sections = runningSections({ kind: 'running', preset: 'standard', progress, phase });
  const markup = sections.find(({ id }) => id === 'buttons')?.html.markup ?? '';
  return [...markup.matchAll(/<button id="(\w+)"([^>]*)>/g)].flatMap(([, id = '', attributes = '']) =>
    attributes.includes('disabled') ? [] : [id],
  );
}

test('a run that is resumed can be paused while it gets ready', () => {
  expect(buttons('starting', 50)).toEqual(['pause', 'cancel']);
  expect(buttons('starting', 0)).toEqual(['cancel']);
});

test('a run that has done a step can be paused, or stopped and kept', () => {
  expect(buttons('training', 1)).toEqual(['pause', 'finish', 'cancel']);
  expect(buttons('training', 0)).toEqual(['cancel']);
});
