import { describe, expect, it } from 'vitest';
import { MANIFEST, read, SETTINGS } from './repository';

const EXACT = /^\d+\.\d+\.\d+$/;

describe('what is installed', () => {
  it.each(Object.entries({ ...MANIFEST.dependencies, ...MANIFEST.devDependencies }))(
    '%s is one exact version: %s',
    (_, version) => expect(version).toMatch(EXACT),
  );

  it('runs no script of its own, under every npm', () => {
    expect(read('.npmrc').split('\n')).toContain('ignore-scripts=true');
  });

  it('keeps client, server and protocol of one generation', () => {
    const { dependencies } = MANIFEST;
    expect(dependencies['vscode-languageclient']).toBe(dependencies['vscode-languageserver']);
  });
});

describe('the oldest VS Code that is promised', () => {
  it('is the one whose interface the code is checked against', () => {
    expect(MANIFEST.engines.vscode).toBe(`^${MANIFEST.devDependencies['@types/vscode']}`);
  });
});

describe('each setting is described in English and in Japanese', () => {
  const english: Readonly<Record<string, string>> = JSON.parse(read('package.nls.json'));
  const japanese: Readonly<Record<string, string>> = JSON.parse(read('package.nls.ja.json'));
  const described = SETTINGS.flatMap(([name, setting]) => {
    const texts = [setting.markdownDescription ?? setting.description, ...(setting.markdownEnumDescriptions ?? [])];
    return texts.map((text) => [name, text] as const);
  });

  it.each(described)('%s: %s', (_, placeholder) => {
    const key = /^%(.+)%$/.exec(placeholder ?? '')?.[1] ?? '';
    expect(english[key]).toMatch(/^[A-Z].*\.$/);
    expect(japanese[key]).toMatch(/\p{Script=Hiragana}.*。$/u);
  });

  it.each(SETTINGS.filter(([, setting]) => setting.enum !== undefined))('%s: each of its values', (_, setting) => {
    expect(setting.markdownEnumDescriptions).toHaveLength(setting.enum?.length ?? 0);
  });
});
