import { listFiles, modelInfo } from '@huggingface/hub';
import { z } from 'zod';
import { type Gpt2Config, parseConfig } from '../checkpoint/config';
import { gpt2Tensors } from '../checkpoint/gpt2-tensors';
import { type Patience, persistently } from './connection-failure';
import { CONTENT_ATTEMPTS, contentHash } from './content-hash';
import type { DownloadPlan } from './download-plan';
import type { HubClient } from './hub-client';
import { HubError } from './hub-error';
import { type HubFile, isIndex, isPlainName, neededFiles, partsOf } from './needed-files';

/** What is read into memory is small, or it is not what it seems. */
const MAX_JSON_BYTES = 8 << 20;
const MAX_LISTED_FILES = 10_000;
const MAX_TOKENIZER_BYTES = 128 << 20;
/** What a container holds beside the numbers. */
const CONTAINER_BYTES = 64 << 20;

export interface LookUpOptions {
  readonly patience: Patience;
  readonly signal: AbortSignal;
  /** Content of a file that is here already and need not be asked for. */
  readonly known?: (file: HubFile) => Promise<Buffer | undefined>;
}

export interface LookUp {
  readonly plan: DownloadPlan;
  /** Content of those files of the plan that had to be read for it. */
  readonly contents: ReadonlyMap<HubFile, Buffer>;
}

const infoSchema = z.object({
  sha: z.string().regex(/^[0-9a-f]{40}$/),
  cardData: z.object({ license: z.union([z.string(), z.array(z.string())]).nullish() }).nullish(),
});

const entrySchema = z.object({
  path: z.string(),
  size: z.int().nonnegative(),
  oid: z.string().regex(/^[0-9a-f]{40}$/),
  lfs: z.object({ oid: z.string().regex(/^[0-9a-f]{64}$/), size: z.int().nonnegative() }).optional(),
});

/**
 * Looks a model up: which commit its revision stands for, and which of its files are needed. Fetches no more than config
 * and index.
 *
 * @throws {HubError}
 * @throws {CheckpointError} where it is not a GPT-2
 */
export async function lookUpModel(
  hub: HubClient,
  id: string,
  revision: string | undefined,
  { patience, signal, known }: LookUpOptions,
): Promise<LookUp> {
  const persist = <T>(what: string, work: () => Promise<T>) => persistently(what, patience, signal, work);
  const { sha: commit, cardData } = await persist(id, () => describe(hub, id, revision, signal));
  const all = await persist(id, () => rootFiles(hub, id, commit, signal));
  const { config, tokenizer, weights } = neededFiles(all, id);
  const contents = new Map<HubFile, Buffer>();
  const read = async (file: HubFile) => {
    const what = `${id}/${file.name}`;
    const fetched = () => smallFile(hub, fileAddress(hub, id, commit, file), file, what, signal);
    const content = (await known?.(file)) ?? (await persist(what, fetched));
    contents.set(file, content);
    return content.toString('utf8');
  };
  const gpt2 = parseConfig(await read(config), `${id}/${config.name}`);
  const parts = isIndex(weights) ? partsOf(weights, await read(weights), all, id) : [weights];
  checkSizes(id, gpt2, tokenizer, parts);
  const license = cardData?.license;
  const plan: DownloadPlan = {
    id,
    revision,
    commit,
    license: (Array.isArray(license) ? license.join(', ') : license) ?? undefined,
    parameters: countParameters(gpt2),
    files: [config, ...tokenizer, ...(isIndex(weights) ? [weights] : []), ...parts],
  };
  return { plan, contents };
}

/** Where the hub has a file of a commit (https://huggingface.co/docs/hub/models-downloading). */
export function fileAddress(hub: HubClient, id: string, commit: string, { name }: HubFile): string {
  return `${hub.endpoint}/${id}/resolve/${commit}/${encodeURIComponent(name)}`;
}

