import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { DTYPES } from '../../../src/engine/quantization/dtype';
import { size } from '../../../src/extension/models/model-words';
import { RECOMMENDED_MODELS } from '../../../src/extension/models/recommended-models';
import {
  DEFAULT_SETTINGS,
  DTYPE_SETTINGS,
  SAMPLING_BOUNDS,
  STOP_AT,
  TRIGGER_MODES,
} from '../../../src/protocol/settings';

vi.mock('vscode', () => import('./vscode-l10n'));

interface Property {
  readonly type: unknown;
  readonly default: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly enum?: readonly string[];
  readonly scope: string;
}

interface Manifest {
  readonly activationEvents: readonly string[];
  readonly capabilities: { readonly untrustedWorkspaces: { readonly restrictedConfigurations: readonly string[] } };
  readonly contributes: {
    readonly commands: readonly { readonly command: string }[];
    readonly keybindings: readonly { readonly command: string; readonly key: string; readonly mac: string }[];
    readonly walkthroughs: readonly {
      readonly steps: readonly { readonly id: string; readonly media: { readonly markdown: string } }[];
    }[];
    readonly configuration: readonly { readonly properties: Readonly<Record<string, Property>> }[];
  };
}

const root = join(__dirname, '../../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const manifestText = read('package.json');
const manifest: Manifest = JSON.parse(manifestText);
const properties: Readonly<Record<string, Property>> = Object.assign(
  {},
  ...manifest.contributes.configuration.map((section) => section.properties),
);

const sources = readdirSync(join(root, 'src/extension'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => read(join('src/extension', name)));

describe('settings in the manifest', () => {
  it.each(Object.entries(SAMPLING_BOUNDS))('bound sampling.%s as the protocol does', (name, bounds) => {
    const property = properties[`tsuzuki.sampling.${name}`];
    expect(property).toMatchObject({ minimum: bounds.minimum, maximum: bounds.maximum });
    const number = bounds.integer ? 'integer' : 'number';
    expect(property?.type).toEqual(name === 'seed' ? [number, 'null'] : number);
  });

  it('have the defaults of the protocol', () => {
    const { sampling, ...rest } = DEFAULT_SETTINGS;
    const expected = Object.fromEntries([
      ...Object.entries(rest).map(([key, value]) => [`tsuzuki.${key}`, value]),
      ...Object.entries(sampling).map(([key, value]) => [`tsuzuki.sampling.${key}`, value]),
      ['tsuzuki.model.path', ''],
      ['tsuzuki.model.adapter', ''],
      ['tsuzuki.model.hub', ''],
      ['tsuzuki.fineTuning.include', ['**/*.txt', '**/*.text', '**/*.md', '**/*.tex', '**/*.novel']],
      ['tsuzuki.fineTuning.exclude', ['**/README*', '**/LICENSE*', '**/LICENCE*', '**/CHANGELOG*']],
      ['tsuzuki.exclude', []],
      ['tsuzuki.pauseOnBattery', false],
      ['tsuzuki.dtype', 'default'],
      ['tsuzuki.threads', 0],
    ]);
    const actual = Object.fromEntries(Object.entries(properties).map(([key, property]) => [key, property.default]));
    expect(actual).toEqual(expected);
  });

  it('offer the ends of a suggestion that the protocol knows', () => {
    expect(properties['tsuzuki.stopAt']?.enum).toEqual(STOP_AT);
  });

  it('offer the trigger modes of the protocol', () => {
    expect(properties['tsuzuki.triggerMode']?.enum).toEqual(TRIGGER_MODES);
  });

  it('offer the dtypes of the protocol, which are those of the engine', () => {
    expect(properties['tsuzuki.dtype']?.enum).toEqual(DTYPE_SETTINGS);
    expect(DTYPE_SETTINGS).toEqual(['default', ...DTYPES]);
  });

  it('keep a workspace that is not trusted from naming a model', () => {
    const naming = ['tsuzuki.model.path', 'tsuzuki.model.adapter'];
    expect(manifest.capabilities.untrustedWorkspaces.restrictedConfigurations).toEqual(naming);
    for (const name of naming) expect(properties[name]?.scope).toBe('machine-overridable');
  });

  it('keep every workspace from naming the hub that models, and a token, go to', () => {
    expect(properties['tsuzuki.model.hub']?.scope).toBe('machine');
  });
});

describe('the manifest', () => {
  it('activates in the languages that are served by default, and for those that were added when the window is up', () => {
    const byDefault = DEFAULT_SETTINGS.languages.map((language) => `onLanguage:${language}`);
    expect(manifest.activationEvents).toEqual([...byDefault, 'onStartupFinished']);
  });

  it('declares exactly the commands that are registered', () => {
    const registered = [...read('src/extension/commands.ts').matchAll(/'(tsuzuki\.\w+)':/g)].map(([, id]) => id);
    expect(manifest.contributes.commands.map(({ command }) => command).sort()).toEqual(registered.sort());
  });

  it("keeps clear of Novel Writer's keys and of those that switch the input method", () => {
    const keys = manifest.contributes.keybindings.flatMap(({ key, mac }) => [key, mac]);
    const taken = ['ctrl+r', 'cmd+r', 'ctrl+alt+left', 'ctrl+alt+right', 'cmd+left', 'cmd+right', 'ctrl+space'];
    expect(keys.filter((key) => taken.includes(key))).toEqual([]);
  });
});

describe('translations', () => {
  it('have every string of the manifest in English and Japanese, and no other', () => {
    const used = [...new Set([...manifestText.matchAll(/"%([^%"]+)%"/g)].map(([, key]) => key))].sort();
    expect(Object.keys(JSON.parse(read('package.nls.json'))).sort()).toEqual(used);
    expect(Object.keys(JSON.parse(read('package.nls.ja.json'))).sort()).toEqual(used);
  });

  it('have every string of the source in Japanese, and no other', () => {
    const used = new Set(
      sources.flatMap((source) => [...source.matchAll(/l10n\.t\(\s*'([^']+)'/g)].map(([, text]) => text)),
    );
    expect(Object.keys(JSON.parse(read('l10n/bundle.l10n.ja.json'))).sort()).toEqual([...used].sort());
  });

  it('can be found: every string in the source is a literal in single quotes', () => {
    const calls = sources.flatMap((source) => [...source.matchAll(/l10n\.t\(\s*(.)/g)].map(([, quote]) => quote));
    expect(new Set(calls)).toEqual(new Set(["'"]));
  });

  it('keep the placeholders', () => {
    const bundle: Readonly<Record<string, string>> = JSON.parse(read('l10n/bundle.l10n.ja.json'));
    const placeholders = (text: string) => [...text.matchAll(/\{\d\}/g)].map(([match]) => match).sort();
    for (const [english, japanese] of Object.entries(bundle)) {
      expect(placeholders(japanese), english).toEqual(placeholders(english));
    }
  });
});

describe('the extension host', () => {
  it('imports nothing of the engine, the server or the text functions', () => {
    const imports = sources.flatMap((source) => [...source.matchAll(/from '([^']+)'/g)].map(([, from]) => from));
    const folders = '(?:fine-tuning|models|pauses|sampling-panel|statistics|views|web-page)/';
    const ours = new RegExp(`^(?:\\./|(?:\\.\\./){1,2})(?:${folders})*[\\w-]+$|^(?:\\.\\./){1,3}protocol/[\\w-]+$`);
    const libraries = ['vscode', 'vscode-languageclient/node', 'ignore', 'picomatch', 'zod/mini'];
    const allowed = (from: string) => ours.test(from) || from.startsWith('node:') || libraries.includes(from);
    expect(imports.filter((from) => from !== undefined && !allowed(from))).toEqual([]);
  });

  it('has a composition root of at most 60 lines', () => {
    expect(read('src/extension/main.ts').trimEnd().split('\n').length).toBeLessThanOrEqual(60);
  });
});

describe('the walkthrough', () => {
  const { steps } = manifest.contributes.walkthroughs[0] ?? { steps: [] };

  it.each(steps)('has a page for “$id” in English and Japanese, with pictures that are there', ({ media }) => {
    for (const page of [media.markdown, media.markdown.replace(/\.md$/, '.nls.ja.md')]) {
      const pictures = [...read(page).matchAll(/!\[[^\]]+\]\(([^)]+)\)/g)].map(([, picture = '']) => picture);
      for (const picture of pictures) expect(existsSync(join(root, dirname(page), picture)), picture).toBe(true);
    }
  });

  it('says the size of the model that it offers, as the menu does', () => {
    const { downloadBytes, id } = RECOMMENDED_MODELS.find(({ id }) => id.endsWith('medium')) ?? {
      downloadBytes: 0,
      id: '',
    };
    for (const page of ['media/walkthrough/model.md', 'media/walkthrough/model.nls.ja.md']) {
      expect(read(page)).toContain(id);
      expect(read(page)).toContain(size(downloadBytes));
    }
  });

  it('runs only commands that are there', () => {
    const commands = manifest.contributes.commands.map(({ command }) => command);
    for (const file of ['package.nls.json', 'package.nls.ja.json']) {
      const run = [...read(file).matchAll(/\(command:(tsuzuki\.\w+)\)/g)].map(([, command]) => command);
      expect(run).toEqual(['tsuzuki.fineTuneWorkspace', 'tsuzuki.chooseModel']);
      expect(commands).toEqual(expect.arrayContaining(run));
    }
  });
});
