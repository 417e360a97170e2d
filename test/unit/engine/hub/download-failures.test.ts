import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { downloadModel } from '../../../../src/engine/hub/download-model';
import { seededRandom } from '../../../../src/engine/inference/random';
import type { Fault, HubRequest } from '../../../hub/loopback-hub';
import { DownloadBed, HASTY, names, ofWeights, WEIGHTS } from './download-bed';

const always = () => true;

const bed = new DownloadBed();

describe('a connection that breaks off', () => {
  test('is made again, where it was left', async () => {
    bed.once({ kind: 'drop', after: 100_000 }, ofWeights);
    await bed.download();
    await bed.expectWhole();
    const offsets = bed.hub.requests.filter(ofWeights).map(({ from }) => from);
    expect(offsets).toHaveLength(2);
    expect(offsets[0]).toBe(0);
    expect(offsets[1]).toBeGreaterThan(0);
  });

  test('at any byte of any file: the folder is absent, and the next try goes on', async () => {
    const random = seededRandom(20);
    const { size } = await stat(join(bed.source, WEIGHTS));
    for (let round = 0; round < 20; round++) {
      await rm(bed.folder, { recursive: true, force: true });
      const after = Math.floor(random() * size);
      const name = random() < 0.75 ? WEIGHTS : 'spiece.model';
      bed.once({ kind: 'drop', after }, (request) => request.kind === 'storage' && request.name === name);
      const failed = await bed.download({ patience: HASTY }).then(
        () => undefined,
        (error: unknown) => error,
      );
      // A file that is shorter than the place of the cut comes whole.
      if (failed !== undefined) {
        expect(failed).toMatchObject({ code: 'interrupted' });
        expect(await names(bed.folder)).toEqual(['(absent)']);
      }
      bed.hub.requests.length = 0;
      await bed.download();
      await bed.expectWhole();
      const again = bed.hub.requests.filter((request) => request.kind === 'storage' && request.name === name);
      const [first] = again;
      if (failed !== undefined && after > 65_536) expect(first?.from).toBeGreaterThan(0);
    }
  });

  test('a server that knows no ranges sends all of it', async () => {
    let drops = 1;
    bed.hub.fault = (request) =>
      ofWeights(request) ? (drops-- > 0 ? { kind: 'drop', after: 100_000 } : { kind: 'whole' }) : undefined;
    await bed.download();
    await bed.expectWhole();
  });

  test('a server that knows no ranges and never comes further is given up', async () => {
    bed.hub.fault = (request) => (ofWeights(request) ? { kind: 'whole', dropAfter: 100_000 } : undefined);
    await expect(bed.download()).rejects.toMatchObject({ code: 'interrupted' });
    expect(await names(bed.folder)).toEqual(['(absent)']);
  });

  test('a body that ends too early is asked for from there', async () => {
    bed.once({ kind: 'truncate', bytes: 70_000 }, ofWeights);
    await bed.download();
    await bed.expectWhole();
    expect(bed.hub.requests.filter(ofWeights).map(({ from }) => from)).toEqual([0, 70_000]);
  });
});

describe('wrong content', () => {
  test('is thrown away and fetched once more', async () => {
    bed.once({ kind: 'corrupt' }, ofWeights);
    await bed.download();
    await bed.expectWhole();
  });

  test.each([
    ['of a large file', ofWeights],
    ['of a small file', ({ kind, name }: HubRequest) => kind === 'resolve' && name === 'config.json'],
  ])('twice, %s: refused, and nothing of it stays', async (_, when) => {
    bed.once({ kind: 'corrupt' }, when, 2);
    await expect(bed.download()).rejects.toMatchObject({ code: 'content-differs' });
    expect(await names(bed.folder)).toEqual(['(absent)']);
    expect(await names(`${bed.folder}.partial`)).not.toContain(`${WEIGHTS}.part`);
    await bed.download();
    await bed.expectWhole();
  });
});

describe('what the hub refuses for good', () => {
  test.each<[string, Fault, (request: HubRequest) => boolean, string]>([
    ['an access token is needed', { kind: 'status', status: 401 }, always, 'token-needed'],
    [
      'conditions to accept',
      { kind: 'status', status: 403, headers: { 'x-error-code': 'GatedRepo' } },
      always,
      'gated',
    ],
    ['conditions, told at the weights', { kind: 'status', status: 403 }, ({ kind }) => kind === 'resolve', 'gated'],
    ['no such model', { kind: 'status', status: 404 }, always, 'not-found'],
    [
      'a page instead of an answer',
      { kind: 'body', text: '<html>Please log in to the Wi-Fi</html>' },
      always,
      'hub-broken',
    ],
    ['an answer without a commit', { kind: 'body', text: '{"sha": "main"}' }, always, 'hub-broken'],
    ['an endless answer', { kind: 'body', text: ' '.repeat(9 << 20) }, always, 'hub-broken'],
    ['a redirect in a circle', redirect('/again'), always, 'hub-broken'],
    ['a redirect to a file', redirect('file:///etc/passwd'), always, 'hub-broken'],
  ])('%s', async (_, fault, when, code) => {
    bed.hub.fault = (request) => (when(request) ? fault : undefined);
    await expect(bed.download()).rejects.toMatchObject({ name: 'HubError', code });
    expect(await names(bed.folder)).toEqual(['(absent)']);
    bed.hub.fault = () => undefined;
    await bed.download();
    await bed.expectWhole();
  });

  function redirect(location: string): Fault {
    return { kind: 'status', status: 302, headers: { location } };
  }
});

describe('what may go better the next time', () => {
  const busy = (seconds: string): Fault => ({ kind: 'status', status: 429, headers: { 'retry-after': seconds } });

  test.each<[string, Fault, string]>([
    ['503', { kind: 'status', status: 503 }, 'hub-failing'],
    ['429 that asks for a short wait', busy('0'), 'busy'],
    ['nothing but silence', { kind: 'stall', after: 50_000 }, 'stalled'],
  ])('%s is borne twice, not always', async (_, fault, code) => {
    bed.once(fault, ofWeights, 2);
    await bed.download({ stallMs: 200 });
    await bed.expectWhole();
    await rm(bed.folder, { recursive: true });
    bed.hub.fault = (request) => (ofWeights(request) ? withoutBytes(fault) : undefined);
    await expect(bed.download({ stallMs: 200 })).rejects.toMatchObject({ code });
    expect(await names(bed.folder)).toEqual(['(absent)']);
    bed.hub.fault = () => undefined;
    await bed.download();
    await bed.expectWhole();
  });

  /** A try that brought something renews the patience: one that is at an end has to bring nothing. */
  function withoutBytes(fault: Fault): Fault {
    return fault.kind === 'stall' ? { ...fault, after: 0 } : fault;
  }

  test('waits as long as the hub asks for', async () => {
    bed.once(busy('1'), ofWeights);
    const before = performance.now();
    await bed.download();
    expect(performance.now() - before).toBeGreaterThan(990);
  });

  test('does not wait for hours', async () => {
    bed.once(busy('3600'), ofWeights);
    await expect(bed.download()).rejects.toMatchObject({ code: 'busy' });
  });

  test('offline is said at once', async () => {
    const request = bed.request({ patience: { failures: 6, firstDelayMs: 1, longestDelayMs: 2000 } });
    await bed.hub.stop();
    await expect(downloadModel(request, () => undefined)).rejects.toMatchObject({ code: 'offline' });
    await bed.restartHub();
  });
});
