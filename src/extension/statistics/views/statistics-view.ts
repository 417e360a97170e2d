import { l10n } from 'vscode';
import { number, percent } from '../../figures';
import { type Html, html } from '../../web-page/html';
import type { Section } from '../../web-page/page';
import { byModel, type Counts, type Day, lastDays, savedCharacters, total } from '../counts';
import { savingsChart, shortDay } from './savings-chart';

const SHOWN_DAYS = 30;

/** The writer's own numbers as a page. */
export function statisticsView(days: readonly Day[], today: Date): readonly Section[] {
  const recent = lastDays(days, SHOWN_DAYS, today);
  if (days.length === 0) {
    return [
      {
        id: 'summary',
        html: html`<p>${l10n.t('Nothing has been counted yet: write on, and take a suggestion or two.')}</p>`,
      },
      { id: 'counted', html: counted() },
    ];
  }
  const counts = (some: readonly Day[]) => total(some.flatMap(({ models }) => [...models.values()]));
  const written = recent.filter(({ models }) => models.size > 0).toReversed();
  return [
    {
      id: 'summary',
      html: table(l10n.t('When'), [
        [l10n.t('Today'), counts(recent.slice(-1))],
        [l10n.t('The last 7 days'), counts(recent.slice(-7))],
        [l10n.t('The last {0} days', SHOWN_DAYS), counts(recent)],
        [l10n.t('Ever since'), counts(days)],
      ]),
    },
    { id: 'chart', html: savingsChart(recent) },
    {
      id: 'days',
      html: html`<details id="figures"><summary>${l10n.t('The figures as a table')}</summary>${table(
        l10n.t('Day'),
        written.map((day) => [shortDay(day.day), counts([day])]),
      )}</details>`,
    },
    { id: 'models', html: html`<h2>${l10n.t('By model')}</h2>${table(l10n.t('Model'), byModel(days))}` },
    { id: 'counted', html: counted() },
    {
      id: 'delete',
      html: html`<p><button id="delete" class="secondary" data-action="delete">${l10n.t('Delete All Numbers…')}</button></p>`,
    },
  ];
}

function table(first: string, rows: readonly (readonly [string, Counts])[]): Html {
  const heads = [
    l10n.t('Shown'),
    l10n.t('Accepted'),
    l10n.t('Partly accepted'),
    l10n.t('Share taken'),
    l10n.t('Characters taken'),
    l10n.t('Characters saved'),
  ];
  return html`<table>
  <thead><tr><th scope="col">${first}</th>${heads.map((head) => html`<th scope="col" class="number">${head}</th>`)}</tr></thead>
  <tbody>${rows.map(([name, counts]) => html`<tr><th scope="row">${name}</th>${cells(counts).map((cell) => html`<td class="number">${cell}</td>`)}</tr>`)}</tbody>
</table>`;
}

function cells(counts: Counts): readonly string[] {
  const { shown, accepted, partly, characters } = counts;
  return [
    number(shown),
    number(accepted),
    number(partly),
    shown === 0 ? '–' : percent((accepted + partly) / shown),
    number(characters),
    number(savedCharacters(counts)),
  ];
}

/** What the numbers are, as honestly as VS Code allows. */
function counted(): Html {
  return html`<details id="counted-as"><summary>${l10n.t('What is counted')}</summary>
<p class="hint">${l10n.t('Shown: a suggestion came, and for half a second neither the text nor the cursor moved, or it was taken before. VS Code does not tell extensions what it really draws; all alternatives at once count as one.')}</p>
<p class="hint">${l10n.t('Saved: the characters taken, less one for each key press that took them. Pieces taken by commands that are not Tsuzuki’s own are not seen.')}</p>
<p class="hint">${l10n.t('Numbers alone are kept, on this machine alone; nothing of what you write is among them.')}</p></details>`;
}
