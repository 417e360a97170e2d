import { homedir } from 'node:os';
import { join } from 'node:path';

/** The embedded model: the command is bundled into dist/, beside models/. */
export const EMBEDDED_MODEL = join(__dirname, '..', 'models', 'tsuzuki-base-ja');

/** Where the command line keeps what can be made again: `TSUZUKI_STORAGE`, or the system's place for caches. */
export function cacheFolder(): string {
  const { TSUZUKI_STORAGE, XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  if (TSUZUKI_STORAGE) return join(TSUZUKI_STORAGE, 'cache');
  if (process.platform === 'win32' && LOCALAPPDATA) return join(LOCALAPPDATA, 'tsuzuki', 'cache');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'tsuzuki');
  return join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'tsuzuki');
}

/** Where `tsuzuki download` puts models, each in `<owner>/<name>`: below `TSUZUKI_STORAGE`, or the system's place for data. */
export function modelsFolder(): string {
  const { TSUZUKI_STORAGE, XDG_DATA_HOME, LOCALAPPDATA } = process.env;
  if (TSUZUKI_STORAGE) return join(TSUZUKI_STORAGE, 'models');
  if (process.platform === 'win32' && LOCALAPPDATA) return join(LOCALAPPDATA, 'tsuzuki', 'models');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'tsuzuki', 'models');
  return join(XDG_DATA_HOME || join(homedir(), '.local', 'share'), 'tsuzuki', 'models');
}
