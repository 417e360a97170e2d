import { type Dispatcher, EnvHttpProxyAgent, request } from 'undici';
import type { ProxySettings } from '../../protocol/download';
import { ConnectionFailure, failureOf } from './connection-failure';
import { HubError } from './hub-error';

export interface HubClientOptions {
  /** `https://huggingface.co`, or a mirror that speaks the same interface. */
  readonly endpoint: string;
  /** Goes to the endpoint's own host and to no other. */
  readonly token?: string | undefined;
  /** What it leaves open is as the environment says. */
  readonly proxy?: ProxySettings | undefined;
  /** A connection on which nothing comes for so long counts as broken. */
  readonly stallMs?: number;
}

export interface HubResponse {
  readonly status: number;
  /** Who sends it in the end. */
  readonly host: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Dispatcher.ResponseData['body'];
}

export interface WholeOptions {
  /** An answer that is longer is not what was asked for. */
  readonly maxBytes: number;
  readonly accept?: string;
  readonly signal: AbortSignal;
}

const STALL_MS = 30_000;
const MAX_REDIRECTS = 5;
const REDIRECTS = [301, 302, 303, 307, 308];

/** Asks the hub over HTTP. Opens no connection before it is asked to. */
export class HubClient {
  readonly endpoint: string;
  readonly #token: string | undefined;
  readonly #dispatcher: Dispatcher;

  /** @throws {HubError} endpoint-invalid, proxy-invalid, token-needed where the token cannot be one */
  constructor({ endpoint, token, proxy, stallMs = STALL_MS }: HubClientOptions) {
    const url = URL.parse(endpoint);
    // The values are not repeated: they may hold a password.
    if (url === null || !/^https?:$/.test(url.protocol)) throw new HubError('endpoint-invalid', 'HF_ENDPOINT');
    if (token !== undefined && !/^[\x21-\x7e]+$/.test(token)) throw new HubError('token-needed', url.host);
    this.endpoint = endpoint.replace(/\/+$/, '');
    this.#token = token;
    const tls = { timeout: stallMs, rejectUnauthorized: proxy?.strictTls ?? true };
    try {
      this.#dispatcher = new EnvHttpProxyAgent({
        headersTimeout: stallMs,
        bodyTimeout: stallMs,
        connect: tls,
        requestTls: tls,
        proxyTls: tls,
        ...(proxy?.url !== undefined && { httpProxy: proxy.url, httpsProxy: proxy.url }),
        ...(proxy?.authorization !== undefined && { token: proxy.authorization }),
        ...(proxy?.bypass !== undefined && { noProxy: proxy.bypass.join(',') }),
      });
    } catch {
      throw new HubError('proxy-invalid', proxy?.url === undefined ? 'HTTPS_PROXY' : 'http.proxy');
    }
  }

  /** The host that is asked first, for people. */
  get host(): string {
    return new URL(this.endpoint).host;
  }

  /**
   * Asks for an address, and goes where it is sent on to.
   *
   * @param what The model or file that is asked for, for errors.
   * @returns An answer whose status says success.
   * @throws {HubError} what the hub or a proxy refuses for good, certificate
   * @throws {ConnectionFailure} what may go better the next time
   */
  async get(
    address: string,
    what: string,
    { headers = {}, signal }: { readonly headers?: Readonly<Record<string, string>>; readonly signal: AbortSignal },
  ): Promise<HubResponse> {
    let url = new URL(address);
    for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
      const response = await this.#ask(url, headers, signal);
      if (response.statusCode >= 200 && response.statusCode < 300) {
        return { status: response.statusCode, host: url.host, headers: response.headers, body: response.body };
      }
      await response.body.dump();
      const location = header(response.headers, 'location');
      if (!REDIRECTS.includes(response.statusCode) || location === undefined) throw failure(response, what);
      const next = new URL(location, url);
      if (next.protocol !== 'https:' && next.protocol !== url.protocol) {
        throw new HubError('hub-broken', what, `${url.host} → ${next.protocol}//${next.host}`);
      }
      url = next;
    }
    throw new HubError('hub-broken', what, `${MAX_REDIRECTS} redirects`);
  }

  /**
   * All of a small answer.
   *
   * @throws {HubError} as {@link get}, and hub-broken where it is longer than allowed
   * @throws {ConnectionFailure}
   */
  async getWhole(
    address: string,
    what: string,
    { maxBytes, accept = '*/*', signal }: WholeOptions,
  ): Promise<{ readonly headers: HubResponse['headers']; readonly bytes: Buffer }> {
    const response = await this.get(address, what, { headers: { accept }, signal });
    const chunks: Uint8Array[] = [];
    let length = 0;
    for await (const chunk of received(response, signal)) {
      length += chunk.length;
      if (length > maxBytes) throw new HubError('hub-broken', what, `> ${maxBytes} bytes`);
      chunks.push(chunk);
    }
    return { headers: response.headers, bytes: Buffer.concat(chunks) };
  }

  /** {@link getWhole} for a library that wants `fetch`. */
  fetchFor(what: string, options: WholeOptions): typeof fetch {
    return async (input) => {
      const address = input instanceof Request ? input.url : String(input);
      const { headers, bytes } = await this.getWhole(address, what, { accept: 'application/json', ...options });
      const link = header(headers, 'link');
      return new Response(bytes, { headers: link === undefined ? {} : { link } });
    };
  }

  close(): Promise<void> {
    return this.#dispatcher.destroy();
  }

  async #ask(
    url: URL,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<Dispatcher.ResponseData> {
    try {
      return await request(url, {
        dispatcher: this.#dispatcher,
        signal,
        headers: { 'user-agent': 'tsuzuki', 'accept-encoding': 'identity', ...headers, ...this.#authorization(url) },
      });
    } catch (error) {
      signal.throwIfAborted();
      throw failureOf(error, url.host);
    }
  }

  /** The token is a secret: never to another host, never readable on the way. */
  #authorization(url: URL): Readonly<Record<string, string>> {
    const own = url.origin === new URL(this.endpoint).origin;
    const hidden = url.protocol === 'https:' || /^(localhost|127\.0\.0\.1|\[::1\])$/.test(url.hostname);
    return this.#token !== undefined && own && hidden ? { authorization: `Bearer ${this.#token}` } : {};
  }
}

