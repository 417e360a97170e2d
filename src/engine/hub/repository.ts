import { listFiles, modelInfo } from '@huggingface/hub';
import { z } from 'zod';
import { type Gpt2Config, parseConfig } from '../checkpoint/config';
import { gpt2Tensors } from '../checkpoint/gpt2-tensors';
import { printable } from '../checkpoint/printable';
import { type Patience, persistently } from './connection-failure';
import { contentHash } from './content-hash';
import type { HubClient } from './hub-client';
import { HubError } from './hub-error';
import { type HubFile, isIndex, isPlainName, neededFiles, partsOf } from './needed-files';

/** What a download will fetch: decided once, kept beside the files, so that a resumed one fetches the same. */
export interface DownloadPlan {
  readonly id: string;
  /** As it was asked for; missing for the default branch. */
  readonly revision?: string | undefined;
  /** The commit that it stood for. */
  readonly commit: string;
  readonly license?: string | undefined;
  readonly parameters: number;
  readonly files: readonly HubFile[];
}

/** Config and index are read into memory: they are small, or they are not what they seem. */
const MAX_JSON_BYTES = 8 << 20;

const infoSchema = z.object({
  sha: z.string().regex(/^[0-9a-f]{40}$/),
  cardData: z.object({ license: z.union([z.string(), z.array(z.string())]).nullish() }).nullish(),
});

/**
 * Looks a model up: which commit its revision stands for, and which of its files are needed. Fetches no more than config
 * and index.
 *
 * @throws {HubError}
 * @throws {CheckpointError} where it is not a GPT-2
 */
export async function planDownload(
  hub: HubClient,
  id: string,
  revision: string | undefined,
  { patience, signal }: { readonly patience: Patience; readonly signal: AbortSignal },
): Promise<DownloadPlan> {
  const persist = <T>(what: string, work: () => Promise<T>) => persistently(what, patience, signal, work);
  const { sha, cardData } = await persist(id, () => lookUp(hub, id, revision, signal));
  const all = await persist(id, () => rootFiles(hub, id, sha, signal));
  const { config, tokenizer, weights } = neededFiles(all, id);
  const text = (file: HubFile) =>
    persist(`${id}/${file.name}`, () => smallFile(hub, fileAddress(hub, id, sha, file), file, id, signal));
  const parameters = countParameters(parseConfig(await text(config), `${id}/${config.name}`));
  const parts = isIndex(weights) ? partsOf(weights, await text(weights), all, id) : [];
  const license = cardData?.license;
  return {
    id,
    revision,
    commit: sha,
    license: (Array.isArray(license) ? license.join(', ') : license) ?? undefined,
    parameters,
    files: [config, ...tokenizer, weights, ...parts],
  };
}

/** Where the hub has a file of a commit (https://huggingface.co/docs/hub/models-downloading). */
export function fileAddress(hub: HubClient, id: string, commit: string, { name }: HubFile): string {
  return `${hub.endpoint}/${id}/resolve/${commit}/${encodeURIComponent(name)}`;
}

async function lookUp(hub: HubClient, id: string, revision: string | undefined, signal: AbortSignal) {
  const info = await understood(id, () =>
    modelInfo({
      name: id,
      revision: revision ?? 'main',
      additionalFields: ['sha', 'cardData'],
      hubUrl: hub.endpoint,
      fetch: hub.fetchFor(id, signal),
    }),
  );
  const parsed = infoSchema.safeParse(info);
  if (!parsed.success) throw new HubError('hub-broken', id, z.prettifyError(parsed.error).replaceAll('\n', ' '));
  return parsed.data;
}

async function rootFiles(hub: HubClient, id: string, commit: string, signal: AbortSignal): Promise<HubFile[]> {
  return understood(id, async () => {
    const files: HubFile[] = [];
    const listed = listFiles({ repo: id, revision: commit, hubUrl: hub.endpoint, fetch: hub.fetchFor(id, signal) });
    for await (const { type, path, size, oid, lfs } of listed) {
      if (type !== 'file') continue;
      if (!isPlainName(path)) throw new HubError('hub-broken', id, `“${printable(path)}”`);
      const hash = hashOf(lfs?.oid, oid);
      if (hash === undefined) throw new HubError('hub-broken', id, path);
      files.push({ name: path, size: lfs?.size ?? size, hash });
    }
    return files;
  });
}

function hashOf(lfs: string | undefined, blob: string | undefined): HubFile['hash'] | undefined {
  if (lfs !== undefined) return /^[0-9a-f]{64}$/.test(lfs) ? { kind: 'sha256', hex: lfs } : undefined;
  return blob !== undefined && /^[0-9a-f]{40}$/.test(blob) ? { kind: 'git-blob', hex: blob } : undefined;
}

/** What cannot be parsed is the hub's fault, or of whatever answers in its place. */
async function understood<T>(id: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) throw new HubError('hub-broken', id, error.message);
    throw error;
  }
}

async function smallFile(
  hub: HubClient,
  address: string,
  file: HubFile,
  id: string,
  signal: AbortSignal,
): Promise<string> {
  const what = `${id}/${file.name}`;
  if (file.size > MAX_JSON_BYTES) throw new HubError('hub-broken', what, `${file.size} bytes`);
  const text = await (await hub.fetchFor(what, signal)(address)).text();
  const hash = contentHash(file).update(text).digest('hex');
  if (hash !== file.hash.hex) throw new HubError('content-differs', what, `${file.hash.kind} ${hash}`);
  return text;
}

function countParameters(config: Gpt2Config): number {
  return [...gpt2Tensors(config).values()].reduce(
    (sum, shape) => sum + shape.reduce((product, dim) => product * dim, 1),
    0,
  );
}
