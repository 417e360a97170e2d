import { l10n } from 'vscode';
import { number } from '../../figures';
import { chartAxis } from '../../web-page/chart-axis';
import { type Html, html } from '../../web-page/html';
import { type LossPoint, type Progress, thinned } from '../progress';

const WIDTH = 640;
const HEIGHT = 240;
const LEFT = 52;
const RIGHT = 12;
const TOP = 12;
const BOTTOM = 28;
/** More points than this cannot be told apart. */
const MOST_POINTS = 200;
/** Rows of the table for those who cannot see the curves. */
const MOST_ROWS = 20;

/** The curves of loss on what is trained on and on what is held out, and the same figures as a table. */
export function lossChart(progress: Progress): Html {
  const training = thinned(progress.training, MOST_POINTS);
  const { heldOut } = progress;
  const losses = [...training, ...heldOut].map(({ loss }) => loss);
  if (losses.length === 0) return html`<p class="hint">${l10n.t('The curves begin with the first step.')}</p>`;
  const axis = chartAxis(Math.min(...losses), Math.max(...losses));
  const x = (step: number) => LEFT + (step / Math.max(1, progress.totalSteps)) * (WIDTH - LEFT - RIGHT);
  const y = (loss: number) => TOP + ((axis.highest - loss) / (axis.highest - axis.lowest)) * (HEIGHT - TOP - BOTTOM);
  const line = (points: readonly LossPoint[]) =>
    points.map(({ step, loss }) => `${x(step).toFixed(1)},${y(loss).toFixed(1)}`).join(' ');
  return html`<figure>
  <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${chartLabel(progress)}">
    ${axis.ticks.map(
      (loss) => html`<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(loss)}" y2="${y(loss)}" />
    <text class="tick" x="${LEFT - 6}" y="${y(loss) + 4}" text-anchor="end">${number(loss, axis.digits)}</text>`,
    )}
    <text class="tick" x="${LEFT}" y="${HEIGHT - 8}">0</text>
    <text class="tick" x="${WIDTH - RIGHT}" y="${HEIGHT - 8}" text-anchor="end">${number(progress.totalSteps)}</text>
    <polyline class="training" points="${line(training)}" />
    <polyline class="held-out" points="${line(heldOut)}" />
    ${training.slice(-1).map(({ step, loss }) => html`<circle class="training" cx="${x(step)}" cy="${y(loss)}" r="3" />`)}
    ${heldOut.map(({ step, loss }) => html`<circle class="held-out" cx="${x(step)}" cy="${y(loss)}" r="4" />`)}
  </svg>
  <figcaption>
    <span class="key training">${l10n.t('Texts trained on')}</span>
    <span class="key held-out">${l10n.t('Held-out text')}</span>
    <span class="hint">${l10n.t('Loss by step: the lower, the better the text is predicted')}</span>
  </figcaption>
</figure>
<details id="figures"><summary>${l10n.t('The figures as a table')}</summary>${table(progress)}</details>`;
}

function chartLabel({ training, heldOut }: Progress): string {
  const [first, last] = [training[0], training.at(-1)];
  const trained =
    first === undefined || last === undefined
      ? ''
      : l10n.t(
          'Loss on the texts trained on: {0} at step {1}, {2} at step {3}.',
          number(first.loss, 3),
          first.step,
          number(last.loss, 3),
          last.step,
        );
  const measured = heldOut.map(({ step, loss }) => l10n.t('Held-out text after step {0}: {1}.', step, number(loss, 3)));
  return [trained, ...measured].join(' ');
}

function table(progress: Progress): Html {
  const steps = new Map(thinned(progress.training, MOST_ROWS).map(({ step, loss }) => [step, { training: loss }]));
  const heldOut = new Map(progress.heldOut.map(({ step, loss }) => [step, loss]));
  const rows = [...new Set([...steps.keys(), ...heldOut.keys()])].sort((a, b) => a - b);
  const cell = (loss: number | undefined) =>
    html`<td class="number">${loss === undefined ? '–' : number(loss, 4)}</td>`;
  return html`<table>
  <thead><tr><th scope="col">${l10n.t('Step')}</th><th scope="col" class="number">${l10n.t('Texts trained on')}</th><th scope="col" class="number">${l10n.t('Held-out text')}</th></tr></thead>
  <tbody>${rows.map((step) => html`<tr><th scope="row">${step}</th>${cell(steps.get(step)?.training)}${cell(heldOut.get(step))}</tr>`)}</tbody>
</table>`;
}
