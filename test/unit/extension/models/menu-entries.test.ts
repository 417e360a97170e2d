import { describe, expect, it, vi } from 'vitest';
import { type MenuEntry, type MenuState, menuEntries } from '../../../../src/extension/models/menu-entries';

vi.mock('vscode', () => import('../vscode-l10n'));

const STATE: MenuState = {
  chosen: undefined,
  embedded: { folder: '/tsuzuki/models/tsuzuki-base-ja', diskBytes: 33e6, parameters: 7.95e6 },
  library: [],
  cache: { bytes: 0, byModel: new Map() },
  dtype: 'default',
  speed: () => undefined,
  host: 'huggingface.co',
  hasToken: false,
};

const MEDIUM = {
  id: 'rinna/japanese-gpt2-medium',
  folder: '/storage/models/rinna/japanese-gpt2-medium',
  complete: true,
  diskBytes: 1.37e9,
  parameters: 336e6,
  license: 'mit',
};

const text = (entry: MenuEntry) =>
  'separator' in entry ? `— ${entry.separator}` : [entry.label, entry.description, entry.detail].join(' | ');
const entry = (state: MenuState, label: string) =>
  menuEntries(state)
    .map(text)
    .find((one) => one.includes(label));

describe('the menu of models', () => {
  it('shows on a new machine what is here, what could be, and what it takes', () => {
    expect(menuEntries(STATE).map(text)).toEqual([
      '— On this machine',
      '$(check) The model that comes with Tsuzuki | 8 M parameters · 33 MB | Small and fast; the tone of modern classics, lost after a sentence or two',
      '— Recommended',
      '$(cloud-download) rinna/japanese-gpt2-xsmall | 157 MB to download · MIT | 270 MB of memory · Light and quick; keeps the thread for a sentence or two',
      '$(cloud-download) rinna/japanese-gpt2-small | 455 MB to download · MIT | 420 MB of memory · The middle way: modern prose, still quick',
      '$(cloud-download) rinna/japanese-gpt2-medium | 1.37 GB to download · MIT | 850 MB of memory · The best prose of these; the one to write with',
      '$(cloud-download) ku-nlp/gpt2-small-japanese-char | 374 MB to download · CC BY-SA 4.0 | 390 MB of memory · Writes character by character, and can write any of them',
      '$(cloud-download) ku-nlp/gpt2-medium-japanese-char | 1.26 GB to download · CC BY-SA 4.0 | 820 MB of memory · Character by character too; slower, and the better prose',
      '— Others',
      '$(search) Another model of the hub… | Any GPT-2, by its id at huggingface.co | ',
      '$(folder-opened) A folder on this machine… | In the format of Hugging Face | ',
      '$(library) Fine-Tuned Models… | What you have made of your texts | ',
      '— Upkeep',
      '$(clear-all) Reset the Cache… | 0 kB of converted weights; they are made again when they are needed | ',
    ]);
  });

  it('estimates speeds from that of the embedded model, and says so', () => {
    const speed = (folder: string) => (folder === STATE.embedded.folder ? 476 : undefined);
    expect(entry({ ...STATE, speed }, 'comes with')).toContain('about 475 tokens/s, measured');
    expect(entry({ ...STATE, speed }, 'gpt2-medium | 1.37')).toContain('about 45 tokens/s, estimated');
  });

  it('shows a downloaded model once, with its disk use and the speed that was measured', () => {
    const state: MenuState = {
      ...STATE,
      chosen: MEDIUM.folder,
      library: [MEDIUM],
      cache: { bytes: 720e6, byModel: new Map([[MEDIUM.folder, 700e6]]) },
      speed: (folder) => (folder === MEDIUM.folder ? 38 : undefined),
    };
    expect(
      menuEntries(state)
        .map(text)
        .filter((one) => one.includes(MEDIUM.id)),
    ).toEqual([
      '$(check) rinna/japanese-gpt2-medium | 336 M parameters · 1.37 GB on the disk · MIT | 700 MB of cache · about 40 tokens/s, measured · The best prose of these; the one to write with',
    ]);
    expect(entry(state, 'comes with')).toContain('$(package)');
  });

  it('offers to go on with a download that was interrupted', () => {
    const state = { ...STATE, library: [{ ...MEDIUM, complete: false, diskBytes: 400e6 }] };
    expect(
      menuEntries(state)
        .map(text)
        .filter((one) => one.includes(MEDIUM.id)),
    ).toEqual([
      '$(debug-pause) rinna/japanese-gpt2-medium | 400 MB of 1.37 GB | Choose it to go on from where the download stopped',
    ]);
  });

  it('shows a folder elsewhere that is in use', () => {
    expect(entry({ ...STATE, chosen: '/novels/model' }, '/novels/model')).toBe('$(check) model | /novels/model | ');
  });

  it('lets a token be forgotten that is there', () => {
    expect(entry({ ...STATE, hasToken: true }, 'Forget')).toBe('$(key) Forget the Access Token | huggingface.co | ');
  });
});
