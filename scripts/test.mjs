// `npm test`: every part in turn, the quick ones first. Stops at the first that fails, and says at the end how each went.
import { spawnSync } from 'node:child_process';

/** Each part is a script of package.json, and can be run by itself: `npm run test:unit`. */
const PARTS = ['lint', 'typecheck', 'test:unit', 'build', 'test:server', 'test:package', 'test:editor'];

const summary = [];
const write = (mark, part, note) => summary.push(`  ${mark} ${part.padEnd(12)} ${note}`);

let failed = false;
for (const part of PARTS) {
  if (failed) {
    write('-', part, 'not run');
    continue;
  }
  console.log(`\n── ${part}`);
  const start = performance.now();
  const { status } = spawnSync('npm', ['run', '--silent', part], {
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  failed = status !== 0;
  write(failed ? '✗' : '✓', part, `${((performance.now() - start) / 1000).toFixed(0)} s`);
}

console.log(`\n${summary.join('\n')}\n\n${failed ? 'A part failed: its messages are above.' : 'Everything passed.'}`);
process.exitCode = failed ? 1 : 0;
