import { spawn } from 'node:child_process';
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  createMessageConnection,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver-protocol/node';
import { openCheckpoint } from '../../src/engine/checkpoint/checkpoint';
import { mergedTensors } from '../../src/engine/checkpoint/merge-adapter';
import { writeModelFolder } from '../../src/engine/checkpoint/model-folder';
import { type LoraAdapter, openAdapter, writeAdapter } from '../../src/engine/checkpoint/peft-adapter';
import {
  COMPARE_METHOD,
  type CompareParams,
  DRAWN_METHOD,
  type Drawn,
  LAST_PARAGRAPH_METHOD,
  type LastParagraph,
} from '../../src/protocol/comparison';
import { PREVIEW_COUNT, PREVIEW_METHOD, type Preview } from '../../src/protocol/preview';
import { randomAdapter } from '../random-adapter';
import { EMBEDDED_MODEL, LanguageClient } from '../server/language-client';
import { proseOf } from '../unit/text/manuscript/prose';

const TRAINER = join(import.meta.dirname, '..', '..', 'dist', 'trainer.js');
const TEXT = '彼は老いていた。漁師は';

let scratch: string;
let connection: MessageConnection;
let end: () => Promise<unknown>;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'tsuzuki-comparison-'));
  const adapter = await randomAdapter(EMBEDDED_MODEL, 3, ['attn.c_attn', 'mlp.c_fc']);
  await writeAdapter(join(scratch, 'adapter'), adapter);
  await writeAdapter(join(scratch, 'empty'), emptied(adapter));

  const child = spawn(process.execPath, [TRAINER], { stdio: ['pipe', 'pipe', 'inherit'] });
  connection = createMessageConnection(new StreamMessageReader(child.stdout), new StreamMessageWriter(child.stdin));
  connection.listen();
  const exit = new Promise<number | null>((resolve) => child.once('close', resolve));
  end = () => {
    child.stdin.end();
    return exit;
  };
});
afterAll(async () => {
  expect(await end()).toBe(0);
  await rm(scratch, { recursive: true });
});

/** An adapter that changes nothing. */
function emptied({ config, matrices }: LoraAdapter): LoraAdapter {
  const zeros = [...matrices].map(([name, { a, b }]) => [name, { a, b: new Float32Array(b.length) }] as const);
  return { config, matrices: new Map(zeros) };
}

function params(changes: Partial<CompareParams> = {}): CompareParams {
  return {
    model: EMBEDDED_MODEL,
    adapter: join(scratch, 'adapter'),
    text: TEXT,
    seed: 7,
    count: 2,
    sampling: { temperature: 0.8, topK: 50, topP: 0.95, minP: 0, repetitionPenalty: 1, maxNewTokens: 16 },
    stopAt: 'none',
    dtype: 'default',
    cacheFolder: scratch,
    ...changes,
  };
}

async function compared(changes: Partial<CompareParams> = {}): Promise<Record<Drawn['when'], readonly string[]>> {
  const drawn: Drawn[] = [];
  const heard = connection.onNotification(DRAWN_METHOD, (one: Drawn) => void drawn.push(one));
  await connection.sendRequest(COMPARE_METHOD, { ...params(changes), language: 'ja' });
  heard.dispose();
  expect(drawn.map(({ when }) => when)).toEqual(['before', 'after']);
  return { before: drawn[0]?.texts ?? [], after: drawn[1]?.texts ?? [] };
}

describe('the same text, continued before and after', () => {
  test('with a seed, comes out the same again, and with another, otherwise', async () => {
    const first = await compared();
    expect(first.before).toHaveLength(2);
    expect(first.before[0]).not.toBe(first.before[1]);
    expect(first.after).not.toEqual(first.before);
    expect(await compared()).toEqual(first);
    expect((await compared({ seed: 8 })).before).not.toEqual(first.before);
  });

  test.each(['灯台の老人は、', '　海は静かだった。'])('before is what ghost text would be behind %s', async (text) => {
    const client = await LanguageClient.start();
    try {
      await client.reaches('ready');
      const uri = await client.open('same.txt', text);
      const { count, seed, sampling } = params({ count: PREVIEW_COUNT });
      const shown = await client.connection.sendRequest<Preview>(PREVIEW_METHOD, {
        uri,
        position: { line: 0, character: text.length },
        sampling: { ...sampling, seed },
      });
      const texts = shown.kind === 'written' ? shown.continuations.map((one) => one.text) : [];
      expect((await compared({ text, count })).before).toEqual(texts);
    } finally {
      await client.stop();
    }
  });

  test('is the same twice with an adapter that changes nothing', async () => {
    const { before, after } = await compared({ adapter: join(scratch, 'empty') });
    expect(after).toEqual(before);
  });

  test('before is the earlier adapter where that was taught further', async () => {
    const plain = await compared();
    const { before, after } = await compared({ from: join(scratch, 'adapter'), adapter: join(scratch, 'empty') });
    expect({ before, after }).toEqual({ before: plain.after, after: plain.before });
  });

  test('after is the model that was trained whole, where all of it was', async () => {
    const whole = join(scratch, 'whole');
    const base = await openCheckpoint(EMBEDDED_MODEL);
    const tensors = mergedTensors(base, await openAdapter(join(scratch, 'adapter'), base.config));
    await writeModelFolder(whole, { base, tensors });
    const dtype = 'fp32';
    expect(await compared({ dtype, adapter: whole })).toEqual(await compared({ dtype }));
    const { before, after } = await compared({ dtype, from: whole, adapter: whole });
    expect(before).toEqual(after);
  });

  test('opens a paragraph behind a line feed, in the typography of the text before', async () => {
    const { before } = await compared({ text: '　海は静かだった。\n', stopAt: 'sentence' });
    for (const text of before) expect(text).toMatch(/^[　「『（―…]/u);
  });

  test('names the file when the base is gone, and goes on with the next request', async () => {
    const gone = connection.sendRequest(COMPARE_METHOD, {
      ...params({ model: join(scratch, 'gone') }),
      language: 'ja',
    });
    await expect(gone).rejects.toThrow(join(scratch, 'gone'));
    expect((await compared({ count: 1 })).before).toHaveLength(1);
  });
});

test('the last paragraph is that of the manuscript written last', async () => {
  const write = async (name: string, text: string, seconds: number) => {
    const path = join(scratch, name);
    await writeFile(path, text);
    await utimes(path, seconds, seconds);
    return { path };
  };
  const files = [
    await write('古い.txt', `${proseOf(1, 40)}\n　古い話。`, 1000),
    await write('新しい.md', `# 海\n\n${proseOf(2, 40)}\n\n　新しい話。\n`, 2000),
    await write('memo.txt', 'Remember the deadline. '.repeat(20), 3000),
    { path: join(scratch, 'gone.txt') },
  ];
  const last = await connection.sendRequest<LastParagraph>(LAST_PARAGRAPH_METHOD, { files });
  expect(last).toEqual({ text: '　新しい話。\n' });
  expect(await connection.sendRequest(LAST_PARAGRAPH_METHOD, { files: files.slice(2) })).toEqual({});
});
