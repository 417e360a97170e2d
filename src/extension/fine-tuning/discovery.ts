import { posix } from 'node:path';
import { type CancellationToken, RelativePattern, type Uri, type WorkspaceFolder, workspace } from 'vscode';
import type { ManuscriptSource } from '../../protocol/manuscripts';
import { SETTINGS_SECTION } from '../../protocol/settings';
import { listIn } from '../setting-value';
import { excludedBy, isNeverSearched, NEVER_SEARCHED } from './excluded';
import { encodingSetFor } from './file-encoding';
import { GitIgnore } from './git-ignore';

/** The files of a workspace that may be manuscripts. */
export interface Discovery {
  /** In the order of folders and paths. */
  readonly files: readonly ManuscriptSource[];
  /** How many the setting `fineTuning.exclude` and `.gitignore` have left out. */
  readonly excluded: number;
}

/** Finds what the settings `fineTuning.include` and `.exclude` say, in every folder of the workspace, on disk. */
export async function discoverManuscripts(token?: CancellationToken): Promise<Discovery> {
  const files: ManuscriptSource[] = [];
  let excluded = 0;
  for (const folder of workspace.workspaceFolders ?? []) {
    if (folder.uri.scheme !== 'file') continue;
    const found = await filesIn(folder, token);
    files.push(...found.files);
    excluded += found.excluded;
  }
  // One folder of a workspace may lie in another.
  return { files: [...new Map(files.map((file) => [file.path, file])).values()], excluded };
}

async function filesIn(folder: WorkspaceFolder, token?: CancellationToken): Promise<Discovery> {
  const configuration = workspace.getConfiguration(SETTINGS_SECTION, folder);
  const globs = (key: string) =>
    listIn(configuration.get(key), configuration.inspect<readonly string[]>(key)?.defaultValue ?? []);
  const include = globs('fineTuning.include');
  const excludes = excludedBy(globs('fineTuning.exclude'));
  const gitIgnore = await gitIgnoreOf(folder, token);

  const found = new Map<string, Uri>();
  for (const glob of include) {
    for (const uri of await search(folder, glob, token)) found.set(relativePath(folder, uri), uri);
  }
  const kept = [...found].filter(([path]) => !excludes(path) && !gitIgnore.ignores(path));
  const files = kept
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, uri]) => {
      const encoding = encodingSetFor(uri);
      return { path: uri.fsPath, ...(encoding === undefined ? {} : { encoding }) };
    });
  return { files, excluded: found.size - files.length };
}

async function gitIgnoreOf(folder: WorkspaceFolder, token?: CancellationToken): Promise<GitIgnore> {
  const pattern = new RelativePattern(folder, '**/.gitignore');
  const uris = await workspace.findFiles(pattern, '**/node_modules/**', undefined, token);
  const places = uris.map((uri) => ({ uri, inside: posix.dirname(relativePath(folder, uri)).replace(/^\.$/, '') }));
  const files = places
    .filter(({ inside }) => !isNeverSearched(inside))
    .map(async ({ uri, inside }) => {
      const text = new TextDecoder().decode(await workspace.fs.readFile(uri));
      return { folder: inside, text };
    });
  return new GitIgnore(await Promise.all(files));
}

function search(folder: WorkspaceFolder, glob: string, token?: CancellationToken): Thenable<Uri[]> {
  return workspace.findFiles(new RelativePattern(folder, glob), NEVER_SEARCHED, undefined, token);
}

function relativePath(folder: WorkspaceFolder, uri: Uri): string {
  return posix.relative(folder.uri.path, uri.path);
}
