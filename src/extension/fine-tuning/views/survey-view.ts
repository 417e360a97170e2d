import { env, l10n } from 'vscode';
import type { Method } from '../../../protocol/training';
import { bytes, duration, number, percent } from '../../figures';
import { type Html, html } from '../../web-page/html';
import { type Plan, PRESET_IDS, type PresetId, planOf } from '../presets';
import { type Survey, type SurveyedFile, type Totals, totalsOf } from '../survey';
import { whatIsLacking } from './lacking';
import type { Measurement, PanelState } from './panel-state';
import type { Section } from './view';
import { encodingName, leftOutText, presetDescription, presetName } from './words';

type SurveyState = Extract<PanelState, { kind: 'survey' }>;

/** More rows than this are not drawn; their files count all the same. */
const MOST_ROWS = 1000;

/** What is shown before anything starts: what is learnt from, what it will cost, and where the result goes. */
export function surveySections(state: SurveyState): readonly Section[] {
  const totals = totalsOf(state.survey);
  return [
    { id: 'interrupted', html: interrupted(state) },
    { id: 'continued', html: continued(state) },
    { id: 'totals', html: totalsText(totals) },
    { id: 'presets', html: presets(state, totals) },
    { id: 'cost', html: cost(state) },
    { id: 'start', html: start(state) },
    { id: 'files', html: files(state.survey) },
  ];
}

function interrupted({ interrupted: run }: SurveyState): Html {
  if (run === undefined) return html``;
  return html`<div class="banner">
  <p>${l10n.t(
    'The run “{0}” ({1}) of {2} is not finished. It can go on from step {3}.',
    run.name,
    presetName(run.preset),
    new Date(run.begun).toLocaleString(env.language, { dateStyle: 'medium', timeStyle: 'short' }),
    number(run.step),
  )}</p>
  <p class="buttons"><button id="resume" data-action="resume">${l10n.t('Resume')}</button>
  <button id="discard" class="secondary" data-action="discard">${l10n.t('Discard It')}</button></p>
</div>`;
}

function continued({ continues, continuable }: SurveyState): Html {
  if (continues !== undefined) {
    return html`<div class="banner"><p>${l10n.t(
      'Goes on from “{0}”: files that it has learnt are left out unless you choose them. The result is a model of its own.',
      continues,
    )}</p></div>`;
  }
  if (continuable === undefined) return html``;
  const { name, learnt, fresh } = continuable;
  if (fresh === 0) {
    return html`<div class="banner"><p>${l10n.t('“{0}” has learnt all of these files already.', name)}</p></div>`;
  }
  return html`<div class="banner">
  <p>${l10n.t('“{0}” has learnt {1} of these files already; {2} are new or changed.', name, number(learnt), number(fresh))}</p>
  <p><button id="continue" class="secondary" data-action="continue">${l10n.t('Teach It Only What Is New')}</button></p>
</div>`;
}

function totalsText({ files: count, training, heldOut }: Totals): Html {
  // What is lacking then is said beside the button.
  if (count === 0) return html``;
  const characters = training.characters + heldOut.characters;
  const tokens = training.tokens + heldOut.tokens;
  const learnt =
    count === 1
      ? l10n.t('One file with {0} characters ({1} tokens) is learnt from.', number(characters), number(tokens))
      : l10n.t(
          '{0} files with {1} characters ({2} tokens) are learnt from.',
          number(count),
          number(characters),
          number(tokens),
        );
  return html`<p>${learnt}</p>
<p>${
    heldOut.tokens === 0
      ? l10n.t('Nothing can be held out: every text is a single line. Whether it helped cannot be measured then.')
      : l10n.t(
          'Held out: {0} characters ({1}), the last tenth of each file from the beginning of a line. They are never trained on and show whether it helped.',
          number(heldOut.characters),
          percent(heldOut.characters / characters),
        )
  }</p>`;
}

function presets(state: SurveyState, totals: Totals): Html {
  const measured = state.measurement.kind === 'measured' ? state.measurement.step : undefined;
  const plans = PRESET_IDS.map((id) => ({ id, plan: planOf(id, state.method, totals, measured) }));
  return html`<fieldset>
  <legend>${l10n.t('How thoroughly?')}</legend>
  ${plans.map(({ id, plan }) => choice(id, state, totals.files === 0 ? '' : planText(plan)))}
</fieldset>
<details id="hyperparameters"><summary>${l10n.t('Hyperparameters')}</summary>${table(plans, state.method)}</details>`;
}

function planText({ steps, minutes }: Plan): string {
  return [l10n.t('{0} steps', number(steps)), ...(minutes === undefined ? [] : [duration(minutes)])].join(' · ');
}

/** @param cost What a run would take; empty where there is nothing to learn from. */
function choice(id: PresetId, { preset, method }: SurveyState, cost: string): Html {
  return html`<label class="preset">
  <input type="radio" name="preset" id="preset-${id}" data-action="preset" value="${id}" ${id === preset && html`checked`}>
  <span><strong>${presetName(id)}</strong> <span class="hint">${presetDescription(id, method)}</span><br>
  ${cost}</span>
</label>`;
}

