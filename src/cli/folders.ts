import { homedir } from 'node:os';
import { join } from 'node:path';

/** The embedded model: the command is bundled into dist/, beside models/. */
export const EMBEDDED_MODEL = join(__dirname, '..', 'models', 'tsuzuki-base-ja');

/** Where `tsuzuki download` puts models, each in `<owner>/<name>`: below `TSUZUKI_STORAGE`, or the system's place for data. */
export function modelsFolder(): string {
  const { TSUZUKI_STORAGE, XDG_DATA_HOME, LOCALAPPDATA } = process.env;
  if (TSUZUKI_STORAGE) return join(TSUZUKI_STORAGE, 'models');
  if (process.platform === 'win32' && LOCALAPPDATA) return join(LOCALAPPDATA, 'tsuzuki', 'models');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'tsuzuki', 'models');
  return join(XDG_DATA_HOME || join(homedir(), '.local', 'share'), 'tsuzuki', 'models');
}
