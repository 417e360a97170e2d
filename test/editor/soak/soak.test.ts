import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it, onTestFailed } from 'vitest';
import { EditorWindow } from '../bed/editor-window';
import { resetSettings, writeUserSettings } from '../bed/settings-file';
import { complaintsInLogs, watchConsole } from './complaints';
import { growth } from './growth';
import { idleShare, soak } from './soak';

// `npm run soak` sets them; the tests of all write the same minute each time.
const minutes = Number(process.env.TSUZUKI_SOAK_MINUTES ?? 1);
const seed = Number(process.env.TSUZUKI_SOAK_SEED ?? 20_494);

const OPENING = '彼は老いていた。漁師は';
/** Private memory goes up and down by so much with the garbage that V8 has not collected yet. */
const MEMORY_TOLERANCE_MB = 64;
const IDLE_AFTER_MS = 5000;
const IDLE_SECONDS = 20;
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
    timeout: minutes * 60_000 + 180_000,
  }, async () => {
    onTestFailed(() => window.screenshot('failed-soak'));
    const { artifacts, profile } = inject('bed');
    await window.page.waitForTimeout(IDLE_AFTER_MS);
    const idleBefore = await idleShare(window, IDLE_SECONDS);
    const plan = { seed, minutes, record: join(artifacts, `soak-${seed}.jsonl`) };
    const { text, counts, memory } = await soak(window, { text: OPENING, cursor: OPENING.length }, plan);
    await window.screenshot('soak');
    expect(await window.save()).toBe(text);
    console.log(`seed ${seed}: ${text.length} characters by ${JSON.stringify(counts)}`);

    const grown = { sidecar: megabytes(memory.sidecar), extensionHost: megabytes(memory.extensionHost) };
    await window.page.waitForTimeout(IDLE_AFTER_MS);
    const idle = await idleShare(window, IDLE_SECONDS);
    console.log(
      `memory grown by ${JSON.stringify(grown)} MB; idle: ${JSON.stringify({ idleBefore, idle })} of one core`,
    );
    expect(grown.sidecar).toBeLessThan(MEMORY_TOLERANCE_MB);
    expect(grown.extensionHost).toBeLessThan(MEMORY_TOLERANCE_MB);
    expect(idle.sidecar).toBeLessThan(IDLE_SHARE);
    // The host runs the editor's own extensions too: what they use was there before.
    expect(idle.host - idleBefore.host).toBeLessThan(IDLE_SHARE);

    expect([...complaints, ...complaintsInLogs(profile.userData, began)]).toEqual([]);
  });
});

const megabytes = (samples: readonly number[]): number => Math.round(growth(samples) / 1e6);
