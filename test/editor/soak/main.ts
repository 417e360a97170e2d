// `npm run soak -- --minutes 10 --seed 7`: somebody writes in the editor for that long. Packs the extension first.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { ROOT } from '../../../scripts/editor/vsix';
import { newSeed } from '../../../src/engine/inference/random';

function number(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value < 0) throw new InvalidArgumentError('A number is needed.');
  return value;
}

const { minutes, seed } = new Command('soak')
  .description('Simulated writing in the editor; fails when the file, the log or the memory is not as it should be.')
  .option('--minutes <minutes>', 'how long', number, 10)
  .option('--seed <seed>', 'what is written: the same seed gives the same steps', number, newSeed() % 100_000)
  .parse()
  .opts<{ readonly minutes: number; readonly seed: number }>();

const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
const { status } = spawnSync(
  process.execPath,
  [vitest, 'run', '--config', 'test/editor/vitest.config.ts', 'test/editor/soak'],
  {
    cwd: ROOT,
    stdio: 'inherit',
    env: { ...process.env, TSUZUKI_SOAK_MINUTES: String(minutes), TSUZUKI_SOAK_SEED: String(seed) },
  },
);
process.exitCode = status ?? 1;
