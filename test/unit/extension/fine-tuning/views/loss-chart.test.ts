import { expect, test, vi } from 'vitest';
import { lossChart } from '../../../../../src/extension/fine-tuning/views/loss-chart';

vi.mock('vscode', () => import('../../vscode-l10n'));

test('draws both curves within the picture, and says the figures in words and in a table', () => {
  const { markup } = lossChart({
    step: 2,
    totalSteps: 4,
    training: [
      { step: 1, loss: 4.2 },
      { step: 2, loss: 4 },
    ],
    heldOut: [{ step: 0, loss: 4.5 }],
  });
  const points = /class="training" points="([^"]+)"/.exec(markup)?.[1]?.split(' ') ?? [];
  const places = points.map((point) => point.split(',').map(Number));
  const [[x1 = 0, y1 = 0] = [], [x2 = 0, y2 = 0] = []] = places;
  expect(x2).toBeGreaterThan(x1);
  // A lower loss lies lower.
  expect(y2).toBeGreaterThan(y1);
  expect(markup).toContain(
    'aria-label="Loss on the texts trained on: 4.200 at step 1, 4.000 at step 2. Held-out text after step 0: 4.500."',
  );
  expect(markup).toContain('<tr><th scope="row">0</th><td class="number">–</td><td class="number">4.5000</td></tr>');
  expect(markup).toContain('<tr><th scope="row">2</th><td class="number">4.0000</td><td class="number">–</td></tr>');
});

test('a single value has a place too', () => {
  const { markup } = lossChart({ step: 1, totalSteps: 1, training: [{ step: 1, loss: 4 }], heldOut: [] });
  expect(markup).not.toContain('NaN');
});

test('before the first step there is nothing to draw', () => {
  const { markup } = lossChart({ step: 0, totalSteps: 4, training: [], heldOut: [] });
  expect(markup).toContain('The curves begin with the first step.');
});
