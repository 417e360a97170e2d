import { l10n } from 'vscode';
import type { DtypeSetting } from '../../protocol/settings';
import { estimatedSpeed, type MeasuredSpeed, memoryInInt8 } from './model-estimates';
import type { LibraryModel } from './model-library';
import { aboutTokensPerSecond, licenseName, parameterCount, size } from './model-words';
import { character, RECOMMENDED_MODELS, type RecommendedModel } from './recommended-models';

/** What an entry stands for. */
export type ModelChoice =
  | { readonly kind: 'embedded' }
  | { readonly kind: 'here'; readonly model: LibraryModel }
  /** A folder that the user has chosen, elsewhere on the disk. */
  | { readonly kind: 'present-folder'; readonly folder: string }
  | { readonly kind: 'hub'; readonly id: string }
  | { readonly kind: 'command'; readonly command: ModelCommand };

export type ModelCommand = 'type-id' | 'folder' | 'fine-tuned' | 'reset-cache' | 'forget-token';

/** A line of the menu, or what divides it. */
export type MenuEntry =
  | { readonly separator: string }
  | { readonly choice: ModelChoice; readonly label: string; readonly description: string; readonly detail: string };

/** Everything the menu shows; nothing of it comes from the network. */
export interface MenuState {
  /** Folder of the model in use; undefined for the embedded one. */
  readonly chosen: string | undefined;
  /** The model that comes with the extension. */
  readonly embedded: { readonly folder: string; readonly diskBytes: number; readonly parameters: number };
  readonly library: readonly LibraryModel[];
  /** Bytes that the sidecar keeps of models, and of each by its folder. */
  readonly cache: { readonly bytes: number; readonly byModel: ReadonlyMap<string, number> };
  readonly dtype: DtypeSetting;
  /** Tokens a second that were measured on this machine. */
  readonly speed: (folder: string) => number | undefined;
  readonly host: string;
  readonly hasToken: boolean;
}

export function menuEntries(state: MenuState): MenuEntry[] {
  const { library, chosen, host, cache } = state;
  const complete = library.filter((model) => model.complete);
  const interrupted = library.filter((model) => !model.complete);
  const elsewhere = chosen !== undefined && !library.some(({ folder }) => folder === chosen) ? [chosen] : [];
  const offered = RECOMMENDED_MODELS.filter(({ id }) => !library.some((model) => model.id === id));
  return [
    { separator: l10n.t('On this machine') },
    embeddedEntry(state),
    ...elsewhere.map((folder) => folderEntry(folder, state)),
    ...complete.map((model) => hereEntry(model, state)),
    ...(interrupted.length > 0 ? [{ separator: l10n.t('Downloads to resume') }] : []),
    ...interrupted.map(interruptedEntry),
    ...(offered.length > 0 ? [{ separator: l10n.t('Recommended') }] : []),
    ...offered.map((model) => offeredEntry(model, state)),
    { separator: l10n.t('Others') },
    command('type-id', '$(search)', l10n.t('Another model of the hub…'), l10n.t('Any GPT-2, by its id at {0}', host)),
    command('folder', '$(folder-opened)', l10n.t('A folder on this machine…'), l10n.t('In the format of Hugging Face')),
    command('fine-tuned', '$(library)', l10n.t('Fine-Tuned Models…'), l10n.t('What you have made of your texts')),
    { separator: l10n.t('Upkeep') },
    command(
      'reset-cache',
      '$(clear-all)',
      l10n.t('Reset the Cache…'),
      l10n.t('{0} of converted weights; they are made again when they are needed', size(cache.bytes)),
    ),
    ...(state.hasToken ? [command('forget-token', '$(key)', l10n.t('Forget the Access Token'), host)] : []),
  ];
}

