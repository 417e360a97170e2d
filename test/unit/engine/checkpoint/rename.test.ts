import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { rename, whileInUse } from '../../../../src/engine/checkpoint/rename';

/** Fails so often, then succeeds. */
function failing(times: number, code: string) {
  let calls = 0;
  const attempt = async () => {
    calls++;
    if (calls <= times) throw Object.assign(new Error(`${code}: operation not permitted, rename`), { code });
    return calls;
  };
  return { attempt, calls: () => calls };
}

test('a file is renamed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tsuzuki-rename-'));
  await writeFile(join(folder, 'a'), '');
  await rename(join(folder, 'a'), join(folder, 'b'));
  expect(await readdir(folder)).toEqual(['b']);
  await rm(folder, { recursive: true });
});

test.each(['EPERM', 'EACCES', 'EBUSY'])('what somebody has open (%s) is tried again', async (code) => {
  expect(await whileInUse(failing(3, code).attempt)).toBe(4);
});

test('not for ever', async () => {
  const { attempt, calls } = failing(Number.POSITIVE_INFINITY, 'EBUSY');
  await expect(whileInUse(attempt, 50)).rejects.toMatchObject({ code: 'EBUSY' });
  expect(calls()).toBeGreaterThan(1);
});

test('another failure passes on at once', async () => {
  const { attempt, calls } = failing(1, 'ENOENT');
  await expect(whileInUse(attempt)).rejects.toMatchObject({ code: 'ENOENT' });
  expect(calls()).toBe(1);
});
