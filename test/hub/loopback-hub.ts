import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** What was asked of the hub. */
export interface HubRequest {
  /** `info` and `tree` are its API; `resolve` leads to a file or is a small one; `storage` is another host. */
  readonly kind: 'info' | 'tree' | 'resolve' | 'storage';
  /** `owner/name` of the model; of storage, the file's hash. */
  readonly id: string;
  /** Of a file. */
  readonly name: string;
  /** First byte that is wanted. */
  readonly from: number;
  readonly headers: IncomingHttpHeaders;
}

/** What goes wrong with an answer. */
export type Fault =
  | { readonly kind: 'status'; readonly status: number; readonly headers?: Record<string, string> }
  /** The connection is cut behind so many bytes. */
  | { readonly kind: 'drop'; readonly after: number }
  /** The answer says that it is shorter than it should be. */
  | { readonly kind: 'truncate'; readonly bytes: number }
  /** One byte is another. */
  | { readonly kind: 'corrupt' }
  /** Nothing comes behind so many bytes, and the connection stays. */
  | { readonly kind: 'stall'; readonly after: number }
  | { readonly kind: 'slow'; readonly bytesPerSecond: number }
  /** All of the file comes, whatever part was asked for; where it says so, the connection is cut behind so many bytes. */
  | { readonly kind: 'whole'; readonly dropAfter?: number }
  | { readonly kind: 'body'; readonly text: string };

interface StoredFile {
  readonly name: string;
  readonly path: string;
  readonly size: number;
  /** Git's hash of it, or of the pointer that stands for it. */
  readonly oid: string;
  readonly sha256: string | undefined;
}

interface Repository {
  readonly commit: string;
  readonly files: readonly StoredFile[];
}

/** These go through Git LFS, as a repository's .gitattributes usually says. */
const LARGE = /\.(?:safetensors|bin|model)$/;
const PAGE = 4;

/**
 * A server that speaks the interface of Hugging Face's hub over real HTTP, on two ports of this machine: the hub, and
 * the host where it keeps large files.
 */
export class LoopbackHub {
  readonly requests: HubRequest[] = [];
  /** Asked for each request: what goes wrong with its answer. */
  fault: (request: HubRequest) => Fault | undefined = () => undefined;
  /** What `HF_ENDPOINT` is to be. */
  endpoint = '';
  storageEndpoint = '';

  readonly #hub: Server;
  readonly #storage: Server;
  readonly #models = new Map<string, Repository>();

  private constructor() {
    this.#hub = createServer((request, response) => void this.#answerHub(request, response));
    this.#storage = createServer((request, response) => void this.#answerStorage(request, response));
  }

