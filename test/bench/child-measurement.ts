import { fork } from 'node:child_process';
import { once } from 'node:events';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import type { z } from 'zod';

const ROOT = join(import.meta.dirname, '../..');

/**
 * A measurement that runs in a process of its own, so that its memory and its start are its own. The module is bundled
 * first, as what users run is: the child is plain Node, without a TypeScript loader in its memory.
 *
 * @param module Path of a module that calls `answerMeasurement`.
 * @param schema What the child's answer must be.
 */
export async function childMeasurement<Request, Schema extends z.ZodType>(
  module: string,
  schema: Schema,
): Promise<(request: Request) => Promise<z.infer<Schema>>> {
  const name = basename(module, '.ts');
  const folder = join(ROOT, 'out/bench', name);
  await build({
    entryPoints: [module],
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    // What a module imports only when it needs it must not be loaded before.
    splitting: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    packages: 'external',
    logLevel: 'warning',
  });
  return async (request) => {
    const child = fork(join(folder, `${name}.mjs`), [JSON.stringify(request)], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      // By default a child gets its parent's options, and with them the TypeScript loader.
      execArgv: [],
    });
    let answer: unknown;
    child.on('message', (message) => {
      answer = message;
    });
    const [code] = await once(child, 'exit');
    if (code !== 0) throw new Error(`the measurement ended with exit code ${code}`);
    return schema.parse(answer);
  };
}
