import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it, onTestFailed } from 'vitest';
import { type Counts, total } from '../../../src/extension/statistics/counts';
import { CountsLog } from '../../../src/extension/statistics/counts-log';
import { EditorWindow } from '../bed/editor-window';
import { resetSettings, writeUserSettings } from '../bed/settings-file';
import { theSidecar } from '../bed/sidecar-process';
import { complaintsInLogs, EXTENSION, watchConsole } from './complaints';
import { growth } from './growth';
import { activatedExtensions, BareWindow, idleShares } from './idle';
import { parentOf } from './process-figures';
import { soak } from './soak';

// `npm run soak` sets them; the tests of all write the same minute each time.
const minutes = Number(process.env.TSUZUKI_SOAK_MINUTES ?? 1);
const seed = Number(process.env.TSUZUKI_SOAK_SEED ?? 20_494);

const OPENING = '彼は老いていた。漁師は';
/** Private memory goes up and down by so much with the garbage that V8 has not collected yet. */
const MEMORY_TOLERANCE_MB = 64;
const IDLE_AFTER_MS = 5000;
/** Long enough for the bursts of garbage collection, one in some 50 s in either extension host, to even out. */
const IDLE_SECONDS = 60;
const IDLE_SHARE = 0.01;

describe(`a writer for ${minutes} min, seed ${seed}`, () => {
  const began = new Date();
  let window: EditorWindow;
  let complaints: readonly string[];

  beforeAll(async () => {
    resetSettings();
    writeUserSettings({
      // The same text then gets the same suggestions.
      'tsuzuki.sampling.seed': seed,
      // All of a suggestion is in view, and so can be read.
      'editor.cursorSurroundingLines': 8,
    });
    window = await EditorWindow.open(OPENING);
    complaints = watchConsole(window.page);
  });
  afterAll(async () => {
    await window.close();
    resetSettings();
  });

  it('finds in the file what they wrote and took, and nothing else', {
    timeout: minutes * 60_000 + 240_000,
  }, async () => {
    onTestFailed(() => window.screenshot('failed-soak'));
    const { artifacts, profile } = inject('bed');
    // It has come to rest when the writer does.
    const bare = await BareWindow.open(OPENING);
    const plan = { seed, minutes, record: join(artifacts, `soak-${seed}.jsonl`) };
    const before = await counted();
    const { text, counts, taken, memory } = await soak(window, { text: OPENING, cursor: OPENING.length }, plan);
    await window.screenshot('soak');
    expect(await window.save()).toBe(text);
    console.log(`seed ${seed}: ${text.length} characters by ${JSON.stringify(counts)}, ${JSON.stringify(taken)} taken`);

    const grown = {
      sidecar: megabytes(growth(memory.sidecar)),
      extensionHost: megabytes(growth(memory.extensionHost)),
    };
    await window.page.waitForTimeout(IDLE_AFTER_MS);
    const idle = await idleShares(bare, IDLE_SECONDS);
    expect(activatedExtensions(parentOf(await theSidecar()), profile.userData)).toContain(EXTENSION);
    expect(activatedExtensions(bare.host, profile.userData)).not.toContain(EXTENSION);
    await bare.close();
    const memoryMb = { sidecar: ends(memory.sidecar), extensionHost: ends(memory.extensionHost), grown };
    console.log(`memory in MB: ${JSON.stringify(memoryMb)}`);
    console.log(`idle, as shares of one core: ${JSON.stringify(idle)}`);
    expect(grown.sidecar).toBeLessThan(MEMORY_TOLERANCE_MB);
    expect(grown.extensionHost).toBeLessThan(MEMORY_TOLERANCE_MB);
    // The host runs the editor's own extensions too.
    expect(idle.sidecar + idle.host - idle.bareHost).toBeLessThan(IDLE_SHARE);

    const after = await counted();
    console.log(
      `counted: ${after.shown - before.shown} suggestions shown, ${after.accepted - before.accepted} accepted`,
    );
    expect({ keys: after.keys - before.keys, characters: after.characters - before.characters }).toEqual(taken);
    expect([...complaints, ...complaintsInLogs(profile.userData, began)]).toEqual([]);
  });
});

/** The writer's own numbers as the extension has written them down so far. */
async function counted(): Promise<Counts> {
  const storage = join(inject('bed').profile.userData, 'User/globalStorage/tsuzuki.tsuzuki');
  const days = await new CountsLog(join(storage, 'statistics')).read();
  return total(days.flatMap(({ models }) => [...models.values()]));
}

const megabytes = (bytes: number): number => Math.round(bytes / 1e6);

/** The first and the last sample. */
const ends = (samples: readonly number[]): readonly number[] =>
  [samples.at(0), samples.at(-1)].map((bytes = 0) => megabytes(bytes));
