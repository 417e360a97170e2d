import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { tryLock } from '../../../src/engine/machine-lock';

const CONTENDERS = 4;
const ROUNDS = 50;

let scratch: string;

/** A process that tries for the lock of each name that it is told, says what came of it, and keeps what it got. */
class Contender {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #answers: AsyncIterator<string>;

  constructor() {
    this.#child = spawn(process.execPath, [join(scratch, 'contender.mjs')], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#answers = createInterface(this.#child.stdout)[Symbol.asyncIterator]();
  }

  /** Whether it got the lock. */
  async try(name: string): Promise<boolean> {
    this.#child.stdin.write(`${name}\n`);
    return (await this.#answers.next()).value === 'held';
  }

  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill('SIGKILL');
    await once(this.#child, 'close');
  }
}

let contenders: Contender[];
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'tsuzuki-lock-'));
  await build({
    entryPoints: [join(import.meta.dirname, 'machine-lock-contender.ts')],
    outfile: join(scratch, 'contender.mjs'),
    bundle: true,
    platform: 'node',
    format: 'esm',
  });
  contenders = Array.from({ length: CONTENDERS }, () => new Contender());
});
afterAll(async () => {
  for (const contender of contenders) await contender.kill();
  await rm(scratch, { recursive: true });
});

const name = (round: number | string) => `machine-lock.test ${process.pid} ${round}`;

/** How many of them get a lock that they try for at the same moment. */
async function holders(round: number | string): Promise<number> {
  const held = await Promise.all(contenders.map((contender) => contender.try(name(round))));
  return held.filter(Boolean).length;
}

test('of processes that try at the same moment, one gets the lock', async () => {
  for (let round = 0; round < ROUNDS; round++) expect(await holders(`together ${round}`)).toBe(1);
}, 60_000);

test('of processes that try after a holder was killed, one gets the lock', async () => {
  for (let round = 0; round < ROUNDS / 5; round++) {
    const killed = new Contender();
    expect(await killed.try(name(round))).toBe(true);
    expect(await holders(round)).toBe(0);
    await killed.kill();
    expect(await holders(round)).toBe(1);
  }
}, 60_000);

test('given back, it is free for another', async () => {
  const release = await tryLock(name('given back'));
  expect(await holders('given back')).toBe(0);
  await release?.();
  expect(await holders('given back')).toBe(1);
});

test.runIf(process.platform === 'linux')('leaves no file behind', async () => {
  const ours = async () =>
    (await readdir(tmpdir())).filter((file) => file.startsWith('tsuzuki-') && /\.sock$/.test(file));
  const before = await ours();
  const release = await tryLock(name('files'));
  expect(await ours()).toEqual(before);
  await release?.();
});
