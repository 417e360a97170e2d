import { env, l10n } from 'vscode';
import { number } from '../../figures';
import { chartAxis } from '../../web-page/chart-axis';
import { type Html, html } from '../../web-page/html';
import { type Day, savedCharacters, total } from '../counts';

const WIDTH = 640;
const HEIGHT = 200;
const LEFT = 56;
const RIGHT = 8;
const TOP = 12;
const BOTTOM = 26;
/** Of a day's width. */
const BAR_SHARE = 0.7;

/** Characters saved on each of some days, as bars; the same figures stand in the table of days. */
export function savingsChart(days: readonly Day[]): Html {
  const saved = days.map(({ models }) => savedCharacters(total(models.values())));
  // Whoever takes single characters saves nothing, or less: bars begin at 0 and such days have none.
  const { highest, ticks } = chartAxis(0, Math.max(0, ...saved), 1);
  const width = (WIDTH - LEFT - RIGHT) / days.length;
  const y = (value: number) => TOP + ((highest - value) / highest) * (HEIGHT - TOP - BOTTOM);
  const bar = (value: number, index: number) => {
    if (value <= 0) return undefined;
    const x = LEFT + (index + (1 - BAR_SHARE) / 2) * width;
    return html`<rect class="bar" x="${x.toFixed(1)}" y="${y(value).toFixed(1)}" width="${(width * BAR_SHARE).toFixed(1)}" height="${(y(0) - y(value)).toFixed(1)}" />`;
  };
  const [first, last] = [days[0], days.at(-1)];
  return html`<figure>
  <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${label(days, saved)}">
    ${ticks.map(
      (value) => html`<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(value)}" y2="${y(value)}" />
    <text class="tick" x="${LEFT - 6}" y="${y(value) + 4}" text-anchor="end">${number(value)}</text>`,
    )}
    ${first && html`<text class="tick" x="${LEFT}" y="${HEIGHT - 6}">${shortDay(first.day)}</text>`}
    ${last && html`<text class="tick" x="${WIDTH - RIGHT}" y="${HEIGHT - 6}" text-anchor="end">${shortDay(last.day)}</text>`}
    ${saved.map(bar)}
  </svg>
  <figcaption class="hint">${l10n.t('Characters that you did not have to type, by day')}</figcaption>
</figure>`;
}

function label(days: readonly Day[], saved: readonly number[]): string {
  const most = Math.max(...saved);
  const best = days[saved.indexOf(most)];
  const sum = number(saved.reduce((a, b) => a + b, 0));
  return best === undefined || most <= 0
    ? l10n.t('Characters saved in {0} days: {1}.', days.length, sum)
    : l10n.t(
        'Characters saved in {0} days: {1}, most of them on {2}: {3}.',
        days.length,
        sum,
        shortDay(best.day),
        number(most),
      );
}

/** A day as the user's language writes it, without its year. */
export function shortDay(day: string): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date).toLocaleDateString(env.language, { month: 'numeric', day: 'numeric' });
}
