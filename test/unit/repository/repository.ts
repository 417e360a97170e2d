import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The repository's root. */
export const ROOT = join(import.meta.dirname, '../../..');

/** The text of a file, its path counted from the root. */
export function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

export interface Setting {
  readonly type: string | readonly string[];
  readonly default: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly enum?: readonly string[];
  readonly markdownEnumDescriptions?: readonly string[];
  readonly description?: string;
  readonly markdownDescription?: string;
}

interface Manifest {
  readonly engines: { readonly vscode: string; readonly node: string };
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly title: string }[];
    readonly menus: { readonly commandPalette: readonly { readonly command: string; readonly when: string }[] };
    readonly configuration: readonly { readonly properties: Readonly<Record<string, Setting>> }[];
  };
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

export const MANIFEST: Manifest = JSON.parse(read('package.json'));

/** Every `tsuzuki.*` setting, by its name. */
export const SETTINGS: readonly (readonly [string, Setting])[] = MANIFEST.contributes.configuration.flatMap(
  ({ properties }) => Object.entries(properties),
);

/** Paths of the files that belong to the repository; in a copy without Git, of all files that are not made by a build. */
export function repositoryFiles(): readonly string[] {
  try {
    const listed = execFileSync('git', ['ls-files', '-z'], { cwd: ROOT, encoding: 'utf8', stdio: 'pipe' });
    return listed.split('\0').filter((path) => path !== '');
  } catch {
    const made = /^(node_modules|dist|out|artifacts|\.git)([/\\]|$)/;
    return readdirSync(ROOT, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length + 1))
      .filter((path) => !made.test(path));
  }
}
