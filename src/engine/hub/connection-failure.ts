import { setTimeout as sleep } from 'node:timers/promises';
import { HubError, type HubErrorCode } from './hub-error';

/** How often and how long one tries again. */
export interface Patience {
  /** Failures in a row, without a byte in between, after which one gives up. */
  readonly failures: number;
  /** Wait after the first of them; each further one doubles it. */
  readonly firstDelayMs: number;
  /** A hub that asks for a longer wait than this is not waited for. */
  readonly longestDelayMs: number;
}

export const PATIENCE: Patience = { failures: 6, firstDelayMs: 1000, longestDelayMs: 120_000 };

/** Something that may go better the next time. */
export class ConnectionFailure extends Error {
  override readonly name = 'ConnectionFailure';

  constructor(
    readonly code: Extract<HubErrorCode, 'offline' | 'interrupted' | 'stalled' | 'busy' | 'hub-failing'>,
    readonly detail: string,
    /** How long the hub asks to wait, where it does. */
    readonly retryAfterMs?: number,
  ) {
    super(detail);
  }
}

const UNREACHABLE = [
  'ENOTFOUND',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ENETUNREACH',
  'ENETDOWN',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'UND_ERR_CONNECT_TIMEOUT',
];

const TIMEOUTS = ['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT'];

/** How Node.js and OpenSSL name a certificate that is not trusted, is not the host's, or is out of date. */
const CERTIFICATE = /CERT|^UNABLE_TO_VERIFY_LEAF_SIGNATURE$/;

/** How undici says that a proxy opens no way to the hub: by its own decision, not for want of a connection. */
const PROXY_REFUSAL = /^Proxy response \(4\d\d\)/;

/**
 * Makes of an error of the network one that says what kind it is.
 *
 * @returns A {@link HubError} for what will be no better the next time.
 */
export function failureOf(error: unknown, host: string): ConnectionFailure | HubError {
  const code = codeOf(error);
  const reason = error instanceof Error ? error.message || code : String(error);
  if (CERTIFICATE.test(code)) return new HubError('certificate', host, code);
  if (PROXY_REFUSAL.test(reason)) return new HubError('proxy-refused', host, reason);
  const kind = isUnreachable(error) ? 'offline' : TIMEOUTS.includes(code) ? 'stalled' : 'interrupted';
  return new ConnectionFailure(kind, `${host}: ${reason}`);
}

/** Whether no connection came about at all. */
function isUnreachable(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.every(isUnreachable);
  return UNREACHABLE.includes(codeOf(error));
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/**
 * Does something again and again until it succeeds, or fails for good, or patience is at an end.
 *
 * @param what The model or file that is asked for, for errors.
 * @param attempt Calls `advanced` when it got further than before, which renews the patience.
 * @throws {HubError}
 */
export async function persistently<T>(
  what: string,
  { failures, firstDelayMs, longestDelayMs }: Patience,
  signal: AbortSignal,
  attempt: (advanced: () => void) => Promise<T>,
): Promise<T> {
  let failed = 0;
  let connected = false;
  const advanced = () => {
    failed = 0;
    connected = true;
  };
  for (;;) {
    try {
      return await attempt(advanced);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof ConnectionFailure)) throw error;
      const delay = error.retryAfterMs ?? firstDelayMs * 2 ** failed;
      failed++;
      // Somebody who is offline wants to hear it, unless the connection was there a moment ago.
      const allowed = error.code === 'offline' && !connected ? Math.min(2, failures) : failures;
      if (failed >= allowed || delay > longestDelayMs) throw new HubError(error.code, what, error.detail);
      await sleep(delay, undefined, { signal });
    }
  }
}