function table(plans: readonly { readonly id: PresetId; readonly plan: Plan }[], method: Method): Html {
  const names = Object.keys(plans[0]?.plan.hyperparameters ?? {});
  const value = (plan: Plan, name: string) => Object.entries(plan.hyperparameters).find(([key]) => key === name)?.[1];
  return html`<table>
  <thead><tr><td></td>${plans.map(({ id }) => html`<th scope="col">${presetName(id)}</th>`)}</tr></thead>
  <tbody>${names.map(
    (name) =>
      html`<tr><th scope="row"><code>${name}</code></th>${plans.map(({ plan }) => html`<td>${value(plan, name)}</td>`)}</tr>`,
  )}</tbody>
</table>
<p class="hint">${
    method === 'full'
      ? l10n.t(
          'All weights of the model are trained; AdamW without weight decay, gradients clipped at 1. The names are those of Hugging Face.',
        )
      : l10n.t(
          'LoRA on all linear layers, AdamW without weight decay, gradients clipped at 1. The names are those of Hugging Face.',
        )
  }</p>`;
}

function cost({ measurement, model, results }: SurveyState): Html {
  return html`<dl>
  <dt>${l10n.t('Cost')}</dt><dd role="status">${measured(measurement)}</dd>
  <dt>${l10n.t('Base model')}</dt><dd>${model}</dd>
  <dt>${l10n.t('Result')}</dt><dd><code>${results}</code></dd>
</dl>`;
}

function measured(measurement: Measurement): Html {
  switch (measurement.kind) {
    case 'measuring':
      return html`${l10n.t('Measuring a step on this machine…')}`;
    case 'failed':
      return html`<span class="problem">${measurement.message}</span>`;
    case 'measured': {
      const { seconds, peak_bytes } = measurement.step;
      return html`${l10n.t(
        'A step takes {0} s and {1} of memory, measured on this machine just now.',
        number(seconds, 1),
        bytes(peak_bytes),
      )}`;
    }
  }
}

function start({ survey, measurement, problem }: SurveyState): Html {
  const lacking = whatIsLacking(survey);
  const ready = lacking?.blocks !== true && measurement.kind !== 'failed';
  return html`${problem !== undefined && html`<p class="problem" role="alert">${problem}</p>`}
${lacking !== undefined && html`<p class="${lacking.blocks ? 'problem' : 'hint'}" role="status">${lacking.text}</p>`}
<p class="buttons"><button id="start" data-action="start" ${!ready && html`disabled`}>${l10n.t('Start Fine-Tuning')}</button>
<span class="hint">${l10n.t('You can go on writing meanwhile. Nothing leaves this machine.')}</span></p>`;
}

function files(survey: Survey): Html {
  const labels = new Map(survey.files.map(({ path, label }) => [path, label]));
  const rows = survey.files.slice(0, MOST_ROWS);
  const hidden = survey.files.length - rows.length;
  return html`<h2>${l10n.t('Files')}</h2>
<table class="files">
  <thead><tr>
    <th scope="col">${l10n.t('Learn')}</th><th scope="col">${l10n.t('File')}</th>
    <th scope="col" class="number">${l10n.t('Characters')}</th><th scope="col" class="number minor">${l10n.t('Tokens')}</th>
    <th scope="col" class="minor">${l10n.t('Encoding')}</th><th scope="col">${l10n.t('Note')}</th>
  </tr></thead>
  <tbody>${rows.map((file) => row(file, (path) => labels.get(path) ?? path))}</tbody>
</table>
${hidden > 0 && html`<p class="hint">${l10n.t('and {0} more files, which are not shown', number(hidden))}</p>`}
<p class="hint">${survey.excluded > 0 && leftOutFiles(survey.excluded)} <button class="link" data-action="read-again">${l10n.t('Read Again')}</button></p>`;
}

function leftOutFiles(count: number): string {
  return l10n.t(
    '{0} more files are left out by .gitignore or by the setting “tsuzuki.fineTuning.exclude”.',
    number(count),
  );
}

function row({ path, label, text, leftOut, chosen }: SurveyedFile, labelOf: (path: string) => string): Html {
  const box = html`<input type="checkbox" id="file-${path}" data-action="choose" value="${path}"
    aria-label="${l10n.t('Learn from {0}', label)}" ${chosen && html`checked`} ${text === undefined && html`disabled`}>`;
  const length = (count: 'characters' | 'tokens') =>
    text === undefined ? '' : number(text.training[count] + text.heldOut[count]);
  const note = leftOut === undefined ? '' : leftOutText(leftOut, labelOf);
  return html`<tr class="${chosen ? 'chosen' : 'left-out'}">
    <td>${box}</td><th scope="row">${label}</th>
    <td class="number">${length('characters')}</td><td class="number minor">${length('tokens')}</td>
    <td class="minor">${text === undefined ? '' : encodingName(text.encoding)}</td><td>${note}</td>
  </tr>`;
}