async function describe(hub: HubClient, id: string, revision: string | undefined, signal: AbortSignal) {
  const info = await understood(id, () =>
    modelInfo({
      name: id,
      revision: revision ?? 'main',
      additionalFields: ['sha', 'cardData'],
      hubUrl: hub.endpoint,
      fetch: hub.fetchFor(id, { maxBytes: MAX_JSON_BYTES, signal }),
    }),
  );
  const parsed = infoSchema.safeParse(info);
  if (!parsed.success) throw new HubError('hub-broken', id, inOneLine(z.prettifyError(parsed.error)));
  return parsed.data;
}

async function rootFiles(hub: HubClient, id: string, commit: string, signal: AbortSignal): Promise<HubFile[]> {
  return understood(id, async () => {
    const files: HubFile[] = [];
    let listed = 0;
    const fetchPage = hub.fetchFor(id, { maxBytes: MAX_JSON_BYTES, signal });
    for await (const entry of listFiles({ repo: id, revision: commit, hubUrl: hub.endpoint, fetch: fetchPage })) {
      if (++listed > MAX_LISTED_FILES) throw new HubError('hub-broken', id, `> ${MAX_LISTED_FILES} files`);
      // Nothing that leads elsewhere is among what a model needs.
      if (entry.type !== 'file' || !isPlainName(entry.path)) continue;
      const parsed = entrySchema.safeParse(entry);
      if (!parsed.success) throw new HubError('hub-broken', id, inOneLine(z.prettifyError(parsed.error)));
      const { path: name, size, oid, lfs } = parsed.data;
      files.push(
        lfs === undefined
          ? { name, size, hash: { kind: 'git-blob', hex: oid } }
          : { name, size: lfs.size, hash: { kind: 'sha256', hex: lfs.oid } },
      );
    }
    return files;
  });
}

/** What cannot be parsed is the hub's fault, or of whatever answers in its place. */
async function understood<T>(id: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) {
      throw new HubError('hub-broken', id, inOneLine(error.message));
    }
    throw error;
  }
}

function inOneLine(message: string): string {
  return message.replace(/\s+/g, ' ').slice(0, 200);
}

async function smallFile(
  hub: HubClient,
  address: string,
  file: HubFile,
  what: string,
  signal: AbortSignal,
): Promise<Buffer> {
  if (file.size > MAX_JSON_BYTES) throw new HubError('hub-broken', what, `${file.size} bytes`);
  for (let attempt = 1; ; attempt++) {
    const { bytes } = await hub.getWhole(address, what, { maxBytes: file.size, signal });
    const hash = contentHash(file).update(bytes).digest('hex');
    if (hash === file.hash.hex) return bytes;
    if (attempt === CONTENT_ATTEMPTS) throw new HubError('content-differs', what, `${file.hash.kind} ${hash}`);
  }
}

function countParameters(config: Gpt2Config): number {
  return [...gpt2Tensors(config).values()].reduce(
    (sum, shape) => sum + shape.reduce((product, dim) => product * dim, 1),
    0,
  );
}

/** Refuses files that are far larger than what they are for, before the disk is filled with them. */
function checkSizes(id: string, config: Gpt2Config, tokenizer: readonly HubFile[], weights: readonly HubFile[]): void {
  const excessive = (name: string, size: number) => new HubError('hub-broken', `${id}/${name}`, `${size} bytes`);
  for (const { name, size } of tokenizer) if (size > MAX_TOKENIZER_BYTES) throw excessive(name, size);
  const total = weights.reduce((sum, { size }) => sum + size, 0);
  // Each number in 4 bytes, the word embeddings a second time as lm_head, and the attention's stored masks.
  const numbers =
    countParameters(config) + config.vocab_size * config.n_embd + config.n_layer * config.n_positions ** 2;
  if (total > 4 * numbers + CONTAINER_BYTES) throw excessive(weights[0]?.name ?? '', total);
}
