import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where what can be made again is kept for who names no place: below `TSUZUKI_STORAGE`, or in the system's place for caches. */
export function cacheFolder(): string {
  const { TSUZUKI_STORAGE, XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  if (TSUZUKI_STORAGE) return join(TSUZUKI_STORAGE, 'cache');
  if (process.platform === 'win32' && LOCALAPPDATA) return join(LOCALAPPDATA, 'tsuzuki', 'cache');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'tsuzuki');
  return join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'tsuzuki');
}
