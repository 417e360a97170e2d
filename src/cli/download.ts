import { join, resolve } from 'node:path';
import { printable } from '../engine/checkpoint/printable';
import { downloadModel } from '../engine/hub/download-model';
import { HubError } from '../engine/hub/hub-error';
import { openHub } from '../engine/hub/hub-settings';
import { HUB_MODEL } from '../protocol/download';
import { DownloadLine } from './download-line';
import { EXIT } from './exit-code';
import { modelsFolder } from './folders';

export interface DownloadOptions {
  readonly to?: string;
  readonly json?: boolean;
}

/** `tsuzuki download`: fetches a model from the hub; Ctrl-C pauses, the same command goes on. */
export async function download(written: string, options: DownloadOptions): Promise<void> {
  const [, id, revision] = HUB_MODEL.exec(written) ?? [];
  if (id === undefined) throw new HubError('id-invalid', printable(written));
  const folder = resolve(options.to ?? join(modelsFolder(), id));
  const pause = new AbortController();
  const stop = () => pause.abort();
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  const line = new DownloadLine(process.stderr);
  const { hub, cache } = openHub({ token: process.env.HF_TOKEN });
  try {
    const request = { id, revision, folder, hub, cache, signal: pause.signal };
    const { commit, license, files } = await downloadModel(request, (progress) => line.show(progress));
    line.end();
    const bytes = files.reduce((sum, { size }) => sum + size, 0);
    const result = { id, commit, license, folder, bytes };
    process.stdout.write(options.json === true ? `${JSON.stringify(result)}\n` : `${folder}\n`);
  } catch (error) {
    line.end();
    if (!pause.signal.aborted) throw error;
    process.stderr.write('paused: what has been received is kept, and the same command goes on with it\n');
    process.exitCode = EXIT.interrupted;
  } finally {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
    await hub.close();
  }
}
