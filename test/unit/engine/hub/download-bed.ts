import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import type { Patience } from '../../../../src/engine/hub/connection-failure';
import { downloadModel } from '../../../../src/engine/hub/download-model';
import type { DownloadPlan } from '../../../../src/engine/hub/download-plan';
import { HubClient } from '../../../../src/engine/hub/hub-client';
import type { DownloadProgress } from '../../../../src/protocol/download';
import { type Fault, type HubRequest, LoopbackHub } from '../../../hub/loopback-hub';
import { writeTinyModel } from '../../../tiny-model';

export const ID = 'rinna/tiny';
export const WEIGHTS = 'model.safetensors';
/** Tries three times, at once. */
const PATIENT: Patience = { failures: 3, firstDelayMs: 1, longestDelayMs: 2000 };
/** Gives up at the first failure. */
export const HASTY: Patience = { failures: 1, firstDelayMs: 1, longestDelayMs: 2000 };

interface Variation {
  readonly patience?: Patience;
  readonly signal?: AbortSignal;
  readonly revision?: string;
  readonly token?: string;
  readonly stallMs?: number;
  readonly cache?: string;
  readonly onProgress?: (progress: DownloadProgress) => void;
}

export const ofWeights = ({ kind, name }: HubRequest) => kind === 'storage' && name === WEIGHTS;

/** The names in a folder. */
export const names = async (place: string) => (await readdir(place).catch(() => ['(absent)'])).sort();

/** A hub on the loopback that has one tiny model, and a place to download it to; both anew for each test of a file. */
export class DownloadBed {
  #scratch = '';
  #hub: LoopbackHub | undefined;
  #work = '';
  readonly #clients: HubClient[] = [];

  constructor() {
    beforeAll(async () => {
      this.#scratch = await mkdtemp(join(tmpdir(), 'tsuzuki-hub-'));
      await writeTinyModel(this.source, this.#scratch);
      await writeFile(join(this.source, 'README.md'), '# not needed\n');
      await writeFile(join(this.source, 'flax_model.msgpack'), 'not needed');
      await writeFile(join(this.source, 'pytorch_model.bin'), 'the same weights once more');
    });
    afterAll(() => rm(this.#scratch, { recursive: true }));
    beforeEach(async () => {
      await this.restartHub();
      this.#work = await mkdtemp(join(this.#scratch, 'work-'));
    });
    afterEach(async () => {
      await Promise.all(this.#clients.splice(0).map((client) => client.close()));
      await this.hub.stop();
    });
  }

  get hub(): LoopbackHub {
    if (this.#hub === undefined) throw new Error('the hub is not up yet');
    return this.#hub;
  }

  async restartHub(): Promise<void> {
    this.#hub = await LoopbackHub.start({ [ID]: this.source });
  }

  /** The folder that the hub serves. */
  get source(): string {
    return join(this.#scratch, 'source');
  }

  /** A folder of the test's own. */
  get work(): string {
    return this.#work;
  }

  /** Where the model goes. */
  get folder(): string {
    return join(this.#work, 'models', 'rinna', 'tiny');
  }

  /** What is asked of `downloadModel`. */
  request({ patience = PATIENT, signal = new AbortController().signal, revision, cache, ...client }: Variation = {}) {
    const { token, stallMs } = client;
    const hub = new HubClient({ endpoint: this.hub.endpoint, token, ...(stallMs !== undefined && { stallMs }) });
    this.#clients.push(hub);
    return {
      id: ID,
      revision,
      folder: this.folder,
      hub,
      cache: cache ?? join(this.work, 'no-cache'),
      patience,
      signal,
    };
  }

  download(variation: Variation = {}): Promise<DownloadPlan> {
    return downloadModel(this.request(variation), variation.onProgress ?? (() => undefined));
  }

  /** What is in the folder is what the hub has, and nothing is left beside it. */
  async expectWhole(): Promise<void> {
    expect(await names(this.folder)).toEqual(['config.json', 'hub.json', WEIGHTS, 'spiece.model']);
    for (const name of ['config.json', WEIGHTS, 'spiece.model']) {
      const [here, there] = [await readFile(join(this.folder, name)), await readFile(join(this.source, name))];
      expect(Buffer.compare(here, there)).toBe(0);
    }
    expect(await names(`${this.folder}.partial`)).toEqual(['(absent)']);
  }

  /** Answers wrongly as long as it says so. */
  once(fault: Fault, when: (request: HubRequest) => boolean, times = 1): void {
    let left = times;
    this.hub.fault = (request) => (when(request) && left-- > 0 ? fault : undefined);
  }
}
