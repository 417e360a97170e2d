import { env, l10n } from 'vscode';
import { number } from '../figures';
import { baseFolder, type MadeModel, nameOf } from './made-model';
import { type BeforeAndAfter, verdictOn } from './progress';
import { shortVerdict } from './views/verdict-text';
import { presetName } from './views/words';

/** When it was made, and what that has brought. */
export function summaryOf(made: MadeModel): string {
  const { state } = made.run.record;
  if (state.kind !== 'finished') return '';
  const date = new Date(state.at).toLocaleDateString(env.language, { dateStyle: 'medium' });
  return [...(made.inUse ? [l10n.t('in use')] : []), ...problemOrResult(made), date].join(' · ');
}

function problemOrResult(made: MadeModel): readonly string[] {
  switch (made.base.kind) {
    case 'missing':
      return [l10n.t('base model missing')];
    case 'different':
      return [l10n.t('base model changed')];
    case 'broken':
      return [l10n.t('cannot be read')];
    default:
      return resultOf(made);
  }
}

function resultOf({ run: { record } }: MadeModel): readonly string[] {
  if (record.state.kind !== 'finished') return [];
  const result = shortVerdict(verdictOn(record.state));
  return result === '' ? [] : [result];
}

/** All that is known of it, as names and values. */
export function factsOf(made: MadeModel): readonly (readonly [string, string])[] {
  const { run, base } = made;
  const { state, preset, files, training, heldOut, continues } = run.record;
  if (state.kind !== 'finished') return [];
  const when = new Date(state.at).toLocaleString(env.language, { dateStyle: 'long', timeStyle: 'short' });
  const characters = number(training.characters + heldOut.characters);
  const verdict = verdictOn(state);
  const held = (name: string, pair: BeforeAndAfter | undefined, digits: number) =>
    pair === undefined
      ? []
      : [[name, l10n.t('{0} before, {1} after', number(pair.before, digits), number(pair.after, digits))] as const];
  return [
    [l10n.t('Base model'), nameOf(baseFolder(run, base))],
    [
      l10n.t('Texts'),
      files === 1
        ? l10n.t('one file, {0} characters', characters)
        : l10n.t('{0} files, {1} characters', files, characters),
    ],
    ...(continues === undefined ? [] : [[l10n.t('Continues'), continues.name] as const]),
    [l10n.t('Made'), when],
    [l10n.t('Training'), l10n.t('{0}, {1} steps', presetName(preset), number(state.steps))],
    ...(verdict.kind === 'unknown'
      ? []
      : [
          ...held(l10n.t('Bits per character'), verdict.bitsPerCharacter, 4),
          ...held(l10n.t('Held-out loss'), verdict.loss, 4),
        ]),
  ];
}

/** What is wrong with it, and the cure; undefined when nothing is. */
export function problemOf({ run, base }: MadeModel): string | undefined {
  switch (base.kind) {
    case 'missing':
      return l10n.t(
        'Its base model is not in {0} any more. Put the folder back; or choose the folder that has the same model now with “Choose Model Folder…”: it is known by its contents, whatever it is called.',
        run.record.model,
      );
    case 'different':
      return l10n.t(
        'It was made from another model than the one that is now in {0}, and would spoil what that one writes. Put the model back that was there; or choose its folder with “Choose Model Folder…”.',
        run.record.model,
      );
    case 'broken':
      return l10n.t('Its files in {0} cannot be read. Restore them from a backup, or delete it.', run.folders.adapter);
    default:
      return undefined;
  }
}