  /** @param models Folders by `owner/name`. */
  static async start(models: Readonly<Record<string, string>>): Promise<LoopbackHub> {
    const hub = new LoopbackHub();
    for (const [id, folder] of Object.entries(models)) await hub.publish(id, folder);
    for (const server of [hub.#hub, hub.#storage]) {
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
    }
    hub.endpoint = addressOf(hub.#hub);
    hub.storageEndpoint = addressOf(hub.#storage);
    return hub;
  }

  /** Makes what is in a folder the newest commit of a model. @returns The commit. */
  async publish(id: string, folder: string): Promise<string> {
    const names = (await readdir(folder)).sort();
    const files = await Promise.all(names.map((name) => storedFile(folder, name)));
    const commit = sha1(JSON.stringify(files.map(({ name, oid }) => [name, oid])));
    this.#models.set(id, { commit, files });
    return commit;
  }

  /** Requests for the content of files, by name and first byte. */
  get fetched(): { readonly name: string; readonly from: number }[] {
    return this.requests.filter(({ kind }) => kind === 'resolve').map(({ name, from }) => ({ name, from }));
  }

  async stop(): Promise<void> {
    for (const server of [this.#hub, this.#storage]) {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    }
  }

  async #answerHub(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '', this.endpoint);
    const path = decodeURIComponent(pathname);
    const api = /^\/api\/models\/([^/]+\/[^/]+)\/(revision|tree)\/([^/]+)$/.exec(path);
    const file = /^\/([^/]+\/[^/]+)\/resolve\/([^/]+)\/([^/]+)$/.exec(path);
    const [, id = '', kind = 'resolve', revision = ''] = api ?? [file?.[0], file?.[1], 'resolve', file?.[2]];
    const asked = this.#note(
      request,
      kind === 'revision' ? 'info' : kind === 'tree' ? 'tree' : 'resolve',
      id,
      file?.[3],
    );
    const fault = this.fault(asked);
    if (fault?.kind === 'status') return status(response, fault.status, fault.headers);
    const model = this.#models.get(id);
    // As the hub answers whoever it does not know: what is not there and what is private look the same.
    if (model === undefined) return status(response, 401, { 'x-error-code': 'RepoNotFound' });
    if (!['main', model.commit].includes(revision))
      return status(response, 404, { 'x-error-code': 'RevisionNotFound' });
    if (fault?.kind === 'body') return void response.end(fault.text);
    if (asked.kind === 'info') {
      return json(response, { _id: '1', id, sha: model.commit, cardData: { license: 'mit' }, gated: false });
    }
    if (asked.kind === 'tree')
      return this.#tree(response, model, request.url ?? '', Number(searchParams.get('cursor')));
    const stored = model.files.find(({ name }) => name === asked.name);
    if (stored === undefined) return status(response, 404, { 'x-error-code': 'EntryNotFound' });
    response.setHeader('x-repo-commit', model.commit);
    response.setHeader('etag', `"${stored.oid}"`);
    if (stored.sha256 === undefined) return send(request, response, stored, fault);
    response.setHeader('x-linked-size', stored.size);
    response.setHeader('x-linked-etag', `"${stored.sha256}"`);
    response.writeHead(302, { location: `${this.storageEndpoint}/${stored.sha256}?signature=secret` }).end();
  }

  #tree(response: ServerResponse, { files }: Repository, url: string, from: number): void {
    const entries = files.slice(from, from + PAGE).map(({ name, oid, size, sha256 }) => ({
      type: 'file',
      oid,
      size,
      path: name,
      ...(sha256 !== undefined && { lfs: { oid: sha256, size, pointerSize: 134 } }),
    }));
    if (from + PAGE < files.length) {
      const next = new URL(url, this.endpoint);
      next.searchParams.set('cursor', String(from + PAGE));
      response.setHeader('link', `<${next.href}>; rel="next"`);
    }
    json(response, entries);
  }

  async #answerStorage(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const sha256 = new URL(request.url ?? '', this.endpoint).pathname.slice(1);
    const stored = [...this.#models.values()].flatMap(({ files }) => files).find((file) => file.sha256 === sha256);
    const fault = this.fault(this.#note(request, 'storage', sha256, stored?.name));
    if (fault?.kind === 'status') return status(response, fault.status, fault.headers);
    if (stored === undefined) return status(response, 404);
    return send(request, response, stored, fault);
  }

  #note({ headers }: IncomingMessage, kind: HubRequest['kind'], id: string, name = ''): HubRequest {
    const from = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0);
    const asked = { kind, id, name, from, headers };
    this.requests.push(asked);
    return asked;
  }
}

async function send(
  { headers }: IncomingMessage,
  response: ServerResponse,
  { path, size }: StoredFile,
  fault: Fault | undefined,
): Promise<void> {
  const from = fault?.kind === 'whole' ? 0 : Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0);
  const length = fault?.kind === 'truncate' ? Math.min(fault.bytes, size - from) : size - from;
  response.writeHead(from > 0 ? 206 : 200, {
    'content-length': length,
    ...(from > 0 && { 'content-range': `bytes ${from}-${size - 1}/${size}` }),
  });
  const last = lastByteOf(fault) ?? Number.POSITIVE_INFINITY;
  let sent = 0;
  for await (const chunk of createReadStream(path, { start: from, end: from + length - 1, highWaterMark: 1 << 14 })) {
    const bytes: Buffer = chunk;
    if (fault?.kind === 'corrupt' && sent === 0) bytes[0] = (bytes[0] ?? 0) ^ 1;
    if (sent + bytes.length > last) {
      response.flushHeaders();
      const end = () => fault?.kind !== 'stall' && response.destroy();
      response.write(bytes.subarray(0, last - sent), end);
      return;
    }
    sent += bytes.length;
    await new Promise<void>((resolve) => response.write(bytes, () => resolve()));
    if (response.destroyed) return;
    if (fault?.kind === 'slow') await sleep((1000 * bytes.length) / fault.bytesPerSecond);
  }
  response.end();
}

/** Behind how many bytes an answer breaks off. */
function lastByteOf(fault: Fault | undefined): number | undefined {
  if (fault?.kind === 'whole') return fault.dropAfter;
  return fault?.kind === 'drop' || fault?.kind === 'stall' ? fault.after : undefined;
}

function status(response: ServerResponse, code: number, headers: Record<string, string> = {}): void {
  response.writeHead(code, headers).end(JSON.stringify({ error: 'as the test wants it' }));
}

function json(response: ServerResponse, value: unknown): void {
  response.setHeader('content-type', 'application/json; charset=utf-8');
  response.end(JSON.stringify(value));
}

async function storedFile(folder: string, name: string): Promise<StoredFile> {
  const path = join(folder, name);
  const content = await readFile(path);
  const { size } = await stat(path);
  if (!LARGE.test(name)) return { name, path, size, oid: gitBlob(content), sha256: undefined };
  const sha256 = createHash('sha256').update(content).digest('hex');
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${sha256}\nsize ${size}\n`;
  return { name, path, size, oid: gitBlob(Buffer.from(pointer)), sha256 };
}

function gitBlob(content: Buffer): string {
  return createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
}

function sha1(text: string): string {
  return createHash('sha1').update(text).digest('hex');
}

function addressOf(server: Server): string {
  const address = server.address() as AddressInfo;
  return `http://127.0.0.1:${address.port}`;
}
