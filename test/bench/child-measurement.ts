import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { z } from 'zod';
import { computingEnvironment } from '../../src/extension/computing-environment';
import { bundleChild } from './bundle-child';

/**
 * A measurement that runs in a process of its own, so that its memory and its start are its own.
 *
 * @param module Path of a module that calls `answerMeasurement`.
 * @param schema What the child's answer must be.
 */
export async function childMeasurement<Request, Schema extends z.ZodType>(
  module: string,
  schema: Schema,
): Promise<(request: Request) => Promise<z.infer<Schema>>> {
  const bundle = await bundleChild(module);
  return async (request) => {
    const child = fork(bundle, [JSON.stringify(request)], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      // By default a child gets its parent's options, and with them the TypeScript loader.
      execArgv: [],
      env: { ...process.env, ...computingEnvironment(process.env) },
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
