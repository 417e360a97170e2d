import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EXIT } from '../../../src/cli/exit-code';
import { MANIFEST, ROOT, read, SETTINGS, type Setting } from './repository';

/** Cells of the table rows whose first cell is code: `| `name` | … |`. */
function rows(markdown: string): ReadonlyMap<string, readonly string[]> {
  const cells = markdown
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|').slice(1, -1));
  return new Map(cells.map(([first = '', ...others]) => [uncoded(first), others.map((cell) => cell.trim())]));
}

function uncoded(cell: string): string {
  return cell.trim().replace(/^`(.*)`$/, '$1');
}

/** The values of a setting as the table writes them; undefined where only words can say it. */
function values({ type, minimum, maximum, enum: choices }: Setting): string | undefined {
  if (choices !== undefined) return choices.map((choice) => `\`${choice}\``).join(', ');
  if (type === 'boolean') return '`true`, `false`';
  if (minimum === undefined) return undefined;
  return `${minimum} – ${maximum}${type.includes('null') ? ', `null`' : ''}`;
}

const options = readdirSync(join(ROOT, 'src/cli'))
  .filter((file) => file.endsWith('.ts'))
  .map((file) => read(join('src/cli', file)))
  .flatMap((source) => [...source.matchAll(/(?:[oO]ption)\(\s*'(--[a-z-]+)/g)].map(([, flag = '']) => flag));

describe.each([
  ['README.md', 'package.nls.json', '(in the list only)'],
  ['README.ja.md', 'package.nls.ja.json', '（一覧のみ）'],
])('%s', (file, translations, notInPalette) => {
  const readme = read(file);
  const table = rows(readme);

  it.each(SETTINGS)('lists %s with its default and its values', (name, setting) => {
    const [defaultValue, allowed] = table.get(name) ?? [];
    expect(uncoded(defaultValue ?? 'none')).toBe(JSON.stringify(setting.default));
    const expected = values(setting);
    if (expected !== undefined) expect(allowed).toBe(expected);
  });

  it('lists no setting that is not there', () => {
    const known = [...SETTINGS.map(([name]) => name), ...MANIFEST.contributes.commands.map(({ command }) => command)];
    const named = [...table.keys()].filter((name) => name.startsWith('tsuzuki.'));
    expect(named.filter((name) => !known.includes(name))).toEqual([]);
  });

  it.each(MANIFEST.contributes.commands)('lists $command by its title', ({ command, title }) => {
    const titles: Readonly<Record<string, string>> = JSON.parse(read(translations));
    expect(table.get(command)?.[0]).toContain(titles[title.replaceAll('%', '')]);
  });

  it('says which commands the palette does not have', () => {
    const marked = [...table].filter(([, [title]]) => title?.includes(notInPalette)).map(([command]) => command);
    const hidden = MANIFEST.contributes.menus.commandPalette.filter(({ when }) => when === 'false');
    expect(marked).toEqual(hidden.map(({ command }) => command));
  });

  it.each(Object.entries(EXIT))('lists the exit code for “%s”: %d', (_, code) => {
    expect(table.get(String(code))?.[0]).toMatch(/\S/);
  });

  it('mentions every option of the command line', () => {
    expect(options).toContain('--num-return-sequences');
    expect(options.filter((flag) => !readme.includes(flag))).toEqual([]);
  });

  it('names the oldest Node that will do', () => {
    const [, version] = /^>=(\d+\.\d+)\.0$/.exec(MANIFEST.engines.node) ?? [];
    expect(readme).toContain(`Node.js ${version}`);
  });

  it('names scripts that are there', () => {
    const scripts = [...readme.matchAll(/npm run ([\w:-]+)/g)].map(([, name = '']) => name);
    expect(scripts.length).toBeGreaterThan(0);
    expect(scripts.filter((name) => MANIFEST.scripts[name] === undefined)).toEqual([]);
  });

  it('links to files that are there', () => {
    const links = [...readme.matchAll(/\]\(([^)]+)\)/g)].map(([, target = '']) => target);
    const missing = links.filter((target) => !/^https?:/.test(target) && !existsSync(join(ROOT, target)));
    expect(missing).toEqual([]);
  });
});
