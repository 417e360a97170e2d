import { homedir } from 'node:os';
import { join } from 'node:path';
import { CODE_SERVER_VERSION, NODE_VERSION } from './versions';

/** Where the editor is kept between uses: outside the repository, one folder per pair of versions. */
export function editorFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const caches = environment.XDG_CACHE_HOME || join(homedir(), '.cache');
  return join(caches, 'tsuzuki', `editor-${CODE_SERVER_VERSION}-node-${NODE_VERSION}`);
}
