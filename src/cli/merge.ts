import { exportModel } from '../trainer/export-model';
import { EXIT } from './exit-code';

export interface MergeOptions {
  readonly model: string;
  readonly adapter: string;
  readonly output: string;
  readonly overwrite?: boolean;
}

/** `tsuzuki merge`: as PEFT's `merge_and_unload` and `save_pretrained`. Ctrl-C leaves nothing behind. */
export async function merge({ model, adapter, output, overwrite = false }: MergeOptions): Promise<void> {
  const abort = new AbortController();
  const stop = () => abort.abort(new Error('stopped'));
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  try {
    const { signal } = abort;
    await exportModel({ form: 'merged', model, adapter, output, overwrite }, { signal, onProgress: () => undefined });
    process.stdout.write(`${output}\n`);
  } catch (error) {
    if (error !== abort.signal.reason) throw error;
    process.stderr.write('stopped: nothing was left behind\n');
    process.exitCode = EXIT.interrupted;
  } finally {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  }
}
