import { basename, isAbsolute, join, resolve } from 'node:path';
import type { ModelIdentity } from '../protocol/status';

/** Name of the model that comes with the extension. */
export const BUILT_IN_MODEL = 'tsuzuki-base-ja';

/** The model that comes with the extension installed at `extensionPath`. */
export function builtInModelFolder(extensionPath: string): ModelIdentity {
  return { name: BUILT_IN_MODEL, folder: join(extensionPath, 'models', BUILT_IN_MODEL) };
}

/** A path from the settings: absolute, from the home folder (`~/…`), or relative to the first workspace folder. */
export function resolveModelFolder(path: string, home: string, workspaceFolder: string | undefined): ModelIdentity {
  const expanded = /^~(?=[/\\]|$)/.test(path) ? join(home, path.slice(1)) : path;
  const folder = isAbsolute(expanded) ? resolve(expanded) : resolve(workspaceFolder ?? home, expanded);
  return { name: basename(folder), folder };
}