function embeddedEntry(state: MenuState): MenuEntry {
  const { chosen, embedded } = state;
  return {
    choice: { kind: 'embedded' },
    label: marked(chosen === undefined, '$(package)', l10n.t('The model that comes with Tsuzuki')),
    description: parts(parameterCount(embedded.parameters), size(embedded.diskBytes)),
    detail: parts(
      speedText(embedded.folder, undefined, state),
      l10n.t('Small and fast; the tone of modern classics, lost after a sentence or two'),
    ),
  };
}

function folderEntry(folder: string, state: MenuState): MenuEntry {
  return {
    choice: { kind: 'present-folder', folder },
    label: marked(true, '$(folder)', folder.split(/[/\\]/).at(-1) ?? folder),
    description: folder,
    detail: parts(cacheText(folder, state), speedText(folder, undefined, state)),
  };
}

function hereEntry(model: LibraryModel, state: MenuState): MenuEntry {
  const { id, folder, parameters, diskBytes, license } = model;
  return {
    choice: { kind: 'here', model },
    label: marked(state.chosen === folder, '$(database)', id),
    description: parts(
      parameters === undefined ? '' : parameterCount(parameters),
      l10n.t('{0} on the disk', size(diskBytes)),
      licenseName(license),
    ),
    detail: parts(cacheText(folder, state), speedText(folder, parameters, state), character(id) ?? ''),
  };
}

function interruptedEntry(model: LibraryModel): MenuEntry {
  const total = RECOMMENDED_MODELS.find(({ id }) => id === model.id)?.downloadBytes;
  const received = size(model.diskBytes);
  return {
    choice: { kind: 'hub', id: model.id },
    label: `$(debug-pause) ${model.id}`,
    description: total === undefined ? received : l10n.t('{0} of {1}', received, size(total)),
    detail: l10n.t('Choose it to go on from where the download stopped'),
  };
}

/** The list is narrow, and what does not fit is cut off: so figures come first. The agreement says more. */
function offeredEntry(model: RecommendedModel, state: MenuState): MenuEntry {
  const { id, parameters, downloadBytes, license } = model;
  return {
    choice: { kind: 'hub', id },
    label: `$(cloud-download) ${id}`,
    description: parts(l10n.t('{0} to download', size(downloadBytes)), licenseName(license)),
    detail: parts(
      l10n.t('{0} of memory', size(roundedMemory(memoryInInt8(model)))),
      speedText('', parameters, state),
      character(id) ?? '',
    ),
  };
}

function command(command: ModelCommand, icon: string, label: string, description: string): MenuEntry {
  return { choice: { kind: 'command', command }, label: `${icon} ${label}`, description, detail: '' };
}

function marked(chosen: boolean, icon: string, label: string): string {
  return chosen ? `$(check) ${label}` : `${icon} ${label}`;
}

function parts(...texts: readonly string[]): string {
  return texts.filter((text) => text !== '').join(' · ');
}

function cacheText(folder: string, { cache }: MenuState): string {
  const bytes = cache.byModel.get(folder);
  return bytes === undefined ? '' : l10n.t('{0} of cache', size(bytes));
}

/** Measured where the model has run, estimated from the embedded one otherwise; nothing where neither can be said. */
function speedText(folder: string, parameters: number | undefined, state: MenuState): string {
  const measured = state.speed(folder);
  if (measured !== undefined) return l10n.t('{0}, measured', aboutTokensPerSecond(measured));
  const reference = embeddedSpeed(state);
  if (reference === undefined || parameters === undefined) return '';
  const speed = estimatedSpeed(reference, parameters, state.dtype);
  return l10n.t('{0}, estimated', aboutTokensPerSecond(speed));
}

function embeddedSpeed({ embedded, speed }: MenuState): MeasuredSpeed | undefined {
  const tokensPerSecond = speed(embedded.folder);
  return tokensPerSecond === undefined ? undefined : { parameters: embedded.parameters, tokensPerSecond };
}

/** Memory is known to two digits, not better. */
function roundedMemory(bytes: number): number {
  const unit = 10 ** (Math.floor(Math.log10(bytes)) - 1);
  return unit * Math.round(bytes / unit);
}