/**
 * What comes of an answer, piece by piece.
 *
 * @throws {ConnectionFailure} and {HubError} as {@link HubClient.get}
 */
export async function* received({ body, host }: HubResponse, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    signal.throwIfAborted();
    throw failureOf(error, host);
  }
}

/** A header's value; the first where it is there several times. */
export function header(headers: HubResponse['headers'], name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** What a status means (https://huggingface.co/docs/hub/api): the hub names its reason in `X-Error-Code`. */
function failure({ statusCode, headers }: Dispatcher.ResponseData, what: string): Error {
  const reason = header(headers, 'x-error-code');
  const detail = `HTTP ${statusCode}`;
  if (reason === 'GatedRepo' || statusCode === 403) return new HubError('gated', what, detail);
  if (statusCode === 401) return new HubError('token-needed', what, detail);
  if (statusCode === 404) return new HubError('not-found', what, detail);
  if (statusCode === 429) return new ConnectionFailure('busy', detail, retryAfterMs(headers));
  if (statusCode >= 500) return new ConnectionFailure('hub-failing', detail, retryAfterMs(headers));
  return new HubError('hub-broken', what, detail);
}

/** `Retry-After` in seconds, or as a date (RFC 9110, 10.2.3). */
function retryAfterMs(headers: HubResponse['headers']): number | undefined {
  const value = header(headers, 'retry-after');
  if (value === undefined) return undefined;
  const ms = /^\d+$/.test(value) ? 1000 * Number(value) : Date.parse(value) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}
