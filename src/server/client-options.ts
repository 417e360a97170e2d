import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InitializeParams } from 'vscode-languageserver/node';
import { z } from 'zod';

/** What the server needs to know before it starts, with everything that a plain LSP client leaves out filled in. */
export interface ClientOptions {
  readonly modelFolder: string;
  readonly storageFolder: string;
  readonly settings: unknown;
  readonly language: 'en' | 'ja';
}

const schema = z
  .object({ modelFolder: z.string().min(1), storageFolder: z.string().min(1), settings: z.unknown() })
  .partial();

export function readClientOptions(params: InitializeParams, defaultModelFolder: string): ClientOptions {
  const parsed = schema.safeParse(params.initializationOptions ?? {});
  const given = parsed.success ? parsed.data : {};
  return {
    modelFolder: given.modelFolder ?? defaultModelFolder,
    storageFolder: given.storageFolder ?? join(tmpdir(), 'tsuzuki'),
    settings: given.settings,
    language: params.locale?.startsWith('ja') === true ? 'ja' : 'en',
  };
}
