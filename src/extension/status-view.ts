import { env, l10n } from 'vscode';
import type { SamplingSettings, Settings } from '../protocol/settings';
import type { AnswerCost, ServerStatus } from '../protocol/status';
import type { Pause } from './pauses/pause';
import { presetLabel, presetOf } from './sampling-presets';

/** What the status bar item shows. */
export interface StatusView {
  readonly text: string;
  readonly tooltip: string;
  readonly severity: 'normal' | 'warning' | 'error';
}

/** The look of the status bar item, from what the sidecar does and what the settings say. */
export function viewStatus(status: ServerStatus | undefined, settings: Settings, pause?: Pause): StatusView {
  if (status?.state !== 'error' && !settings.enabled) {
    return normal('$(circle-slash) 続き', l10n.t('Suggestions are off.'));
  }
  if (status?.state !== 'error' && pause !== undefined) {
    const icon = pause.reason === 'excluded' ? '$(circle-slash)' : '$(debug-pause)';
    return normal(`${icon} 続き`, pauseLabel(pause));
  }
  const sampling = shortSampling(settings.sampling);
  const drawn = (icon: string, state: string) =>
    normal(`${icon} 続き ${sampling}`, `${state}\n${l10n.t('Sampling: {0}', longSampling(settings.sampling))}`);
  switch (status?.state) {
    case undefined:
      return drawn('$(edit)', l10n.t('The model is loaded when it is first needed.'));
    case 'loading':
      return drawn('$(loading~spin)', loading(status));
    case 'ready':
      return status.slowMs === undefined
        ? drawn('$(edit)', ready(status))
        : { ...drawn('$(watch)', tooSlow(status, status.slowMs)), severity: 'warning' };
    case 'generating':
      return drawn('$(ellipsis)', l10n.t('Model: {0} (writing)', status.model.name));
    case 'error':
      return { text: '$(error) 続き', tooltip: status.message, severity: 'error' };
  }
}

function loading({ model, quantized, secondsLeft }: Extract<ServerStatus, { state: 'loading' }>): string {
  if (quantized === undefined || quantized === 1) return l10n.t('Loading the model {0}…', model.name);
  const percent = Math.floor(100 * quantized);
  if (secondsLeft === undefined) return l10n.t('Preparing the model {0}, this once: {1} %', model.name, percent);
  return l10n.t('Preparing the model {0}, this once: {1} %, {2} s left', model.name, percent, secondsLeft);
}

function ready({ model, loadMs, threads, answer }: Extract<ServerStatus, { state: 'ready' }>): string {
  const loaded = l10n.t('Model: {0} (loaded in {1} s)', model.name, (loadMs / 1000).toFixed(1));
  const running = l10n.t('Threads: {0}', threads);
  if (answer === undefined) return `${loaded}\n${running}`;
  const seconds = ((answer.waitMs + answer.modelMs) / 1000).toFixed(2);
  const mebibytes = Math.ceil(answer.cacheBytes / 2 ** 20);
  const cost = l10n.t('Last suggestion: {0} s; the text read takes {1} MB', seconds, mebibytes);
  return [loaded, running, speed(answer), cost].filter((line) => line !== undefined).join('\n');
}

/** Undefined when the last answer wrote nothing. */
function speed({ newTokens, modelMs }: AnswerCost): string | undefined {
  if (newTokens === 0) return undefined;
  return l10n.t('Speed: {0} tokens/s, reading included', (newTokens / (modelMs / 1000)).toFixed(0));
}

function tooSlow(status: Extract<ServerStatus, { state: 'ready' }>, slowMs: number): string {
  const cure = l10n.t(
    'Suggestions take {0} s. Choose weights of 4 bits or a smaller model in the menu.',
    (slowMs / 1000).toFixed(1),
  );
  return `${cure}\n${ready(status)}`;
}

function normal(text: string, tooltip: string): StatusView {
  return { text, tooltip: `${tooltip}\n${l10n.t('Click to change how suggestions are drawn.')}`, severity: 'normal' };
}

/** A pause in words. */
export function pauseLabel(pause: Pause): string {
  switch (pause.reason) {
    case 'excluded':
      return l10n.t('This file is excluded by the setting “tsuzuki.exclude”.');
    case 'snoozed':
      return pause.until === 'restart'
        ? l10n.t('Snoozed until VS Code is started again.')
        : l10n.t('Snoozed until {0}.', new Date(pause.until).toLocaleTimeString(env.language, { timeStyle: 'short' }));
    case 'battery':
      return l10n.t('Paused: the machine runs on its battery. Suggestions come when you ask for them.');
    case 'manual':
      return l10n.t('Suggestions come when you ask for them.');
  }
}

/** How suggestions are drawn, in the names of Hugging Face. */
function longSampling(sampling: SamplingSettings): string {
  const { temperature, topP, topK, minP, repetitionPenalty, seed } = sampling;
  const preset = presetOf(sampling);
  const values = [
    `temperature ${temperature}`,
    `top-p ${topP}`,
    `top-k ${topK}`,
    ...(minP > 0 ? [`min-p ${minP}`] : []),
    ...(repetitionPenalty > 1 ? [`repetition penalty ${repetitionPenalty}`] : []),
    ...(seed === null ? [] : [`seed ${seed}`]),
  ].join(', ');
  return preset === undefined ? values : `${presetLabel(preset)} (${values})`;
}

/** How suggestions are drawn, as short as it can be read: the name of a preset, or `T0.8 p.95 k50`. */
export function shortSampling(sampling: SamplingSettings): string {
  const { temperature, topP, topK, minP, seed } = sampling;
  const preset = presetOf(sampling);
  if (preset !== undefined) return seed === null ? presetLabel(preset) : `${presetLabel(preset)} #${seed}`;
  // The likeliest token is the same whatever else is set.
  if (temperature === 0) return 'T0';
  const fraction = (value: number) => String(value).replace(/^0(?=\.)/, '');
  const parts = [`T${Number.isInteger(temperature) ? temperature.toFixed(1) : temperature}`];
  if (topP < 1) parts.push(`p${fraction(topP)}`);
  if (topK > 0) parts.push(`k${topK}`);
  if (minP > 0) parts.push(`m${fraction(minP)}`);
  if (seed !== null) parts.push(`#${seed}`);
  return parts.join(' ');
}
