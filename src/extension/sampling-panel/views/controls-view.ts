import { l10n } from 'vscode';
import type { SamplingName } from '../../sampling-input';
import { type Html, html } from '../../web-page/html';

/** A number of the sampling, with the part of its range that a writer would slide through; the field takes all of it. */
interface Control {
  readonly name: Exclude<SamplingName, 'seed'>;
  /** As Hugging Face calls it. */
  readonly term: string;
  readonly label: string;
  readonly hint: string;
  readonly range: { readonly minimum: number; readonly maximum: number; readonly step: number };
}

function controls(): readonly Control[] {
  return [
    {
      name: 'temperature',
      term: 'temperature',
      label: l10n.t('Surprise'),
      hint: l10n.t('Low keeps to the expected word; high takes turns that you did not see coming.'),
      range: { minimum: 0, maximum: 2, step: 0.05 },
    },
    {
      name: 'topP',
      term: 'top-p',
      label: l10n.t('Breadth'),
      hint: l10n.t('Leaves out the words that hardly anybody would choose; 1 leaves none out.'),
      range: { minimum: 0, maximum: 1, step: 0.01 },
    },
    {
      name: 'topK',
      term: 'top-k',
      label: l10n.t('Most words to choose from'),
      hint: l10n.t('Chooses among this many of the likeliest words; 0 sets no limit.'),
      range: { minimum: 0, maximum: 200, step: 1 },
    },
    {
      name: 'minP',
      term: 'min-p',
      label: l10n.t('Lower limit'),
      hint: l10n.t('Leaves out words that are far less likely than the best: at 0.1 ten times; 0 leaves none out.'),
      range: { minimum: 0, maximum: 0.5, step: 0.01 },
    },
    {
      name: 'repetitionPenalty',
      term: 'repetition penalty',
      label: l10n.t('Avoiding repetition'),
      hint: l10n.t('Higher avoids words that were used already; 1 does not mind them.'),
      range: { minimum: 1, maximum: 2, step: 0.01 },
    },
    {
      name: 'maxNewTokens',
      term: 'max new tokens',
      label: l10n.t('Length'),
      hint: l10n.t('How long a suggestion may become, in tokens: a token is a character or a short word.'),
      range: { minimum: 1, maximum: 200, step: 1 },
    },
    {
      name: 'alternatives',
      term: 'alternatives',
      label: l10n.t('Alternatives'),
      hint: l10n.t('How many suggestions you can leaf through when you ask for one.'),
      range: { minimum: 1, maximum: 5, step: 1 },
    },
  ];
}

/** Sliders and fields. They never change: their values are sent by themselves, so that nothing is replaced in the hand. */
export function controlsView(): Html {
  return html`<h2>${l10n.t('Values')}</h2>${controls().map(slider)}${seed()}`;
}

function slider({ name, term, label, hint, range: { minimum, maximum, step } }: Control): Html {
  return html`<div class="control">
  <label for="slider-${name}">${label} <span class="term">${term}</span></label>
  <input type="range" id="slider-${name}" data-name="${name}" min="${minimum}" max="${maximum}" step="${step}" aria-describedby="hint-${name}">
  ${field(name, l10n.t('{0}, as a number', label), hint)}
</div>`;
}

function seed(): Html {
  const hint = l10n.t(
    'With a fixed number the same text always gets the same suggestion; empty, it is another each time.',
  );
  return html`<div class="control seed">
  <label for="field-seed">${l10n.t('Seed')} <span class="term">seed</span></label>
  ${field('seed', l10n.t('Seed'), hint)}
</div>`;
}

/** A field and what is said of it. Not of the type `number`, which refuses the digits of an input method. */
function field(name: SamplingName, label: string, hint: string): Html {
  return html`<input type="text" inputmode="decimal" autocomplete="off" id="field-${name}" data-name="${name}" aria-label="${label}" aria-describedby="hint-${name} problem-${name}">
  <p class="hint" id="hint-${name}">${hint}</p>
  <p class="problem" id="problem-${name}" role="alert"></p>`;
}
