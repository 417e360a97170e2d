import { access, readFile } from 'node:fs/promises';
import type { z } from 'zod';
import { CheckpointError } from '../checkpoint/checkpoint-error';

export function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

/**
 * What a JSON file of a model folder says, as `schema` has it; `undefined` where there is no such file.
 *
 * @throws {CheckpointError} tokenizer-broken
 */
export async function readTokenizerJson<T>(file: string, schema: z.ZodType<T>): Promise<T | undefined> {
  if (!(await exists(file))) return undefined;
  try {
    return schema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    throw new CheckpointError('tokenizer-broken', [file], error instanceof Error ? error.message : String(error));
  }
}
